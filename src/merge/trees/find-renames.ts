import { groupBy } from '../../lib/group-by.ts'
import { leastSimilarity, lineBytesOf, similarityOf, type LineBytes } from '../../lib/line-similarity.ts'
import { isRegular, type FileTree, type TreeFile } from './file-tree.ts'

/** Files that are compared to tell whether one became the other: deleted times added ones. */
const maxRenamePairs = 40_000
/** Larger files are renamed only where they are equal. */
const maxComparedBytes = 4_194_304

/** A file that a side gave another path. `similarity`: 1 for equal contents. */
export interface FileRename {
  readonly from: string
  readonly to: string
  readonly similarity: number
}

/**
 * The files that a side renamed, by their path in the base: equal ones first, those that kept their name before others; then the most alike, as long
 * as half of the lines are the same. What is no regular file is renamed only as it is.
 */
export async function findRenames(base: FileTree, side: FileTree): Promise<ReadonlyMap<string, FileRename>> {
  const gone = [...base].filter(([path]) => !side.has(path)).sort(byPath)
  const added = [...side].filter(([path]) => !base.has(path)).sort(byPath)
  const renames = new Map<string, FileRename>()
  const taken = new Set<string>()
  const take = (from: string, to: string, similarity: number): void => {
    if (renames.has(from) || taken.has(to)) return
    renames.set(from, { from, to, similarity })
    taken.add(to)
  }
  const byContent = groupBy(added, ([, file]) => file.id)
  const equal = gone.flatMap(([from, { id }]) => (byContent.get(id) ?? []).map(([to]) => ({ from, to })))
  for (const { from, to } of equal.sort((a, b) => Number(isSameName(b)) - Number(isSameName(a)))) take(from, to, 1)
  const open = gone.filter(([path, file]) => !renames.has(path) && isRegular(file))
  const free = added.filter(([path, file]) => !taken.has(path) && isRegular(file))
  for (const { from, to, similarity } of await similarPairs(open, free)) take(from, to, similarity)
  return renames
}

function byPath([a]: readonly [string, TreeFile], [b]: readonly [string, TreeFile]): number {
  return a < b ? -1 : 1
}

function isSameName({ from, to }: { readonly from: string; readonly to: string }): boolean {
  return from.slice(from.lastIndexOf('/') + 1) === to.slice(to.lastIndexOf('/') + 1)
}

type Files = readonly (readonly [string, TreeFile])[]

/** The most alike first. */
async function similarPairs(gone: Files, added: Files): Promise<readonly FileRename[]> {
  if (gone.length * added.length === 0 || gone.length * added.length > maxRenamePairs) return []
  const olds: LineBytes[] = []
  for (const [, file] of gone) olds.push(await linesOf(file))
  const pairs: FileRename[] = []
  for (const [to, file] of added) {
    const lines = await linesOf(file)
    for (const [at, [from]] of gone.entries()) {
      const similarity = similarityOf(olds[at]!, lines)
      if (similarity >= leastSimilarity) pairs.push({ from, to, similarity })
    }
  }
  return pairs.sort((a, b) => b.similarity - a.similarity || Number(isSameName(b)) - Number(isSameName(a)))
}

async function linesOf(file: TreeFile): Promise<LineBytes> {
  const content = await file.read()
  return content.length > maxComparedBytes ? { bytes: new Map(), size: content.length } : lineBytesOf(content)
}
