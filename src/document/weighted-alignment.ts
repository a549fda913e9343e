import type { CommonRun, StepBudget } from '../lib/myers.ts'

/** Words, line breaks, runs of blanks. */
const tokenPattern = /[^ \t\r\n]+|\n|[ \t\r]+/g
/** What one unit of a word weighs; a line break or a run of blanks weighs 1. */
const wordWeight = 100

/**
 * The common subsequence of tokens of the greatest weight, as runs of units in order, so that as little as possible is
 * typed anew. Undefined where the table would have more than `maxCells` cells or the budget is used up.
 */
export function heaviestRuns(
  left: string,
  right: string,
  maxCells: number,
  budget: StepBudget,
): readonly CommonRun[] | undefined {
  const ids = new Map<string, number>()
  const a = tokensOf(left, ids)
  const b = tokensOf(right, ids)
  const runs = new Runs(a, b)
  let start = 0
  while (start < a.count && start < b.count && a.ids[start] === b.ids[start]) runs.push(start, start++)
  let same = 0
  while (same < Math.min(a.count, b.count) - start && a.ids[a.count - 1 - same] === b.ids[b.count - 1 - same]) same++
  const rows = a.count - same - start
  const columns = b.count - same - start
  if ((rows + 1) * (columns + 1) > maxCells || budget.steps < rows * columns) return undefined
  budget.steps -= rows * columns
  if (rows && columns) trace(a, b, start, rows, columns, runs)
  for (; same > 0; same--) runs.push(a.count - same, b.count - same)
  return runs.list
}

interface Tokens {
  readonly count: number
  readonly ids: Uint32Array
  readonly starts: Uint32Array
  readonly weights: Uint32Array
}

function tokensOf(text: string, known: Map<string, number>): Tokens {
  const tokens = text.match(tokenPattern) ?? []
  const count = tokens.length
  const ids = new Uint32Array(count)
  const starts = new Uint32Array(count + 1)
  const weights = new Uint32Array(count)
  for (const [i, token] of tokens.entries()) {
    let id = known.get(token)
    if (id === undefined) known.set(token, (id = known.size))
    ids[i] = id
    starts[i + 1] = starts[i]! + token.length
    weights[i] = ' \t\r\n'.includes(token[0]!) ? 1 : wordWeight * token.length
  }
  return { count, ids, starts, weights }
}

/** Fills the table of the greatest weights from the end, and follows it from the start. */
function trace(a: Tokens, b: Tokens, start: number, rows: number, columns: number, runs: Runs): void {
  const width = columns + 1
  const best = new Uint32Array((rows + 1) * width)
  for (let i = rows - 1; i >= 0; i--) {
    const id = a.ids[start + i]!
    const weight = a.weights[start + i]!
    const row = i * width
    for (let j = columns - 1; j >= 0; j--) {
      const down = best[row + width + j]!
      const across = best[row + j + 1]!
      best[row + j] = id === b.ids[start + j] ? best[row + width + j + 1]! + weight : down > across ? down : across
    }
  }
  for (let i = 0, j = 0; i < rows && j < columns;) {
    if (a.ids[start + i] === b.ids[start + j]) runs.push(start + i++, start + j++)
    else if (best[(i + 1) * width + j]! >= best[i * width + j + 1]!) i++
    else j++
  }
}

/** Pairs of tokens, joined to runs of units. */
class Runs {
  readonly list: { left: number; right: number; length: number }[] = []
  readonly #left: Tokens
  readonly #right: Tokens

  constructor(left: Tokens, right: Tokens) {
    this.#left = left
    this.#right = right
  }

  push(left: number, right: number): void {
    const at = { left: this.#left.starts[left]!, right: this.#right.starts[right]! }
    const length = this.#left.starts[left + 1]! - at.left
    const last = this.list.at(-1)
    if (last && last.left + last.length === at.left && last.right + last.length === at.right) last.length += length
    else this.list.push({ ...at, length })
  }
}
