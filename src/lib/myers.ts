/** `length` tokens from `left` on in one sequence are those from `right` on in the other. */
export interface CommonRun {
  readonly left: number
  readonly right: number
  readonly length: number
}

/** The tokens from `left` to before `leftEnd` of one sequence stand where the other has those from `right` to before `rightEnd`. */
export interface TokenChange {
  readonly left: number
  readonly leftEnd: number
  readonly right: number
  readonly rightEnd: number
}

/** What differs between two sequences with such common runs, in order. */
export function changesBetween(
  runs: readonly CommonRun[],
  { length: leftLength }: ArrayLike<unknown>,
  { length: rightLength }: ArrayLike<unknown>,
): readonly TokenChange[] {
  const changes: TokenChange[] = []
  let [left, right] = [0, 0]
  for (const run of [...runs, { left: leftLength, right: rightLength, length: 0 }]) {
    if (run.left > left || run.right > right) changes.push({ left, leftEnd: run.left, right, rightEnd: run.right })
    left = run.left + run.length
    right = run.right + run.length
  }
  return changes
}

/** Work that may still be done, in comparisons: a limit that is the same on every machine. */
export interface StepBudget {
  steps: number
}

/**
 * A longest common subsequence of two sequences of token ids, as runs in order: the same one everywhere. Undefined when the
 * budget is used up. E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), in linear space.
 */
export function commonRuns(
  left: Uint32Array,
  right: Uint32Array,
  budget: StepBudget,
): readonly CommonRun[] | undefined {
  const leftPlaces = placesOfShared(left, right)
  const rightPlaces = placesOfShared(right, left)
  const search = new Search(pick(left, leftPlaces), pick(right, rightPlaces), budget)
  if (!search.run()) return undefined
  const runs: { left: number; right: number; length: number }[] = []
  for (let i = 0; i < leftPlaces.length; i++) {
    const match = search.matches[i]!
    if (match < 0) continue
    const at = { left: leftPlaces[i]!, right: rightPlaces[match]! }
    const last = runs.at(-1)
    if (last && last.left + last.length === at.left && last.right + last.length === at.right) last.length++
    else runs.push({ ...at, length: 1 })
  }
  return runs
}

/** Where the tokens stand that the other sequence holds too: no other token can be common. */
function placesOfShared(tokens: Uint32Array, other: Uint32Array): readonly number[] {
  const known = new Set(other)
  const places: number[] = []
  for (let i = 0; i < tokens.length; i++) if (known.has(tokens[i]!)) places.push(i)
  return places
}

function pick(tokens: Uint32Array, places: readonly number[]): Uint32Array {
  return Uint32Array.from(places, (place) => tokens[place]!)
}

/** A part of both sequences: `left` to `leftEnd` against `right` to `rightEnd`. */
interface Region {
  readonly left: number
  readonly leftEnd: number
  readonly right: number
  readonly rightEnd: number
}

class Search {
  /** For each left token the right one that it is matched with, or -1. */
  readonly matches: Int32Array
  readonly #left: Uint32Array
  readonly #right: Uint32Array
  readonly #budget: StepBudget
  readonly #forward: Int32Array
  readonly #backward: Int32Array

  constructor(left: Uint32Array, right: Uint32Array, budget: StepBudget) {
    this.#left = left
    this.#right = right
    this.#budget = budget
    this.matches = new Int32Array(left.length).fill(-1)
    const diagonals = left.length + right.length + 3
    this.#forward = new Int32Array(diagonals)
    this.#backward = new Int32Array(diagonals)
  }

  /** False when the budget is used up. */
  run(): boolean {
    const regions: Region[] = [{ left: 0, leftEnd: this.#left.length, right: 0, rightEnd: this.#right.length }]
    for (let next = regions.pop(); next; next = regions.pop()) {
      const region = this.#trim(next)
      if (region.left === region.leftEnd || region.right === region.rightEnd) continue
      const middle = this.#middle(region)
      if (!middle) return false
      this.#match(middle.left, middle.right, middle.leftEnd - middle.left)
      regions.push({ ...region, leftEnd: middle.left, rightEnd: middle.right })
      regions.push({ ...region, left: middle.leftEnd, right: middle.rightEnd })
    }
    return this.#budget.steps >= 0
  }

  #match(left: number, right: number, length: number): void {
    for (let i = 0; i < length; i++) this.matches[left + i] = right + i
  }

  /** Matches what is equal at both ends. */
  #trim(region: Region): Region {
    let { left, leftEnd, right, rightEnd } = region
    while (left < leftEnd && right < rightEnd && this.#left[left] === this.#right[right]) this.matches[left++] = right++
    while (left < leftEnd && right < rightEnd && this.#left[leftEnd - 1] === this.#right[rightEnd - 1])
      this.matches[--leftEnd] = --rightEnd
    this.#budget.steps -= region.leftEnd - region.left - (leftEnd - left) + 1
    return { left, leftEnd, right, rightEnd }
  }

  /**
   * A run of equal tokens (empty, it may be) in the middle of a shortest path through the region: paths from both corners
   * grow by one edit a round until they meet. On diagonal k the left offset is k more than the right one.
   */
  #middle({ left, leftEnd, right, rightEnd }: Region): Region | undefined {
    const width = leftEnd - left
    const height = rightEnd - right
    const zero = height + 1
    const isOdd = (width - height) % 2 !== 0
    this.#forward[zero + 1] = 0
    this.#backward[zero + 1] = 0
    for (let round = 0; ; round++) {
      // Beyond the edges of the region a diagonal has nothing to add.
      const low = -(round - 2 * Math.max(0, round - height))
      const high = round - 2 * Math.max(0, round - width)
      if (this.#budget.steps < 0) return undefined
      for (let k = low; k <= high; k += 2) {
        const from = start(this.#forward, zero + k, k === -round, k === round)
        let to = from
        while (to < width && to - k < height && this.#left[left + to] === this.#right[right + to - k]) to++
        this.#forward[zero + k] = to
        this.#budget.steps -= to - from + 1
        const mirror = width - height - k
        if (isOdd && Math.abs(mirror) < round && to + this.#backward[zero + mirror]! >= width)
          return { left: left + from, leftEnd: left + to, right: right + from - k, rightEnd: right + to - k }
      }
      for (let k = low; k <= high; k += 2) {
        const from = start(this.#backward, zero + k, k === -round, k === round)
        let to = from
        while (to < width && to - k < height && this.#left[leftEnd - 1 - to] === this.#right[rightEnd - 1 - to + k])
          to++
        this.#backward[zero + k] = to
        this.#budget.steps -= to - from + 1
        const mirror = width - height - k
        if (!isOdd && Math.abs(mirror) <= round && to + this.#forward[zero + mirror]! >= width)
          return {
            left: leftEnd - to,
            leftEnd: leftEnd - from,
            right: rightEnd - to + k,
            rightEnd: rightEnd - from + k,
          }
      }
    }
  }
}

/** The left offset at which a path enters its diagonal: from the diagonal whose path has come further. */
function start(reached: Int32Array, at: number, isLowest: boolean, isHighest: boolean): number {
  const below = reached[at + 1]!
  const above = reached[at - 1]!
  return isLowest || (!isHighest && above < below) ? below : above + 1
}
