/** A line, or what is left of it behind the indentation of what it lies in. Places are UTF-16 units of the whole text. */
export interface TextLine {
  readonly start: number
  /** Before the line break and the white space in front of it. */
  readonly end: number
  /** Without white space at its ends. */
  readonly text: string
  /** White space before the text, tabs to the next multiple of 4. */
  readonly indent: number
}

export function textLines(text: string): readonly TextLine[] {
  const lines: TextLine[] = []
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    lines.push(lineOf(text.slice(start, end), start))
    start = end + 1
  }
  return lines
}

function lineOf(line: string, start: number): TextLine {
  const text = line.trim()
  const space = line.length - line.trimStart().length
  return { start: start + space, end: start + space + text.length, text, indent: widthOf(line.slice(0, space)) }
}

function widthOf(space: string): number {
  let width = 0
  for (const sign of space) width += sign === '\t' ? 4 - (width % 4) : 1
  return width
}

/** The lines inside of something that is indented so far. */
export function outdented(lines: readonly TextLine[], by: number): readonly TextLine[] {
  return lines.map((line) => ({ ...line, indent: Math.max(0, line.indent - by) }))
}

/** What stands behind a marker in its line. */
export function behindMarker(line: TextLine, length: number): TextLine {
  const rest = line.text.slice(length)
  const space = rest.length - rest.trimStart().length
  return { start: line.start + length + space, end: line.end, text: rest.trimStart(), indent: 0 }
}
