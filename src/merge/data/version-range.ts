/** A range as npm reads it, with all three numbers: `^1.2.3`, `~1.2.3`, `>=1.2.3`; without an operator that version alone. */
interface VersionRange {
  readonly operator: string
  readonly numbers: readonly [number, number, number]
}

/** The side whose range lies within the other one's, where both raised it: it says what both ask for. Texts are scalars of JSON. */
export function narrowerRange(base: string | undefined, left: string, right: string): 'left' | 'right' | undefined {
  const [ofLeft, ofRight] = [rangeOf(left), rangeOf(right)]
  if (!ofLeft || !ofRight || ofLeft.operator !== ofRight.operator) return undefined
  if (base !== undefined && !(isRaised(base, left) && isRaised(base, right))) return undefined
  const [lower, higher] = isLower(ofLeft, ofRight) ? [ofLeft, ofRight] : [ofRight, ofLeft]
  if (!holds(lower, higher)) return undefined
  return higher === ofLeft ? 'left' : 'right'
}

export function isRaised(from: string, to: string): boolean {
  const [before, after] = [rangeOf(from), rangeOf(to)]
  return before !== undefined && after !== undefined && isLower(before, after)
}

function rangeOf(text: string): VersionRange | undefined {
  const [, operator, major, minor, patch] = /^"(\^|~|>=|)[ ]?(\d{1,9})\.(\d{1,9})\.(\d{1,9})"$/.exec(text) ?? []
  return operator === undefined ? undefined : { operator, numbers: [Number(major), Number(minor), Number(patch)] }
}

function isLower({ numbers }: VersionRange, other: VersionRange): boolean {
  const at = numbers.findIndex((number, i) => number !== other.numbers[i])
  return at >= 0 && numbers[at]! < other.numbers[at]!
}

/** Whether all versions of a higher range are in the lower one: no number differs that the operator keeps. */
function holds({ operator, numbers }: VersionRange, higher: VersionRange): boolean {
  if (operator === '>=') return true
  if (operator === '') return false
  const firstOfAll = numbers.findIndex((number) => number > 0)
  const kept = operator === '~' ? 2 : firstOfAll < 0 ? 3 : firstOfAll + 1
  return numbers.slice(0, kept).every((number, i) => number === higher.numbers[i])
}
