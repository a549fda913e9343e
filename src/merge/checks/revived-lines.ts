import { textOf, type Lines } from '../lines.ts'
import type { Sources } from '../structure/merge-structure.ts'
import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/**
 * Lines that one side took away or changed, and that a merged text has as they were: the other side had moved them to where they are something else, so that they
 * are not found as items. Only what stands once in the base is looked at, and no comments, which harm nobody.
 */
export function revivedLines({ base, left, right }: Sources, merged: Source): readonly Finding[] {
  const plain = new PlainLines()
  const [inBase, inLeft, inRight] = [base, left, right].map(({ lines }) => plain.count(lines))
  const isMoved = (line: string, number: number): boolean => {
    const kept = (inLeft![number] ?? 0) + (inRight![number] ?? 0)
    return inBase![number] === 1 && kept === 1 && /[\p{L}\p{N}]/u.test(line)
  }
  if (!plain.texts.some(isMoved)) return []
  const inMerged = plain.count(merged.lines)
  // A side that has it with something else in its line did not take it away.
  const revived = plain.texts.filter(
    (line, number) =>
      isMoved(line, number) && inMerged[number] === 1 && !(left.text.includes(line) && right.text.includes(line)),
  )
  if (revived.length === 0) return []
  const code = new Set(withoutComments(base).split('\n').map(plainText))
  const [bareLeft, bareRight] = [bare(left.text), bare(right.text)]
  // A side may have joined or spaced lines anew, and taken nothing away.
  const isGone = (line: string) => !bareLeft.includes(bare(line)) || !bareRight.includes(bare(line))
  const found = revived.filter((line) => code.has(line) && isGone(line))
  return found.map((line) => ({ check: 'changes', name: line.slice(0, 80) }))
}

/** Gives numbers to lines that are equal but for the white space and separators around them. */
class PlainLines {
  /** By number. */
  readonly texts: string[] = []
  readonly #numbers = new Map<string, number>()
  readonly #byId: number[] = []

  /** By number: how many lines of a text are so. */
  count(lines: Lines): readonly (number | undefined)[] {
    const counts: number[] = []
    for (const [line, id] of lines.ids.entries()) {
      const number = (this.#byId[id] ??= this.#numberOf(plainText(textOf(lines, line, line + 1))))
      counts[number] = (counts[number] ?? 0) + 1
    }
    return counts
  }

  #numberOf(text: string): number {
    let number = this.#numbers.get(text)
    if (number === undefined) this.#numbers.set(text, (number = this.texts.push(text) - 1))
    return number
  }
}

function plainText(line: string): string {
  return line.trim().replace(/^[,;|]\s*|\s*[,;|]$/g, '')
}

function bare(text: string): string {
  return text.replaceAll(/\s+/g, '')
}

function withoutComments(source: Source): string {
  const { tree, text } = source
  let [code, at] = ['', 0]
  for (let node = 0; node < tree.size; node++) {
    if (!source.isComment(node) || tree.start[node]! < at) continue
    code += text.slice(at, tree.start[node])
    at = tree.end[node]!
  }
  return code + text.slice(at)
}
