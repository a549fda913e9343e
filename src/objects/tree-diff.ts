import type { ObjectId } from '../contracts/ids.ts'
import { pathText } from './path-bytes.ts'
import { invalidTree, maxTreeDepth, readEntries, treeMode, type ReadTree, type TreeEntryValue } from './tree.ts'

/** A path that differs between two trees. Folders are not told, only what is in them. */
export interface TreeDifference {
  readonly path: string
  readonly before?: TreeEntryValue
  readonly after?: TreeEntryValue
}

/** Of files, and of folders. Trees that share subtrees can name exponentially many paths; nobody has a repository of this size. */
const maxDifferences = 500_000
const maxRemembered = 1000

/**
 * The files (and links, and submodules) that differ between two trees, sorted by path; equal subtrees are not read. Undefined
 * stands for the empty tree. Throws OBJECT_INVALID for a malformed tree, or one that
 * is too deep or too large.
 */
export function diffTrees(
  readTree: ReadTree,
  before: ObjectId | undefined,
  after: ObjectId | undefined,
): readonly TreeDifference[] {
  const differences: TreeDifference[] = []
  let folders = 0
  /** Trees that share subtrees are read once. */
  const read = new Map<ObjectId, ReadonlyMap<string, TreeEntryValue>>()
  visit(before, after, '', 0)
  return differences.sort((a, b) => (a.path < b.path ? -1 : 1))

  function visit(left: ObjectId | undefined, right: ObjectId | undefined, prefix: string, depth: number): void {
    if (left === right) return
    if (depth > maxTreeDepth) throw invalidTree(right ?? left!, 'it is too deep')
    if (++folders > maxDifferences) throw invalidTree(right ?? left!, 'it has too many folders')
    const olds = left ? entriesOf(left) : new Map<string, TreeEntryValue>()
    const news = right ? entriesOf(right) : new Map<string, TreeEntryValue>()
    for (const name of new Set([...olds.keys(), ...news.keys()]))
      compare(olds.get(name), news.get(name), prefix + name, depth)
  }

  function entriesOf(id: ObjectId): ReadonlyMap<string, TreeEntryValue> {
    let entries = read.get(id)
    if (!entries) {
      entries = entriesByName(readTree, id)
      if (read.size < maxRemembered) read.set(id, entries)
    }
    return entries
  }

  function compare(
    left: TreeEntryValue | undefined,
    right: TreeEntryValue | undefined,
    path: string,
    depth: number,
  ): void {
    if (left && right && left.id === right.id && left.mode === right.mode) return
    const [leftFile, rightFile] = [fileOf(left), fileOf(right)]
    if (leftFile || rightFile)
      differences.push({ path, ...(leftFile && { before: leftFile }), ...(rightFile && { after: rightFile }) })
    if (differences.length > maxDifferences) throw invalidTree((right ?? left!).id, 'it has too many files')
    visit(folderOf(left), folderOf(right), `${path}/`, depth + 1)
  }
}

function entriesByName(readTree: ReadTree, id: ObjectId): ReadonlyMap<string, TreeEntryValue> {
  const entries = new Map<string, TreeEntryValue>()
  for (const { mode, name, id: entry } of readEntries(readTree, id)) entries.set(pathText(name), { mode, id: entry })
  return entries
}

function fileOf(entry: TreeEntryValue | undefined): TreeEntryValue | undefined {
  return entry?.mode === treeMode ? undefined : entry
}

function folderOf(entry: TreeEntryValue | undefined): ObjectId | undefined {
  return entry?.mode === treeMode ? entry.id : undefined
}
