/** A text as lines, each with its break. Lines that are equal have the same id in all texts of one table. */
export interface Lines {
  readonly text: string
  /** Where each line begins, and the length of the text at the end. */
  readonly starts: Uint32Array
  readonly ids: Uint32Array
}

/** Gives equal lines equal ids, counted from 0. A text is cut once. */
export class LineTable {
  readonly #ids = new Map<string, number>()
  readonly #known = new Map<string, Lines>()

  /** One more than the greatest id. */
  get size(): number {
    return this.#ids.size
  }

  lines(text: string): Lines {
    const known = this.#known.get(text)
    if (known) return known
    const lines = uncomparedLines(text)
    this.#known.set(text, lines)
    const { starts, ids } = lines
    for (let i = 0; i < ids.length; i++) {
      const line = text.slice(starts[i], starts[i + 1])
      let id = this.#ids.get(line)
      if (id === undefined) this.#ids.set(line, (id = this.#ids.size))
      ids[i] = id
    }
    return lines
  }
}

/** The lines of a text, all with id 0: of one that is too large to be compared. */
export function uncomparedLines(text: string): Lines {
  let count = 0
  for (let start = 0; start < text.length; start = endOf(text, start)) count++
  const starts = new Uint32Array(count + 1)
  for (let i = 0; i < count; i++) starts[i + 1] = endOf(text, starts[i]!)
  return { text, starts, ids: new Uint32Array(count) }
}

function endOf(text: string, start: number): number {
  return text.indexOf('\n', start) + 1 || text.length
}

/** The line that holds a place, by where the lines begin. */
export function lineAt(starts: ArrayLike<number>, place: number): number {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! <= place) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The text of the lines from `from` to before `end`. */
export function textOf({ text, starts }: Lines, from: number, end: number): string {
  return text.slice(starts[from], starts[end])
}
