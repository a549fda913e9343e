import type { Sources } from '../structure/merge-structure.ts'
import type { Source } from '../structure/source.ts'
import { areAlike, type CommonParts } from './common-parts.ts'
import type { Finding } from './finding.ts'

/**
 * Items of lists that one side took away or changed, and that a merged text has as they were: the other side had moved them, or wrapped something around
 * them, and that looks as if it had deleted them too and put them somewhere anew. Of equal ones there may be no more than on the side that has fewer.
 */
export function revivedItems({ base, left, right }: Sources, merged: Source, common?: CommonParts): readonly Finding[] {
  const texts = [base, left, right, merged]
  if (common) {
    const partsInLists: boolean[][] = texts.map(() => [])
    const items = texts.map((source, i) =>
      itemsOf(source, { parts: common.numbers(source), inLists: partsInLists[i]! }),
    )
    // An item of a common part stands on both sides.
    if (areAlike(partsInLists) && revivedOf(base, items).length === 0) return []
  }
  const found = revivedOf(
    base,
    texts.map((source) => itemsOf(source)),
  )
  return found.map((item) => ({ check: 'changes', name: base.textOf(item).split('\n')[0]!.slice(0, 80) }))
}

/** Nodes of the base. */
function revivedOf(base: Source, [inBase, inLeft, inRight, inMerged]: readonly Items[]): readonly number[] {
  const found: number[] = []
  for (const [id, { count, first }] of inBase!) {
    const [one, other] = [inLeft, inRight].map((items) => items!.get(id)?.count ?? 0) as [number, number]
    const least = Math.min(one, other)
    // A side that has more of them than the base put some where the other one may have taken some away.
    if (least === count || Math.max(one, other) > count || (inMerged!.get(id)?.count ?? 0) <= least) continue
    if (found.some((item) => item < first && first < base.tree.next[item]!)) continue
    found.push(first)
  }
  return found
}

/** By identity: how many items of lists are the same, and the node of the first. */
type Items = ReadonlyMap<number, { readonly count: number; readonly first: number }>

/** Parts that are not looked into, and by their number whether they stand in a list. */
interface Unread {
  readonly parts: Int32Array
  readonly inLists: boolean[]
}

function itemsOf(source: Source, unread?: Unread): Items {
  const items = new Map<number, { readonly count: number; readonly first: number }>()
  for (let node = 0; node < source.tree.size; node++) {
    if (unread?.parts[node]) {
      node = source.tree.next[node]! - 1
      continue
    }
    if (source.rules.lists[source.kind(node)] === undefined) continue
    for (const item of source.children(node)) {
      const part = unread?.parts[item]
      if (part) unread.inLists[part] = true
      if (part || !source.isNamed(item) || source.isComment(item)) continue
      const known = items.get(source.ids[item]!)
      items.set(source.ids[item]!, { count: (known?.count ?? 0) + 1, first: known?.first ?? item })
    }
  }
  return items
}
