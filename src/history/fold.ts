import type { ObjectId } from '../contracts/ids.ts'
import type { Anchor } from './anchor.ts'
import { mergeHeads } from './merge-heads.ts'
import type { View } from './view.ts'

const maxRounds = 64
/** A member can announce any number of commits beside each other, and each of a fold may be tried with all others. */
const maxHeads = 32

/** The heads of a view: the one state of each commit that has no named child. */
export function headsOf(view: View): readonly Anchor[] {
  const parents = new Set<ObjectId>()
  for (const commit of view.commits) for (const parent of view.history.graph.node(commit).parents) parents.add(parent)
  return [...view.commits].filter((commit) => !parents.has(commit)).flatMap((commit) => view.joined(commit) ?? [])
}

/** What folding heads gives. */
export interface Fold {
  /** What is left: one head where everything merges cleanly. */
  readonly heads: readonly Anchor[]
  /** The merges that were made on the way, each after those that it builds on. */
  readonly merges: readonly Anchor[]
}

/**
 * Merges heads, ordered by depth, then id, each into the first that takes it cleanly, until nothing changes. Every peer
 * that has the same heads gets the same commits without talking. What conflicts stays a head. Of too many heads the deepest
 * are merged: there the work goes on. Throws `UnreadyMerge`.
 */
export function foldHeads(view: View): Fold {
  const { history } = view
  const merges: Anchor[] = []
  const all = inOrder(headsOf(view))
  const left = all.slice(0, -maxHeads)
  let heads = all.slice(-maxHeads)
  for (let round = 0; round < maxRounds; round++) {
    heads = inOrder(heads)
    const folded: Anchor[] = []
    for (const head of heads) if (!mergeInto(folded, head)) folded.push(head)
    if (folded.length === heads.length) break
    heads = folded
  }
  return { heads: [...left, ...heads], merges }

  function inOrder(anchors: readonly Anchor[]): Anchor[] {
    const depthOf = ({ commit }: Anchor): number => history.graph.node(commit).depth
    return anchors.toSorted((a, b) => depthOf(a) - depthOf(b) || (a.commit < b.commit ? -1 : 1))
  }

  function mergeInto(folded: Anchor[], head: Anchor): boolean {
    for (const [at, other] of folded.entries()) {
      const merge = mergeHeads(history, other, head)
      if (!merge) continue
      folded[at] = merge
      merges.push(merge)
      return true
    }
    return false
  }
}
