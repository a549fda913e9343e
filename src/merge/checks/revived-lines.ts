import type { Sources } from '../structure/merge-structure.ts'
import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/**
 * Lines that one side took away or changed, and that a merged text has as they were: the other side had moved them to where they are something else, so that they
 * are not found as items. Only what stands once in the base is looked at, and no comments, which harm nobody.
 */
export function revivedLines({ base, left, right }: Sources, merged: Source): readonly Finding[] {
  const [inBase, inLeft, inRight] = [base, left, right].map(({ text }) => countLines(text))
  const moved = [...inBase!].flatMap(([line, count]) => {
    const kept = (inLeft!.get(line) ?? 0) + (inRight!.get(line) ?? 0)
    return count === 1 && kept === 1 && /[\p{L}\p{N}]/u.test(line) ? [line] : []
  })
  if (moved.length === 0) return []
  const inMerged = countLines(merged.text)
  // A side that has it with something else in its line did not take it away.
  const revived = moved.filter(
    (line) => inMerged.get(line) === 1 && !(left.text.includes(line) && right.text.includes(line)),
  )
  if (revived.length === 0) return []
  const code = countLines(withoutComments(base))
  const [bareLeft, bareRight] = [bare(left.text), bare(right.text)]
  // A side may have joined or spaced lines anew, and taken nothing away.
  const isGone = (line: string) => !bareLeft.includes(bare(line)) || !bareRight.includes(bare(line))
  const found = revived.filter((line) => code.has(line) && isGone(line))
  return found.map((line) => ({ check: 'changes', name: line.slice(0, 80) }))
}

/** Without the white space and separators around them. */
function countLines(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const line of text.split('\n')) {
    const plain = line.trim().replace(/^[,;|]\s*|\s*[,;|]$/g, '')
    counts.set(plain, (counts.get(plain) ?? 0) + 1)
  }
  return counts
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
