import { changesBetween, commonRuns, type StepBudget } from '../../lib/myers.ts'
import type { DataReason } from './piece.ts'

/** Elements as numbers: those that stand for each other are equal, whether or not they have the same value. */
export interface ListTokens {
  readonly base: Uint32Array
  readonly left: Uint32Array
  readonly right: Uint32Array
}

/** A place in a merged list, by the places of the inputs. */
export type ListStep =
  /** One element, in the texts that have it. `isPaired`: only its place tells that the texts mean the same one. */
  | { readonly base?: number; readonly left?: number; readonly right?: number; readonly isPaired?: true }
  | { readonly reason: DataReason; readonly base: Span; readonly left: Span; readonly right: Span }

interface Span {
  readonly from: number
  readonly end: number
}

/** A change of a side: base elements `from` to `end` became its own elements `sideFrom` to `sideEnd`. */
interface Hunk {
  readonly from: number
  readonly end: number
  readonly sideFrom: number
  readonly sideEnd: number
}

/**
 * The three-way alignment of a list whose order counts (diff3, by elements). Changes of neighbouring elements are told apart if no
 * element stands twice and their order is plain; two insertions at one place never are. Undefined when the budget is used up.
 */
export function alignList(tokens: ListTokens, budget: StepBudget): readonly ListStep[] | undefined {
  const left = hunksOf(tokens.base, tokens.left, budget)
  const right = left && hunksOf(tokens.base, tokens.right, budget)
  if (!right) return undefined
  const isUnique = [tokens.base, tokens.left, tokens.right].every((list) => new Set(list).size === list.length)
  return new Alignment(tokens, left, right, isUnique).steps()
}

function hunksOf(base: Uint32Array, side: Uint32Array, budget: StepBudget): readonly Hunk[] | undefined {
  const runs = commonRuns(base, side, budget)
  if (!runs) return undefined
  return changesBetween(runs, base, side).map(({ left, leftEnd, right, rightEnd }) => ({
    from: left,
    end: leftEnd,
    sideFrom: right,
    sideEnd: rightEnd,
  }))
}

class Alignment {
  readonly #tokens: ListTokens
  readonly #left: readonly Hunk[]
  readonly #right: readonly Hunk[]
  readonly #isUnique: boolean
  readonly #steps: ListStep[] = []
  #at = 0
  /** How far the sides are before the base. */
  #leftShift = 0
  #rightShift = 0

  constructor(tokens: ListTokens, left: readonly Hunk[], right: readonly Hunk[], isUnique: boolean) {
    this.#tokens = tokens
    this.#left = left
    this.#right = right
    this.#isUnique = isUnique
  }

