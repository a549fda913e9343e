import { errorKind, type Grammar } from '../syntax/grammar.ts'
import { type ParseOutcome, type TextParser, type VersionParser, versionsOneByOne } from '../syntax/text-parser.ts'
import { type ParsedNode, writeTree } from '../syntax/write-tree.ts'
import { kindNumber, markdownGrammar } from './markdown-grammar.ts'
import { branch, leaf, type MarkdownNode } from './markdown-node.ts'
import { readBlocks } from './read-blocks.ts'
import { type TextLine, textLines } from './text-lines.ts'

/** Longer texts are not read. */
const maxMarkdownUnits = 1_000_000

/**
 * Reads Markdown as blocks, in sections by their headings. Any text is Markdown; errors are fences without an end, keys that stand twice
 * in the front matter, and rows with other cells than their table.
 */
export class MarkdownParser implements TextParser {
  readonly grammar: Grammar = markdownGrammar()

  parse(text: string): ParseOutcome {
    if (text.length > maxMarkdownUnits) return { status: 'gave-up', reason: 'length' }
    const lines = textLines(text)
    const matter = readFrontMatter(lines)
    const blocks = nestSections(readBlocks(lines.slice(matter?.count ?? 0), text), text)
    const children = matter ? [matter.node, ...blocks] : blocks
    const root: MarkdownNode = { kind: 'document', start: 0, end: text.length, children }
    const tree = writeTree(this.grammar, text, this.#numbered(root))
    return { status: 'parsed', tree, weight: lines.length }
  }

  versions(): VersionParser {
    return versionsOneByOne(this)
  }

  #numbered(node: MarkdownNode): ParsedNode {
    const { kind, start, end, isName = false, isBroken = false } = node
    return {
      kind: isBroken ? errorKind : kindNumber(kind),
      field: isName ? this.grammar.field('name')! : 0,
      start,
      end,
      children: node.children.map((child) => this.#numbered(child)),
    }
  }
}

/** Entries of YAML between lines of three dashes at the very start. */
function readFrontMatter(
  lines: readonly TextLine[],
): { readonly node: MarkdownNode; readonly count: number } | undefined {
  const isFence = ({ text, indent }: TextLine): boolean => text === '---' && indent === 0
  if (lines[0] === undefined || !isFence(lines[0])) return undefined
  const close = lines.findIndex((line, at) => at > 0 && isFence(line))
  const inner = lines.slice(1, Math.max(1, close))
  const data = inner.filter(({ text }) => text !== '')
  if (data.length === 0) return undefined
  const known = new Set<string>()
  const entries = data.flatMap((line): MarkdownNode[] => {
    const key = line.indent === 0 ? /^([\w.-]+):(?:\s|$)/.exec(line.text)?.[1] : undefined
    if (key === undefined) return []
    const isBroken = known.size === known.add(key).size
    return [{ ...leaf('entry', line.start, line.end), isBroken }]
  })
  const values = { ...leaf('front_matter_data', data[0]!.start, data.at(-1)!.end), children: entries }
  const fences = [lines[0], lines[close]!].map(({ start, end }) => leaf('fence', start, end))
  return { node: branch('front_matter', [fences[0]!, values, fences[1]!]), count: close + 1 }
}

/** Puts what follows a heading into its section, up to the next heading that is not below it. */
function nestSections(blocks: readonly MarkdownNode[], text: string): readonly MarkdownNode[] {
  const open: { level: number; children: MarkdownNode[] }[] = [{ level: 0, children: [] }]
  const close = (level: number): void => {
    while (open.at(-1)!.level >= level) {
      const section = open.pop()!
      open.at(-1)!.children.push(branch('section', section.children))
    }
  }
  for (const block of blocks) {
    if (block.kind === 'heading') {
      const level = levelOf(block, text)
      close(level)
      open.push({ level, children: [block] })
    } else open.at(-1)!.children.push(block)
  }
  close(1)
  return open[0]!.children
}

function levelOf({ children }: MarkdownNode, text: string): number {
  const { start, end } = children.find(({ kind }) => kind === 'heading_mark')!
  return text[start] === '#' ? end - start : text[start] === '=' ? 1 : 2
}
