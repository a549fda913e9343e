import type { StepBudget } from '../lib/myers.ts'
import { roughRoot } from './telling-lines.ts'

/** Parts of two sequences: `left` to before `leftEnd` against `right` to before `rightEnd`. */
export interface Region {
  readonly left: number
  readonly leftEnd: number
  readonly right: number
  readonly rightEnd: number
}

/** A region to compare. `isExact`: by a shortest script, whatever it takes. */
interface Task extends Region {
  readonly isExact: boolean
}

/** Where a region is parted in two, and which parts are exact. */
interface Split {
  readonly left: number
  readonly right: number
  readonly isUpperExact: boolean
  readonly isLowerExact: boolean
}

/** After so many rounds a region is parted where a path has come far by then, instead of looking on for a shortest one. */
const patientRounds = 256
/** A run of more equal lines than this is worth to part a region at. */
const longRun = 20
/** ... if its path has come so many times further than rounds were needed. */
const progress = 4
/** Beyond every place. */
const farAway = 0x7fff_ffff

/**
 * Common runs of two sequences: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), in linear space, with the
 * heuristics for large differences that its section 4 hints at and Git uses.
 */
export class SplitSearch {
  readonly #left: Uint32Array
  readonly #right: Uint32Array
  readonly #budget: StepBudget
  readonly #forward: Int32Array
  readonly #backward: Int32Array
  /** Of diagonal 0 in the two arrays; on diagonal k the left place is k more than the right one. */
  readonly #zero: number
  readonly #maxRounds: number

  constructor(left: Uint32Array, right: Uint32Array, budget: StepBudget) {
    this.#left = left
    this.#right = right
    this.#budget = budget
    const diagonals = left.length + right.length + 3
    this.#forward = new Int32Array(diagonals)
    this.#backward = new Int32Array(diagonals)
    this.#zero = right.length + 1
    this.#maxRounds = Math.max(roughRoot(diagonals), patientRounds)
  }

  /** Calls back for all runs, in any order; false when the budget is used up. */
  eachRun(found: (left: number, right: number, length: number) => void): boolean {
    const tasks: Task[] = [
      { left: 0, leftEnd: this.#left.length, right: 0, rightEnd: this.#right.length, isExact: false },
    ]
    for (let task = tasks.pop(); task; task = tasks.pop()) {
      const inner = this.#trim(task, found)
      if (inner.left === inner.leftEnd || inner.right === inner.rightEnd) continue
      const split = this.#split(inner)
      if (!split) return false
      tasks.push({ ...inner, leftEnd: split.left, rightEnd: split.right, isExact: split.isUpperExact })
      tasks.push({ ...inner, left: split.left, right: split.right, isExact: split.isLowerExact })
    }
    return true
  }

  #trim(task: Task, found: (left: number, right: number, length: number) => void): Task {
    let { left, leftEnd, right, rightEnd } = task
    while (left < leftEnd && right < rightEnd && this.#left[left] === this.#right[right]) {
      left++
      right++
    }
    while (left < leftEnd && right < rightEnd && this.#left[leftEnd - 1] === this.#right[rightEnd - 1]) {
      leftEnd--
      rightEnd--
    }
    if (left > task.left) found(task.left, task.right, left - task.left)
    if (leftEnd < task.leftEnd) found(leftEnd, rightEnd, task.leftEnd - leftEnd)
    return { left, leftEnd, right, rightEnd, isExact: task.isExact }
  }

