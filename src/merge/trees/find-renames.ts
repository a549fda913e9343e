import { groupBy } from '../../lib/group-by.ts'
import { leastSimilarity, lineBytesOf, similarityOf, type LineBytes } from '../../lib/line-similarity.ts'
import { isRegular, type FileTree, type ReadFile, type TreeFile } from './file-tree.ts'

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
  const search = new RenameSearch(base, side)
  for (const file of search.compared()) search.add(file, await file.read())
  return search.renames()
}

/** The same of files that can be read at once. */
export function findRenamesNow(
  base: ReadonlyMap<string, ReadFile>,
  side: ReadonlyMap<string, ReadFile>,
): ReadonlyMap<string, FileRename> {
  const search = new RenameSearch(base, side)
  for (const file of search.compared()) search.add(file, (file as ReadFile).read())
  return search.renames()
}

class RenameSearch {
  readonly #renames = new Map<string, FileRename>()
  readonly #taken = new Set<string>()
  readonly #lines = new Map<TreeFile, LineBytes>()
  readonly #open: Files
  readonly #free: Files

  constructor(base: FileTree, side: FileTree) {
    const gone = [...base].filter(([path]) => !side.has(path)).sort(byPath)
    const added = [...side].filter(([path]) => !base.has(path)).sort(byPath)
    const byContent = groupBy(added, ([, file]) => file.id)
    const equal = gone.flatMap(([from, { id }]) =>
      (byContent.get(id) ?? []).map(([to]) => ({ from, to, similarity: 1 })),
    )
    for (const pair of equal.sort((a, b) => Number(isSameName(b)) - Number(isSameName(a)))) this.#take(pair)
    const open = gone.filter(([path, file]) => !this.#renames.has(path) && isRegular(file))
    const free = added.filter(([path, file]) => !this.#taken.has(path) && isRegular(file))
    const isCompared = open.length * free.length <= maxRenamePairs
    this.#open = isCompared ? open : []
    this.#free = isCompared ? free : []
  }

  /** Files whose content is needed. */
  compared(): readonly TreeFile[] {
    return this.#open.length * this.#free.length === 0 ? [] : [...this.#open, ...this.#free].map(([, file]) => file)
  }

  add(file: TreeFile, content: Uint8Array): void {
    const isLarge = content.length > maxComparedBytes
    this.#lines.set(file, isLarge ? { bytes: new Map(), size: content.length } : lineBytesOf(content))
  }

  renames(): ReadonlyMap<string, FileRename> {
    const pairs: FileRename[] = []
    for (const [to, file] of this.#free)
      for (const [from, old] of this.#open) {
        const similarity = similarityOf(this.#lines.get(old)!, this.#lines.get(file)!)
        if (similarity >= leastSimilarity) pairs.push({ from, to, similarity })
      }
    pairs.sort((a, b) => b.similarity - a.similarity || Number(isSameName(b)) - Number(isSameName(a)))
    for (const pair of pairs) this.#take(pair)
    return this.#renames
  }

  #take(pair: FileRename): void {
    if (this.#renames.has(pair.from) || this.#taken.has(pair.to)) return
    this.#renames.set(pair.from, pair)
    this.#taken.add(pair.to)
  }
}

type Files = readonly (readonly [string, TreeFile])[]

function byPath([a]: readonly [string, TreeFile], [b]: readonly [string, TreeFile]): number {
  return a < b ? -1 : 1
}

function isSameName({ from, to }: { readonly from: string; readonly to: string }): boolean {
  return from.slice(from.lastIndexOf('/') + 1) === to.slice(to.lastIndexOf('/') + 1)
}
