/** Lines that stand in the other text more often than this tell little, in texts of whatever length. */
const frequentFrom = 1024
/** How far around a frequent line others are looked at. */
const windowLines = 100

const absent = 0
const telling = 1
const frequent = 2

/**
 * The places of the lines from `from` to before `end` that a diff compares. Left out are lines that the other text does not have, and
 * frequent ones (blank lines, closing braces) amid many of those: to match them would only cut a change into pieces. `counts` has a place
 * for each id of a line and is all zero, before and after.
 */
export function tellingLines(
  lines: Uint32Array,
  { from, end, other }: { readonly from: number; readonly end: number; readonly other: Uint32Array },
  counts: Uint32Array,
): Uint32Array {
  for (const id of other) counts[id]!++
  const limit = Math.min(roughRoot(lines.length), frequentFrom)
  const kinds = new Uint8Array(end - from)
  for (let i = from; i < end; i++) {
    const count = counts[lines[i]!]!
    kinds[i - from] = count === 0 ? absent : count < limit ? telling : frequent
  }
  for (const id of other) counts[id] = 0
  const places = new Uint32Array(end - from)
  let found = 0
  for (let i = 0; i < kinds.length; i++)
    if (kinds[i] === telling || (kinds[i] === frequent && !isAmidAbsent(kinds, i))) places[found++] = from + i
  return places.subarray(0, found)
}

/** Does the frequent line stand amid lines that are absent, on both sides, more than three for each frequent one? */
function isAmidAbsent(kinds: Uint8Array, at: number): boolean {
  let absents = 0
  let frequents = 2
  for (const step of [-1, 1]) {
    const before = absents
    for (let i = at + step; i >= 0 && i < kinds.length && Math.abs(i - at) <= windowLines; i += step) {
      if (kinds[i] === telling) break
      if (kinds[i] === absent) absents++
      else frequents++
    }
    if (absents === before) return false
  }
  return frequents * 3 < absents
}

/** The power of two next above the square root, or near it. */
export function roughRoot(count: number): number {
  let root = 1
  for (let rest = count; rest > 0; rest = Math.floor(rest / 4)) root *= 2
  return root
}
