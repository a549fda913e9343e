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
    const first = this.#lineAt(from)
    return { from: first, end: Math.max(first, this.#lineAt(Math.max(from, end - 1))) + 1 }
  }

  #lineAt(place: number): number {
    let [low, high] = [0, this.#starts.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#starts[middle]! <= place) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
