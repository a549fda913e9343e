import { concat, hexBytes, utf8 } from '../../src/lib/bytes.ts'
import { treeMode, type TreeEntry } from '../../src/objects/tree.ts'

/** The content of a tree object. Git sorts a folder as if its name ended in a slash. */
export function serializeTree(entries: readonly TreeEntry[]): Uint8Array {
  const key = ({ mode, name }: TreeEntry) => (mode === treeMode ? concat(name, utf8('/')) : name)
  const sorted = entries.toSorted((a, b) => Buffer.compare(key(a), key(b)))
  return concat(
    ...sorted.flatMap(({ mode, name, id }) => [utf8(`${mode.toString(8)} `), name, Uint8Array.of(0), hexBytes(id)]),
  )
}
