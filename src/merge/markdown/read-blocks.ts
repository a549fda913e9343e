import { branch, leaf, type MarkdownNode } from './markdown-node.ts'
import { readParagraph, readWords } from './read-prose.ts'
import { behindMarker, outdented, type TextLine } from './text-lines.ts'

/** Lists within each other; deeper ones are text of the item around them. */
const maxListDepth = 50

const heading = /^(#{1,6})(?=[ \t]|$)/
const fenceOpen = /^(`{3,}|~{3,})([^`]*)$/
const thematicBreak = /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/
const listMark = /^(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)/
const taskMark = /^[ \t]+\[[ xX]\](?=[ \t])/
const definition = /^\[([^\]]+)\]:(?:[ \t]|$)/
const htmlOpen = /^<(?:!--|[!?/]?[A-Za-z])/
const underline = /^(?:=+|-+)$/
const delimiterRow = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$/

/** Blocks as CommonMark 0.31 and the tables of GitHub have them, of lines of one indentation. What is inside of quotes and HTML is not read. */
export function readBlocks(lines: readonly TextLine[], text: string, depth = 0): readonly MarkdownNode[] {
  return new BlockReader(lines, text, depth).read()
}

class BlockReader {
  readonly #lines: readonly TextLine[]
  readonly #text: string
  readonly #depth: number
  readonly #blocks: MarkdownNode[] = []
  #at = 0

  constructor(lines: readonly TextLine[], text: string, depth: number) {
    this.#lines = lines
    this.#text = text
    this.#depth = depth
  }

  read(): readonly MarkdownNode[] {
    while (this.#at < this.#lines.length) {
      if (this.#lines[this.#at]!.text === '') this.#at++
      else this.#blocks.push(this.#block())
    }
    return this.#blocks
  }

  #block(): MarkdownNode {
    const line = this.#lines[this.#at]!
    if (line.indent >= 4) return this.#lineBlock('code', (next) => next.indent >= 4)
    if (fenceOpen.test(line.text)) return this.#fencedCode(line)
    if (heading.test(line.text)) return this.#heading(line)
    if (thematicBreak.test(line.text)) return this.#take('thematic_break', 1)
    if (line.text.startsWith('>')) return this.#lineBlock('quote', (next) => next.text !== '')
    if (htmlOpen.test(line.text)) return this.#html(line)
    if (definition.test(line.text)) return this.#definition(line)
    if (listMark.test(line.text) && this.#depth < maxListDepth) return this.#list(line)
    if (line.text.includes('|') && delimiterRow.test(this.#lines[this.#at + 1]?.text ?? '')) return this.#table()
    return this.#paragraph()
  }

  #take(kind: 'thematic_break' | 'code' | 'quote' | 'html', count: number): MarkdownNode {
    const lines = this.#lines.slice(this.#at, this.#at + count)
    this.#at += count
    return leaf(kind, lines[0]!.start, lines.findLast((line) => line.text !== '')!.end)
  }

  /** The first such line from a place on, or -1. */
  #next(from: number, isIt: (line: TextLine) => boolean): number {
    for (let at = from; at < this.#lines.length; at++) if (isIt(this.#lines[at]!)) return at
    return -1
  }

  #lineBlock(kind: 'code' | 'quote', isInside: (line: TextLine) => boolean): MarkdownNode {
    let end = this.#at + 1
    while (end < this.#lines.length && isInside(this.#lines[end]!)) end++
    return this.#take(kind, end - this.#at)
  }

  /** A fence without an end takes all that follows, which nobody means: it is broken. */
  #fencedCode({ text }: TextLine): MarkdownNode {
    const sign = fenceOpen.exec(text)![1]!
    const isClose = (line: TextLine): boolean =>
      line.indent < 4 && line.text.length >= sign.length && line.text === sign[0]!.repeat(line.text.length)
    const close = this.#next(this.#at + 1, isClose)
    const isBroken = close < 0
    const code = this.#take('code', (isBroken ? this.#lines.length : close + 1) - this.#at)
    return { ...code, isBroken }
  }

  /** Up to the end of a comment, else to the next empty line. */
  #html({ text }: TextLine): MarkdownNode {
    const isComment = text.startsWith('<!--')
    const found = this.#next(this.#at, (line) => (isComment ? line.text.includes('-->') : line.text === ''))
    const end = found < 0 ? this.#lines.length : isComment ? found + 1 : found
    return this.#take('html', end - this.#at)
  }

