/** Whether each number is greater than the one before it. */
export function isRising(numbers: ArrayLike<number>): boolean {
  for (let i = 1; i < numbers.length; i++) if (numbers[i]! <= numbers[i - 1]!) return false
  return true
}

/** The most values whose numbers rise in the order given; of several such choices the one that ends lowest. */
export function longestRise<T>(values: readonly T[], numberOf: (value: T) => number): readonly T[] {
  // By length of a rise, less one: the last value of the one that ends lowest.
  const ends: number[] = []
  const before = values.map(() => -1)
  for (const [i, value] of values.entries()) {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (numberOf(values[ends[middle]!]!) < numberOf(value)) low = middle + 1
      else high = middle
    }
    before[i] = ends[low - 1] ?? -1
    ends[low] = i
  }
  const rise: T[] = []
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]!) rise.push(values[at]!)
  return rise.toReversed()
}