  /** Paths from both corners grow by one edit a round until they meet, or have come far enough. */
  #split(task: Task): Split | undefined {
    const start = task.left - task.right
    const end = task.leftEnd - task.rightEnd
    const isOdd = (start - end) % 2 !== 0
    this.#forward[this.#zero + start] = task.left
    this.#backward[this.#zero + end] = task.leftEnd
    let ahead = fanOf(task, start, 0)
    let back = fanOf(task, end, 0)
    for (let round = 1; ; round++) {
      if (this.#budget.steps < 0) return undefined
      ahead = fanOf(task, start, round)
      let met = this.#goAhead(task, ahead, isOdd ? back : undefined)
      if (met === undefined) {
        back = fanOf(task, end, round)
        met = this.#goBack(task, back, isOdd ? undefined : ahead)
      }
      if (met !== undefined) {
        const left = this.#metAt
        return { left, right: left - met, isUpperExact: true, isLowerExact: true }
      }
      if (task.isExact) continue
      if ((ahead.hasRun || back.hasRun) && round > patientRounds) {
        const split = this.#atLongRunAhead(task, ahead, round) ?? this.#atLongRunBack(task, back, round)
        if (split) return split
      }
      if (round >= this.#maxRounds) return this.#atFarthest(task, ahead, back)
    }
  }

  #metAt = 0

  /** One more edit on each path from the upper corner. The diagonal on which one meets a path of the other side, if `other` is given. */
  #goAhead({ leftEnd, rightEnd }: Task, fan: Fan, other: Fan | undefined): number | undefined {
    const [left, right, reached, opposite, zero] = [this.#left, this.#right, this.#forward, this.#backward, this.#zero]
    if (fan.isLowNew) reached[zero + fan.low - 1] = -1
    if (fan.isHighNew) reached[zero + fan.high + 1] = -1
    const [otherLow, otherHigh] = other ? [other.low, other.high] : [1, 0]
    let steps = 0
    let met: number | undefined
    for (let k = fan.high; k >= fan.low && met === undefined; k -= 2) {
      const above = reached[zero + k - 1]!
      const below = reached[zero + k + 1]!
      const from = above >= below ? above + 1 : below
      let to = from
      while (to < leftEnd && to - k < rightEnd && left[to] === right[to - k]) to++
      if (to - from > longRun) fan.hasRun = true
      steps += to - from + 1
      reached[zero + k] = to
      if (otherLow <= k && k <= otherHigh && opposite[zero + k]! <= to) {
        this.#metAt = to
        met = k
      }
    }
    this.#budget.steps -= steps
    return met
  }

  /** The same from the lower corner. */
  #goBack({ left: leftStart, right: rightStart }: Task, fan: Fan, other: Fan | undefined): number | undefined {
    const [left, right, reached, opposite, zero] = [this.#left, this.#right, this.#backward, this.#forward, this.#zero]
    if (fan.isLowNew) reached[zero + fan.low - 1] = farAway
    if (fan.isHighNew) reached[zero + fan.high + 1] = farAway
    const [otherLow, otherHigh] = other ? [other.low, other.high] : [1, 0]
    let steps = 0
    let met: number | undefined
    for (let k = fan.high; k >= fan.low && met === undefined; k -= 2) {
      const above = reached[zero + k - 1]!
      const below = reached[zero + k + 1]!
      const from = above < below ? above : below - 1
      let to = from
      while (to > leftStart && to - k > rightStart && left[to - 1] === right[to - k - 1]) to--
      if (from - to > longRun) fan.hasRun = true
      steps += from - to + 1
      reached[zero + k] = to
      if (otherLow <= k && k <= otherHigh && to <= opposite[zero + k]!) {
        this.#metAt = to
        met = k
      }
    }
    this.#budget.steps -= steps
    return met
  }

  #atLongRunAhead(task: Task, fan: Fan, round: number): Split | undefined {
    const start = task.left - task.right
    let best = progress * round
    let split: Split | undefined
    for (let k = fan.high; k >= fan.low; k -= 2) {
      const left = this.#forward[this.#zero + k]!
      const right = left - k
      const gain = left - task.left + right - task.right - Math.abs(k - start)
      const isInside =
        task.left + longRun <= left && left < task.leftEnd && task.right + longRun <= right && right < task.rightEnd
      if (gain <= best || !isInside || !this.#isRun(left - longRun, right - longRun)) continue
      best = gain
      split = { left, right, isUpperExact: true, isLowerExact: false }
    }
    return split
  }

  #atLongRunBack(task: Task, fan: Fan, round: number): Split | undefined {
    const end = task.leftEnd - task.rightEnd
    let best = progress * round
    let split: Split | undefined
    for (let k = fan.high; k >= fan.low; k -= 2) {
      const left = this.#backward[this.#zero + k]!
      const right = left - k
      const gain = task.leftEnd - left + task.rightEnd - right - Math.abs(k - end)
      const isInside =
        task.left < left && left <= task.leftEnd - longRun && task.right < right && right <= task.rightEnd - longRun
      if (gain <= best || !isInside || !this.#isRun(left, right)) continue
      best = gain
      split = { left, right, isUpperExact: false, isLowerExact: true }
    }
    return split
  }

  #isRun(left: number, right: number): boolean {
    let length = 0
    while (length < longRun && this.#left[left + length] === this.#right[right + length]) length++
    return length === longRun
  }

  /** Where the path that has come farthest stands. */
  #atFarthest(task: Task, ahead: Fan, back: Fan): Split {
    let [aheadSum, aheadLeft] = [-1, -1]
    for (let k = ahead.high; k >= ahead.low; k -= 2) {
      const left = Math.min(this.#forward[this.#zero + k]!, task.leftEnd, task.rightEnd + k)
      if (aheadSum < left + left - k) [aheadSum, aheadLeft] = [left + left - k, left]
    }
    let [backSum, backLeft] = [farAway, farAway]
    for (let k = back.high; k >= back.low; k -= 2) {
      const left = Math.max(this.#backward[this.#zero + k]!, task.left, task.right + k)
      if (left + left - k < backSum) [backSum, backLeft] = [left + left - k, left]
    }
    return task.leftEnd + task.rightEnd - backSum < aheadSum - (task.left + task.right)
      ? { left: aheadLeft, right: aheadSum - aheadLeft, isUpperExact: true, isLowerExact: false }
      : { left: backLeft, right: backSum - backLeft, isUpperExact: false, isLowerExact: true }
  }
}

/** The diagonals of one round, every other one from `high` down to `low`. */
interface Fan {
  readonly low: number
  readonly high: number
  /** Has no path been beyond this end yet? */
  readonly isLowNew: boolean
  readonly isHighNew: boolean
  /** Has a path met a long run in this round? */
  hasRun: boolean
}

/** Beyond the corners of the region diagonals have nothing to add: there the fan folds back. */
function fanOf({ left, leftEnd, right, rightEnd }: Region, origin: number, round: number): Fan {
  const overLow = Math.max(0, round - (origin - (left - rightEnd)))
  const overHigh = Math.max(0, round - (leftEnd - right - origin))
  return {
    low: origin - round + 2 * overLow,
    high: origin + round - 2 * overHigh,
    isLowNew: overLow === 0,
    isHighNew: overHigh === 0,
    hasRun: false,
  }
}