  steps(): readonly ListStep[] {
    let [l, r] = [0, 0]
    while (l < this.#left.length || r < this.#right.length) {
      const from = Math.min(this.#left[l]?.from ?? Infinity, this.#right[r]?.from ?? Infinity)
      this.#keepTo(from)
      const [firstLeft, firstRight] = [l, r]
      for (let end = from; ;) {
        if (l < this.#left.length && this.#left[l]!.from <= end) end = Math.max(end, this.#left[l++]!.end)
        else if (r < this.#right.length && this.#right[r]!.from <= end) end = Math.max(end, this.#right[r++]!.end)
        else break
      }
      this.#cluster(this.#left.slice(firstLeft, l), this.#right.slice(firstRight, r))
    }
    this.#keepTo(this.#tokens.base.length)
    return this.#steps
  }

  #keepTo(end: number): void {
    for (; this.#at < end; this.#at++)
      this.#steps.push({ base: this.#at, left: this.#at + this.#leftShift, right: this.#at + this.#rightShift })
  }

  /** Changes that overlap or touch. */
  #cluster(left: readonly Hunk[], right: readonly Hunk[]): void {
    if (right.length === 0) return left.forEach((hunk) => this.#oneSided(hunk, 'left'))
    if (left.length === 0) return right.forEach((hunk) => this.#oneSided(hunk, 'right'))
    const [one, other] = [left[0]!, right[0]!]
    const isSameRange = left.length === 1 && right.length === 1 && one.from === other.from && one.end === other.end
    if (isSameRange && this.#isAlike(one, other)) return this.#pairs(one, other, false)
    if (this.#isUnique && isPlainlyOrdered(left, right)) return this.#interleave(left, right)
    const size = one.end - one.from
    if (isSameRange && size > 0 && sideSize(one) === size && sideSize(other) === size)
      return this.#pairs(one, other, true)
    this.#conflict(left, right)
  }

  #isAlike(left: Hunk, right: Hunk): boolean {
    const size = sideSize(left)
    if (sideSize(right) !== size) return false
    for (let i = 0; i < size; i++)
      if (this.#tokens.left[left.sideFrom + i] !== this.#tokens.right[right.sideFrom + i]) return false
    return true
  }

  /** Elements of both sides that stand for each other; if `isPaired`, for one of the base too. */
  #pairs(left: Hunk, right: Hunk, isPaired: boolean): void {
    if (!isPaired) for (let base = left.from; base < left.end; base++) this.#steps.push({ base })
    for (let i = 0; i < sideSize(left); i++) {
      const sides = { left: left.sideFrom + i, right: right.sideFrom + i }
      this.#steps.push(isPaired ? { base: left.from + i, ...sides, isPaired } : sides)
    }
    this.#passed(left, right)
  }

  #oneSided(hunk: Hunk, side: 'left' | 'right'): void {
    this.#keepTo(hunk.from)
    const otherShift = side === 'left' ? this.#rightShift : this.#leftShift
    const other = side === 'left' ? 'right' : 'left'
    const isReplaced = sideSize(hunk) === hunk.end - hunk.from
    for (let base = hunk.from; base < hunk.end; base++) {
      if (isReplaced) this.#steps.push({ [side]: hunk.sideFrom + base - hunk.from })
      this.#steps.push({ base, [other]: base + otherShift })
    }
    if (!isReplaced) for (let at = hunk.sideFrom; at < hunk.sideEnd; at++) this.#steps.push({ [side]: at })
    if (side === 'left') this.#passed(hunk, undefined)
    else this.#passed(undefined, hunk)
  }

  /** The changes of both sides in the order of their places. */
  #interleave(left: readonly Hunk[], right: readonly Hunk[]): void {
    const all = [
      ...left.map((hunk) => ({ hunk, side: 'left' as const })),
      ...right.map((hunk) => ({ hunk, side: 'right' as const })),
    ].sort((one, other) => one.hunk.from - other.hunk.from || one.hunk.end - other.hunk.end)
    for (const { hunk, side } of all) this.#oneSided(hunk, side)
  }

  #conflict(left: readonly Hunk[], right: readonly Hunk[]): void {
    const from = Math.min(left[0]!.from, right[0]!.from)
    const end = Math.max(left.at(-1)!.end, right.at(-1)!.end)
    const span = (shift: number, hunks: readonly Hunk[]) => {
      const last = hunks.at(-1)!
      return { from: from + shift, end: end - last.end + last.sideEnd }
    }
    const spans = { base: { from, end }, left: span(this.#leftShift, left), right: span(this.#rightShift, right) }
    this.#steps.push({ reason: reasonOf(spans.base, spans.left, spans.right), ...spans })
    this.#at = end
    this.#leftShift = spans.left.end - end
    this.#rightShift = spans.right.end - end
  }

  #passed(left: Hunk | undefined, right: Hunk | undefined): void {
    this.#at = Math.max(this.#at, left?.end ?? 0, right?.end ?? 0)
    if (left) this.#leftShift = left.sideEnd - left.end
    if (right) this.#rightShift = right.sideEnd - right.end
  }
}

function sideSize({ sideFrom, sideEnd }: Hunk): number {
  return sideEnd - sideFrom
}

/**
 * Do the changes touch without any doubt about the order of what they put there? Each is an insertion, a deletion, or gives one
 * element for each; none overlap, and no two insert at one place.
 */
function isPlainlyOrdered(left: readonly Hunk[], right: readonly Hunk[]): boolean {
  const isPlain = (hunk: Hunk) =>
    hunk.from === hunk.end || sideSize(hunk) === 0 || sideSize(hunk) === hunk.end - hunk.from
  return (
    [...left, ...right].every(isPlain) &&
    left.every((one) =>
      right.every(
        (other) =>
          (one.end <= other.from || other.end <= one.from) &&
          !(one.from === other.from && one.end === one.from && other.end === other.from),
      ),
    )
  )
}

function reasonOf(base: Span, left: Span, right: Span): DataReason {
  if (base.from === base.end) return 'both-added'
  if (left.from === left.end) return 'left-deleted'
  return right.from === right.end ? 'right-deleted' : 'both-changed'
}
