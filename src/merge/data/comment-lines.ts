import type { DataFile, DataNode } from './data-node.ts'

/** All comments of a document, line by line, without the white space around them. */
export function commentLines({ lead, root, tail }: DataFile): readonly string[] {
  const lines: string[] = []
  const take = (trivia: string) => {
    if (trivia.trim() !== '') lines.push(...trivia.split('\n').map((line) => line.trim()))
  }
  const visit = (node: DataNode): void => {
    if (node.kind === 'scalar') return
    for (const item of node.items) {
      take(item.lead)
      take(item.gap)
      visit(item.value)
      take(item.tail)
      take(item.trail)
    }
    take(node.layout === 'flow' ? node.close.slice(0, -1) : node.close)
  }
  take(lead)
  visit(root)
  take(tail)
  return lines.filter((line) => line !== '')
}
