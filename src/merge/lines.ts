/** A text as lines, each with its break. Lines that are equal have the same id in all texts of one table. */
export interface Lines {
  readonly text: string
  /** Where each line begins, and the length of the text at the end. */
  readonly starts: Uint32Array
  readonly ids: Uint32Array
}

/** Gives equal lines equal ids, counted from 0. */
export class LineTable {
  readonly #ids = new Map<string, number>()

  /** One more than the greatest id. */
  get size(): number {
    return this.#ids.size
  }

  lines(text: string): Lines {
    const starts: number[] = []
    const ids: number[] = []
    for (let start = 0, end = 0; start < text.length; start = end) {
      end = text.indexOf('\n', start) + 1 || text.length
      const line = text.slice(start, end)
      let id = this.#ids.get(line)
      if (id === undefined) this.#ids.set(line, (id = this.#ids.size))
      starts.push(start)
      ids.push(id)
    }
    starts.push(text.length)
    return { text, starts: Uint32Array.from(starts), ids: Uint32Array.from(ids) }
  }
}

/** The text of the lines from `from` to before `end`. */
export function textOf({ text, starts }: Lines, from: number, end: number): string {
  return text.slice(starts[from], starts[end])
}
