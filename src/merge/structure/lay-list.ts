import type { Item, ItemList } from './item-list.ts'
import { mergeGap, mergeValue } from './merge-value.ts'
import type { ListRule } from '../languages/merge-rules.ts'
import type { Piece } from './pieces.ts'

/** The three versions of one list. */
export interface ListVersions {
  readonly base: ItemList
  readonly left: ItemList
  readonly right: ItemList
}

/** An item of the merged list. `versions`: the item in all three texts, where it stands in all. */
export interface Laid {
  readonly item: Item
  readonly versions?: readonly [Item, Item, Item]
  readonly pieces: readonly Piece[]
  readonly separator: string
  readonly trail: string
  readonly isConflict?: boolean
}

/** Puts the items of a merged list into a row, with white space and separators; undefined where it is not known what to put. */
export function layList(lists: ListVersions, laid: readonly Laid[], rule: ListRule): readonly Piece[] | undefined {
  const { base, left, right } = lists
  const ends = mergeEnds(lists)
  if (!ends) return undefined
  const pieces: Piece[] = [ends.open]
  const hasLastSeparator = mergeLastSeparator(lists)
  for (const [i, each] of laid.entries()) {
    const before = laid[i - 1]
    const own = gapBefore(each, i, lists)
    const gap = before && endsLine(before) && !own?.includes('\n') ? gapBehindLine(before, lists) : own
    if (gap === undefined) return undefined
    if (before && !before.isConflict && !each.isConflict && !wereNeighbours(before, each)) {
      const isParted =
        own?.includes('\n') ||
        endsItself(before) ||
        ((before.separator !== '' || (rule.separator !== undefined && rule.separator !== ',?')) &&
          (rule.separator !== ' ' || gap !== ''))
      if (!isParted && rule.separator !== ',?') return undefined
      if (!isParted) pieces.push(',')
    }
    pieces.push(gap, ...each.pieces)
    if (each.isConflict) continue
    const isLast = i === laid.length - 1
    pieces.push(separatorOf(each, rule, isLast && !hasLastSeparator), each.trail)
  }
  const closeGap = laid.length === 0 ? mergeGap(base.closeGap, left.closeGap, right.closeGap) : closeGapOf(lists)
  const last = laid.at(-1)
  if (!last || !endsLine(last) || ends.close === '' || closeGap.includes('\n')) return [...pieces, closeGap, ends.close]
  const behind = gapBehindLine(last, lists)
  return behind === undefined ? undefined : [...pieces, behind, ends.close]
}

function separatorOf({ separator }: Laid, rule: ListRule, isOmitted: boolean): string {
  if (rule.separator === undefined || rule.separator === ' ' || rule.separator === ',?') return separator
  return isOmitted ? '' : rule.separator === ',' ? rule.separator : ` ${rule.separator}`
}

/** Whether some text has one item directly behind the other: what stands between them there will do. */
function wereNeighbours(before: Laid, each: Laid): boolean {
  const first = before.versions ?? [before.item]
  const second = each.versions ?? [each.item]
  return first.some((item) => second.some((next) => item.source === next.source && item.index + 1 === next.index))
}

function mergeEnds({ base, left, right }: ListVersions): { open: string; close: string } | undefined {
  const open = mergeValue(base.open, left.open, right.open)
  const close = mergeValue(base.close, left.close, right.close)
  return open === undefined || close === undefined ? undefined : { open, close }
}

function closeGapOf({ base, left, right }: ListVersions): string {
  const full = [base, left, right].filter((list) => list.items.length > 0)
  const [first, second, third] = full.map((list) => list.closeGap)
  if (third !== undefined) return mergeGap(first!, second!, third)
  return second === undefined || first! > second ? first! : second
}

/** Whether a separator stands behind the last item. */
function mergeLastSeparator({ base, left, right }: ListVersions): boolean {
  const told = [base, left, right].flatMap(({ items }) => (items.length === 0 ? [] : [items.at(-1)!.separator !== '']))
  if (told.length < 3) return told.includes(true)
  const [inBase, inLeft, inRight] = told
  return inLeft === inBase ? inRight! : inLeft!
}

/** A comment behind an item goes on to the end of its line: what stood beside the item stands on the next line. */
function endsLine({ trail, isConflict }: Laid): boolean {
  return trail !== '' && !isConflict
}

/** Whether what stands beside a declaration may be anything. */
function endsItself({ item, pieces }: Laid): boolean {
  const last = pieces.at(-1)
  return item.isFree && typeof last === 'string' && last.endsWith(';')
}

/** The white space behind an item that ends its line, as some text has it there. */
function gapBehindLine({ item, versions = [item, item, item] }: Laid, lists: ListVersions): string | undefined {
  return [lists.base, lists.left, lists.right]
    .flatMap(({ source, items, closeGap }) => {
      const here = versions.find((version) => version.source === source && version.trail !== '')
      return here ? [items[here.index + 1]?.gap ?? closeGap] : []
    })
    .find((gap) => gap.includes('\n'))
}

/** The white space before an item of the merged list. */
function gapBefore({ item, versions }: Laid, place: number, lists: ListVersions): string | undefined {
  const gap = versions ? mergeGap(versions[0].gap, versions[1].gap, versions[2].gap) : item.gap
  const all = [lists.base, lists.left, lists.right]
  const isFirst = (each: Item): boolean => all.some(({ items }) => items[0] === each)
  const wasFirst = (versions ?? [item]).some(isFirst)
  if (place === 0) return wasFirst ? gap : all.find(({ items }) => items.length > 0)!.items[0]!.gap
  if (!wasFirst) return gap
  // What was first in some text stands behind another item now.
  const own = (versions ?? [item]).find((each) => !isFirst(each))
  if (own) return own.gap
  const next = all.find(({ items }) => items[item.index] === item)?.items[item.index + 1]?.gap
  const inner = next ?? all.find(({ items }) => items.length > 1)?.items[1]!.gap
  return inner ?? (gap.includes('\n') ? gap : undefined)
}
