import { lineAt } from '../lines.ts'
import type { LineRange } from '../merge-result.ts'

/** Finds the lines of places in a text. */
export class LineStarts {
  readonly #starts: readonly number[]

  constructor(text: string) {
    const starts = [0]
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.#starts = starts
  }

  /** The lines that hold a part of the text, which does not end with a break. */
  of(from: number, end: number): LineRange {
    const first = lineAt(this.#starts, from)
    return { from: first, end: Math.max(first, lineAt(this.#starts, Math.max(from, end - 1))) + 1 }
  }
}
