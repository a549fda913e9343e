import type { DataFile, DataNode } from '../../src/merge/data/data-node.ts'

/** A document from the pieces of its tree. */
export function joined({ lead, root, tail }: DataFile): string {
  return lead + textOf(root) + tail
}

function textOf(node: DataNode): string {
  if (node.kind === 'scalar') return node.text
  const items = node.items.map(
    ({ lead, head, gap, value, tail, separator, trail }) =>
      lead + head + gap + textOf(value) + tail + separator + trail,
  )
  return node.open + items.join('') + node.close
}
