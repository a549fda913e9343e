import type { Chunk } from './diff3.ts'
import { textOf, type Lines } from './lines.ts'
import type { ConflictLabels, ConflictStyle, LineRange } from './merge-result.ts'

/** How many signs make a conflict marker, unless told. */
export const usualMarkerSize = 7

/** The texts of a merge. */
export interface MergedLines {
  readonly base: Lines
  readonly left: Lines
  readonly right: Lines
}

/** How conflicts are written. */
export interface ConflictForm {
  readonly style: ConflictStyle
  readonly labels: ConflictLabels
  readonly markerSize: number
}

/** A conflict, and the lines that it takes in the merged text, markers included. */
export interface WrittenConflict {
  readonly chunk: Chunk
  readonly lines: LineRange
}

/** The left text with the chunks that the right side changed, and with a marked conflict for each chunk that both did. */
export function writeMerged(
  chunks: readonly Chunk[],
  texts: MergedLines,
  form: ConflictForm,
): { readonly text: string; readonly conflicts: readonly WrittenConflict[] } {
  const writer = new Writer()
  const conflicts: WrittenConflict[] = []
  let at = 0
  for (const chunk of chunks) {
    if (chunk.changed === 'left' || chunk.changed === 'alike') continue
    writer.lines(texts.left, { from: at, end: chunk.left.from })
    at = chunk.left.end
    if (chunk.changed === 'right') {
      writer.lines(texts.right, chunk.right)
      continue
    }
    const from = writer.lineCount
    writeConflict(writer, chunk, texts, form)
    conflicts.push({ chunk, lines: { from, end: writer.lineCount } })
  }
  writer.lines(texts.left, { from: at, end: texts.left.ids.length })
  return { text: writer.text, conflicts }
}

function writeConflict(
  writer: Writer,
  { base, left, right }: Chunk,
  texts: MergedLines,
  { style, labels, markerSize }: ConflictForm,
): void {
  const lineBreak = usesCrlf(left, right, texts) ? '\r\n' : '\n'
  const marker = (sign: string, label: string) =>
    writer.line(`${sign.repeat(markerSize)}${label === '' ? '' : ` ${label}`}${lineBreak}`)
  marker('<', labels.left)
  writer.lines(texts.left, left, lineBreak)
  if (style !== 'merge') {
    marker('|', labels.base)
    writer.lines(texts.base, base, lineBreak)
  }
  marker('=', '')
  writer.lines(texts.right, right, lineBreak)
  marker('>', labels.right)
}

/** Do the lines before a conflict, or at its start, end in CRLF on both sides, and the first line of the base too? */
function usesCrlf(left: LineRange, right: LineRange, texts: MergedLines): boolean {
  const seen = [
    endsInCrlf(texts.left, Math.max(0, left.from - 1)),
    endsInCrlf(texts.right, Math.max(0, right.from - 1)),
    endsInCrlf(texts.base, 0),
  ]
  return !seen.includes(false) && seen[2] === true
}

/** Undefined where there is no break that could tell. */
function endsInCrlf(lines: Lines, at: number): boolean | undefined {
  const count = lines.ids.length
  if (count === 0) return undefined
  const line = textOf(lines, at, at + 1)
  if (line.endsWith('\n')) return line.endsWith('\r\n')
  return at === 0 ? undefined : textOf(lines, at - 1, at).endsWith('\r\n')
}

/** Collects text, and counts its lines. */
class Writer {
  readonly #parts: string[] = []
  lineCount = 0

  get text(): string {
    return this.#parts.join('')
  }

  line(text: string): void {
    this.#parts.push(text)
    this.lineCount++
  }

  /** Lines of a text; `lineBreak`, if given, goes to a last one that has none. */
  lines(lines: Lines, { from, end }: LineRange, lineBreak = ''): void {
    if (from === end) return
    const text = textOf(lines, from, end)
    this.#parts.push(text, text.endsWith('\n') ? '' : lineBreak)
    this.lineCount += end - from
  }
}
