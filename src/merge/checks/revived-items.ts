import type { Sources } from '../structure/merge-structure.ts'
import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/**
 * Items of lists that one side took away or changed, and that a merged text has as they were: the other side had moved them, or wrapped something around
 * them, and that looks as if it had deleted them too and put them somewhere anew. Only what stands once in the base is looked at.
 */
export function revivedItems({ base, left, right }: Sources, merged: Source): readonly Finding[] {
  const [inBase, inLeft, inRight, inMerged] = [base, left, right, merged].map(itemsOf) as [Items, Items, Items, Items]
  const found: number[] = []
  for (const [id, { count, first }] of inBase) {
    if (count !== 1 || inMerged.get(id)?.count !== 1) continue
    const [one, other] = [inLeft.get(id)?.count ?? 0, inRight.get(id)?.count ?? 0]
    if (one + other !== 1 || found.some((item) => item < first && first < base.tree.next[item]!)) continue
    found.push(first)
  }
  return found.map((item) => ({ check: 'changes', name: base.textOf(item).split('\n')[0]!.slice(0, 80) }))
}

/** By identity: how many items of lists are the same, and the node of the first. */
type Items = ReadonlyMap<number, { readonly count: number; readonly first: number }>

function itemsOf(source: Source): Items {
  const items = new Map<number, { readonly count: number; readonly first: number }>()
  for (let node = 0; node < source.tree.size; node++) {
    if (source.rules.lists[source.kind(node)] === undefined) continue
    for (const item of source.children(node)) {
      if (!source.isNamed(item) || source.isComment(item)) continue
      const known = items.get(source.ids[item]!)
      items.set(source.ids[item]!, { count: (known?.count ?? 0) + 1, first: known?.first ?? item })
    }
  }
  return items
}
