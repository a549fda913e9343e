import { longestRise } from '../../lib/rises.ts'
import { isSameItem, type DataItem } from './data-node.ts'
import type { KeyedItems, SideKeys } from './entry.ts'
import { areSorted, isMostlySorted } from './key-order.ts'
import type { DataReason } from './piece.ts'

/** Keys that are one conflict, which stands in the place of one of them. */
export interface KeyClash {
  readonly at: string
  readonly reason: DataReason
  readonly keys: SideKeys
}

/** Fewer keys stand in some order by chance. */
const fewKeys = 3

type Side = 'left' | 'right'

/**
 * Entries of a map of which it cannot be told where they belong, or whether they still do: what one side put beside what the other one took away or changed,
 * and what one side moved and the other one changed.
 */
export function unplacedKeys(keys: SideKeys, items: KeyedItems): readonly KeyClash[] {
  const long = [keys.base, keys.left, keys.right].filter(({ length }) => length >= fewKeys)
  const isSorted = long.length > 0 && long.every(isMostlySorted)
  const found = (['left', 'right'] as const).flatMap((side) => [
    ...runsOf(keys[side], items, side).flatMap((run) => touching(run, keys, items, side, isSorted)),
    ...movedAndChanged(keys, items, side),
  ])
  const taken = new Set<string>()
  return found.filter(({ keys: { base, left, right } }) => {
    const all = [...base, ...left, ...right]
    const isFree = !all.some((key) => taken.has(key))
    if (isFree) for (const key of all) taken.add(key)
    return isFree
  })
}

/** Keys that a side put one behind the other. */
interface Run {
  readonly from: number
  readonly end: number
}

function otherOf(side: Side): Side {
  return side === 'left' ? 'right' : 'left'
}

function isPut(key: string, items: KeyedItems, side: Side): boolean {
  return !items.base.has(key) && !items[otherOf(side)].has(key)
}

function runsOf(own: readonly string[], items: KeyedItems, side: Side): readonly Run[] {
  const runs: Run[] = []
  for (let from = 0; from < own.length; from++) {
    let end = from
    while (end < own.length && isPut(own[end]!, items, side)) end++
    if (end > from) runs.push({ from, end })
    from = end
  }
  return runs
}

/**
 * A run and the neighbours that the other side took away or changed. It may have been put in the place of the one that is gone. Behind one that was changed it
 * stands because it belongs to it, unless the map is sorted, or it is the end, where one puts what belongs nowhere; what was put at the
 * start stands before the first one.
 */
function touching({ from, end }: Run, keys: SideKeys, items: KeyedItems, side: Side, isSorted: boolean): KeyClash[] {
  const own = keys[side]
  const other = otherOf(side)
  const run = own.slice(from, end)
  const rank = items[side].get(run[0]!)!.rank
  const [before, behind] = [own[from - 1], own[end]].map((key) =>
    key !== undefined && items[side].get(key)!.rank === rank ? key : undefined,
  )
  const isPlaced = isSorted && areSorted([before, ...run, behind].filter((key) => key !== undefined))
  const changeOf = (key: string | undefined, edge: 0 | -1): 'gone' | 'changed' | undefined =>
    key === undefined ? undefined : changeBeside(key, edge, items, side)
  const [ofBefore, ofBehind] = [changeOf(before, -1), changeOf(behind, 0)]
  const touches = {
    before: ofBefore === 'gone' || (ofBefore === 'changed' && !isPlaced && behind !== undefined),
    behind: ofBehind === 'gone' || (ofBehind === 'changed' && !isPlaced && before === undefined),
  }
  const inBase = [...(touches.before ? [before!] : []), ...(touches.behind ? [behind!] : [])]
  if (inBase.length === 0) return []
  const ofSide = [...(touches.before ? [before!] : []), ...run, ...(touches.behind ? [behind!] : [])]
  const ofOther = inBase.filter((key) => items[other].has(key))
  const reason: DataReason = ofOther.length > 0 ? 'both-changed' : `${other}-deleted`
  return [
    {
      at: run[0]!,
      reason,
      keys:
        side === 'left'
          ? { base: inBase, left: ofSide, right: ofOther }
          : { base: inBase, left: ofOther, right: ofSide },
    },
  ]
}

/** What the other side did to an entry that this one left alone, if it is gone or changed on its last line (-1) or first one (0). */
function changeBeside(key: string, edge: 0 | -1, items: KeyedItems, side: Side): 'gone' | 'changed' | undefined {
  const [base, own, other] = [items.base.get(key), items[side].get(key), items[otherOf(side)].get(key)]
  if (!base || !own || !isSameItem(base, own)) return undefined
  if (!other) return 'gone'
  return lineOf(base, edge) === lineOf(other, edge) ? undefined : 'changed'
}

function lineOf({ head, gap, value }: DataItem, edge: 0 | -1): string {
  return (head + gap + value.text).split('\n').at(edge)!.trim()
}

/** What a side moved among the keys of the base, and the other one changed. Where it is now, the base has nothing. */
function movedAndChanged(keys: SideKeys, items: KeyedItems, side: Side): readonly KeyClash[] {
  const places = new Map(keys.base.map((key, place) => [key, place]))
  const kept = keys[side].filter((key) => places.has(key))
  const stayed = new Set(longestRise(kept, (key) => places.get(key)!))
  return kept.flatMap((at) => {
    const other = items[otherOf(side)].get(at)
    const isClash = other && !stayed.has(at) && !isSameItem(items.base.get(at)!, other)
    return isClash ? [{ at, reason: 'both-changed' as const, keys: { base: [], left: [at], right: [at] } }] : []
  })
}
