import type { MergeDriver, MergeInput, MergeOutput } from '../contracts/merge-driver.ts'
import { commonRuns, type StepBudget } from '../lib/myers.ts'
import { LineTable, textOf, type Lines } from './lines.ts'

/** Steps that one merge may take: a limit of merge version 1. Beyond it the files conflict whole. */
const maxSteps = 1 << 25

const certificate = 'line/1'

type LineMerged = Exclude<MergeOutput, { readonly status: 'unready' }>

/**
 * Three-way merge by lines (diff3), merge version 1: its bytes are part of the format of rooms, so it stays as it is beside
 * `mergeText`. Between lines that all three texts keep, a side that is like the base gives way to the other, and what both sides make
 * alike is taken once; everything else, changes of neighbouring lines too, is a conflict. Where `git merge-file` and this are both clean they agree. They differ in who is clean where lines stand several
 * times: there a shortest diff is not unique, and git shifts changes along equal lines before it looks whether they meet.
 */
export const lineMerge = {
  version: 1,
  merge({ base, left, right }: MergeInput): LineMerged {
    if (left === right || right === base) return { status: 'clean', text: left, certificate }
    if (left === base) return { status: 'clean', text: right, certificate }
    return new LineMerge(base, left, right).output()
  },
  prepare: async () => {},
} satisfies MergeDriver

class LineMerge {
  readonly #base: Lines
  readonly #left: Lines
  readonly #right: Lines
  readonly #parts: string[] = []
  #conflicts = 0

  constructor(base: string, left: string, right: string) {
    const table = new LineTable()
    this.#base = table.lines(base)
    this.#left = table.lines(left)
    this.#right = table.lines(right)
  }

  output(): LineMerged {
    const budget: StepBudget = { steps: maxSteps }
    const inLeft = placesIn(this.#base, this.#left, budget)
    const inRight = inLeft && placesIn(this.#base, this.#right, budget)
    if (inRight) this.#merge(inLeft, inRight)
    else this.#chunk(this.#base.text, this.#left.text, this.#right.text)
    const text = this.#parts.join('')
    const conflicts = this.#conflicts
    return conflicts ? { status: 'conflict', text, conflicts } : { status: 'clean', text, certificate }
  }

  #merge(inLeft: Int32Array, inRight: Int32Array): void {
    const baseEnd = this.#base.ids.length
    let from = 0
    let leftFrom = 0
    let rightFrom = 0
    for (let at = 0; at <= baseEnd; at++) {
      const isEnd = at === baseEnd
      const left = isEnd ? this.#left.ids.length : inLeft[at]!
      const right = isEnd ? this.#right.ids.length : inRight[at]!
      if (left < 0 || right < 0) continue
      this.#chunk(
        textOf(this.#base, from, at),
        textOf(this.#left, leftFrom, left),
        textOf(this.#right, rightFrom, right),
      )
      if (!isEnd) this.#parts.push(textOf(this.#base, at, at + 1))
      from = at + 1
      leftFrom = left + 1
      rightFrom = right + 1
    }
  }

  /** What lies between two lines that all three texts keep. */
  #chunk(base: string, left: string, right: string): void {
    if (left === right || right === base) this.#parts.push(left)
    else if (left === base) this.#parts.push(right)
    else {
      this.#conflicts++
      this.#parts.push('<<<<<<< left\n', ended(left), '=======\n', ended(right), '>>>>>>> right\n')
    }
  }
}

/** For each line of the base its place in a side, or -1 where it is gone; undefined when the budget is used up. */
function placesIn(base: Lines, side: Lines, budget: StepBudget): Int32Array | undefined {
  const runs = commonRuns(base.ids, side.ids, budget)
  if (!runs) return undefined
  const places = new Int32Array(base.ids.length).fill(-1)
  for (const { left, right, length } of runs) for (let i = 0; i < length; i++) places[left + i] = right + i
  return places
}

/** A marker stands on a line of its own, even after a text that does not end with one. */
function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
