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

function isBefore(left: UnitRange, right: UnitRange): boolean {
  return left.client < right.client || (left.client === right.client && endOf(left) <= right.clock)
}

function endOf({ clock, length }: UnitRange): number {
  return clock + length
}