  #heading(line: TextLine): MarkdownNode {
    this.#at++
    const length = heading.exec(line.text)![1]!.length
    const mark = leaf('heading_mark', line.start, line.start + length)
    const rest = behindMarker(line, length)
    return branch(
      'heading',
      rest.text === '' ? [mark] : [mark, { ...readWords('title', rest, this.#text), isName: true }],
    )
  }

  #definition(line: TextLine): MarkdownNode {
    this.#at++
    const from = line.start + 1
    const label = leaf('link_label', from, from + definition.exec(line.text)![1]!.length)
    return { ...leaf('link_definition', line.start, line.end), children: [{ ...label, isName: true }] }
  }

  #list(first: TextLine): MarkdownNode {
    const signOf = (line: TextLine): string => listMark.exec(line.text)?.[0].at(-1) ?? ''
    const isItem = (line: TextLine | undefined): boolean =>
      line !== undefined && line.indent < 4 && signOf(line) === signOf(first) && !thematicBreak.test(line.text)
    const items: MarkdownNode[] = []
    while (isItem(this.#lines[this.#at])) {
      items.push(this.#item(this.#lines[this.#at]!))
      let next = this.#at
      while (this.#lines[next]?.text === '') next++
      if (isItem(this.#lines[next])) this.#at = next
    }
    return branch('list', items)
  }

  #item(line: TextLine): MarkdownNode {
    const mark = listMark.exec(line.text)![0].length
    const task = taskMark.exec(line.text.slice(mark))?.[0].length ?? 0
    const first = behindMarker(line, mark + task)
    const inner =
      first.text === '' || first.start > line.start + mark + task + 4 ? mark + 1 : first.start - line.start - task
    const width = line.indent + inner
    this.#at++
    const begin = this.#at
    while (this.#at < this.#lines.length && this.#isInside(width, begin)) this.#at++
    while (this.#at > begin && this.#lines[this.#at - 1]!.text === '') this.#at--
    const rest = outdented(this.#lines.slice(begin, this.#at), width)
    const marker = leaf('marker', line.start, line.start + mark + task)
    return branch('list_item', [marker, ...readBlocks([first, ...rest], this.#text, this.#depth + 1)])
  }

  /** Whether the line belongs to an item: it is indented as far, or goes on with a paragraph. */
  #isInside(width: number, begin: number): boolean {
    const line = this.#lines[this.#at]!
    if (line.text === '' || line.indent >= width) return true
    const isAfterBlank = this.#at > begin && this.#lines[this.#at - 1]!.text === ''
    return !isAfterBlank && !listMark.test(line.text) && !isInterrupting(line)
  }

  #table(): MarkdownNode {
    const rows: MarkdownNode[] = []
    const columns = cellsOf(this.#lines[this.#at]!)
    for (; this.#at < this.#lines.length; this.#at++) {
      const line = this.#lines[this.#at]!
      if (line.text === '' || (rows.length > 1 && isInterrupting(line))) break
      rows.push({ ...readWords('table_row', line, this.#text), isBroken: cellsOf(line) !== columns })
    }
    return branch('table', rows)
  }

  #paragraph(): MarkdownNode {
    const begin = this.#at
    this.#at++
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at]!
      if (line.text === '') break
      if (line.indent < 4 && underline.test(line.text)) return this.#underlined(begin)
      if (line.indent < 4 && (isInterrupting(line) || /^(?:[-*+]|1[.)])[ \t]+\S/.test(line.text))) break
      this.#at++
    }
    return readParagraph(this.#lines.slice(begin, this.#at), this.#text)
  }

  #underlined(begin: number): MarkdownNode {
    const line = this.#lines[this.#at++]!
    const words = this.#lines
      .slice(begin, this.#at - 1)
      .flatMap((each) => readWords('title', each, this.#text).children)
    const title = { ...branch('title', words), isName: true }
    return branch('heading', [title, leaf('heading_mark', line.start, line.end)])
  }
}

/** Whether a line ends a paragraph before it. */
function isInterrupting({ text, indent }: TextLine): boolean {
  if (indent >= 4) return false
  return (
    heading.test(text) ||
    fenceOpen.test(text) ||
    thematicBreak.test(text) ||
    text.startsWith('>') ||
    htmlOpen.test(text)
  )
}

/** How many cells stand between bars; `\|` and what is in a code span is text. */
function cellsOf({ text }: TextLine): number {
  const plain = text.replace(/\\./g, '').replace(/`[^`]*`/g, '')
  return plain.replace(/^\|/, '').replace(/\|$/, '').split('|').length
}
