import type { KeptRun } from './text-diff.ts'
import type { UnitRange } from './update-reader.ts'

/** By client and clock. */
export function inOrder(left: UnitRange, right: UnitRange): number {
  return left.client - right.client || left.clock - right.clock
}

/** The same units in one form: clients and clocks ascending, ranges that touch joined. */
export function joinedRanges(ranges: readonly UnitRange[]): readonly UnitRange[] {
  const joined: UnitRange[] = []
  for (const range of ranges.toSorted(inOrder)) {
    const last = joined.at(-1)
    const end = range.clock + range.length
    if (last?.client === range.client && last.clock + last.length >= range.clock)
      joined[joined.length - 1] = { ...last, length: Math.max(last.clock + last.length, end) - last.clock }
    else joined.push(range)
  }
  return joined
}

/** The parts of ranges that are in none of the others. Both are in the form of `joinedRanges`, and so is the result. */
export function withoutRanges<Range extends UnitRange>(
  ranges: readonly Range[],
  others: readonly UnitRange[],
): readonly Range[] {
  const left: Range[] = []
  let at = 0
  for (const range of ranges) {
    const { client } = range
    const end = range.clock + range.length
    while (others[at] && isBefore(others[at]!, range)) at++
    let clock = range.clock
    for (let i = at; others[i]?.client === client && others[i]!.clock < end; i++) {
      if (others[i]!.clock > clock) left.push({ ...range, clock, length: others[i]!.clock - clock })
      clock = Math.max(clock, endOf(others[i]!))
    }
    if (clock < end) left.push({ ...range, clock, length: end - clock })
  }
  return left
}

/** Which units of a text stand where in another text of the same document: both in order, and so is what both show. */
export function keptUnits(base: readonly UnitRange[], current: readonly UnitRange[]): readonly KeptRun[] {
  const places = new Map<number, Placed[]>()
  for (const range of placed(current)) {
    const ofClient = places.get(range.client)
    if (ofClient) ofClient.push(range)
    else places.set(range.client, [range])
  }
  for (const ranges of places.values()) ranges.sort(inOrder)
  const kept: KeptRun[] = []
  for (const range of placed(base)) {
    const others = places.get(range.client) ?? []
    for (let i = firstBehind(others, range.clock); others[i] && others[i]!.clock < endOf(range); i++) {
      const clock = Math.max(range.clock, others[i]!.clock)
      const length = Math.min(endOf(range), endOf(others[i]!)) - clock
      kept.push({ at: range.at + clock - range.clock, to: others[i]!.at + clock - others[i]!.clock, length })
    }
  }
  return kept.sort((a, b) => a.at - b.at)
}

/** Index of the first of ascending ranges that ends behind a clock. */
function firstBehind(ranges: readonly UnitRange[], clock: number): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (endOf(ranges[middle]!) <= clock) low = middle + 1
    else high = middle
  }
  return low
}

/** A range, and where it stands in its text. */
interface Placed extends UnitRange {
  readonly at: number
}

function placed(ranges: readonly UnitRange[]): readonly Placed[] {
  let at = 0
  return ranges.map((range) => ({ ...range, at: (at += range.length) - range.length }))
}

function isBefore(left: UnitRange, right: UnitRange): boolean {
  return left.client < right.client || (left.client === right.client && endOf(left) <= right.clock)
}

function endOf({ clock, length }: UnitRange): number {
  return clock + length
}
