import type { LineChange } from './line-diff.ts'
import type { ConflictReason, LineRange } from './merge-result.ts'

/** Where the sides differ from the base: the lines of each text that stand for each other there. */
export interface Chunk {
  /** Which side has changed them. `alike`: both, to the same; `both`: both, and only a person knows to what. */
  readonly changed: 'left' | 'right' | 'alike' | 'both'
  /** Why nobody but a person knows: of `both` only. */
  readonly reason?: ConflictReason
  readonly base: LineRange
  readonly left: LineRange
  readonly right: LineRange
}

export function isEmpty({ from, end }: LineRange): boolean {
  return from === end
}

interface Sides {
  readonly left: Uint32Array
  readonly right: Uint32Array
}

/**
 * The changes of both sides since their base (`left` of each change counts lines of the base) as chunks, in order. Changes that overlap
 * or touch are one chunk: between two chunks all three texts have equal lines. S. Khanna, K. Kunal, B. C. Pierce, "A Formal
 * Investigation of Diff3" (2007).
 */
export function diff3(ofLeft: readonly LineChange[], ofRight: readonly LineChange[], sides: Sides): readonly Chunk[] {
  const chunks: Chunk[] = []
  const left = new Changes(ofLeft)
  const right = new Changes(ofRight)
  for (;;) {
    const from = Math.min(left.nextFrom, right.nextFrom)
    if (from === Infinity) return chunks
    left.begin()
    right.begin()
    let end = from
    while (left.takeUpTo(end) || right.takeUpTo(end)) end = Math.max(left.takenEnd, right.takenEnd, from)
    const range = { base: { from, end }, left: left.rangeOf({ from, end }), right: right.rangeOf({ from, end }) }
    if (!right.taken || !left.taken) chunks.push({ changed: left.taken ? 'left' : 'right', ...range })
    else if (isAlike(left, right, sides)) chunks.push({ changed: 'alike', ...range })
    else chunks.push({ changed: 'both', reason: reasonOf(range), ...range })
  }
}

function reasonOf({ base, left, right }: Omit<Chunk, 'changed'>): ConflictReason {
  if (isEmpty(base)) return 'both-added'
  if (isEmpty(left)) return 'left-deleted'
  return isEmpty(right) ? 'right-deleted' : 'both-changed'
}

/** One change each, of the same lines to the same? */
function isAlike(left: Changes, right: Changes, sides: Sides): boolean {
  const [one, other] = [left.last, right.last]
  if (left.taken !== 1 || right.taken !== 1 || one.left !== other.left || one.leftEnd !== other.leftEnd) return false
  return sameLines(sides, { from: one.right, end: one.rightEnd }, { from: other.right, end: other.rightEnd })
}

/** Are these lines of the sides equal? */
export function sameLines(sides: Sides, left: LineRange, right: LineRange): boolean {
  const length = left.end - left.from
  if (right.end - right.from !== length) return false
  for (let i = 0; i < length; i++) if (sides.left[left.from + i] !== sides.right[right.from + i]) return false
  return true
}

/** The changes of one side, taken chunk by chunk. */
class Changes {
  readonly #changes: readonly LineChange[]
  #next = 0
  #first = 0

  constructor(changes: readonly LineChange[]) {
    this.#changes = changes
  }

  /** Where the next change begins in the base. */
  get nextFrom(): number {
    return this.#changes[this.#next]?.left ?? Infinity
  }

  /** How many the chunk has. */
  get taken(): number {
    return this.#next - this.#first
  }

  get takenEnd(): number {
    return this.taken ? this.last.leftEnd : 0
  }

  get last(): LineChange {
    return this.#changes[this.#next - 1]!
  }

  begin(): void {
    this.#first = this.#next
  }

  /** Takes the next change into the chunk if it begins at `end` of the base or before. */
  takeUpTo(end: number): boolean {
    if (this.nextFrom > end) return false
    this.#next++
    return true
  }

  /** The lines of the side that stand for lines of the base, at whose ends nothing is changed or just what was taken. */
  rangeOf({ from, end }: LineRange): LineRange {
    const before = this.#changes[this.#first - 1]
    const first = before ? from + before.rightEnd - before.leftEnd : from
    const after = this.#changes[this.#next - 1]
    return { from: first, end: after ? end + after.rightEnd - after.leftEnd : end }
  }
}
