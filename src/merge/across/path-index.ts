import { groupBy } from '../../lib/group-by.ts'

/** The paths of a tree by folder. */
export class PathIndex {
  readonly #paths: ReadonlyMap<string, unknown>
  #known: Folders | undefined

  constructor(paths: ReadonlyMap<string, unknown>) {
    this.#paths = paths
  }

  has(path: string): boolean {
    return this.#paths.has(path)
  }

  /** The files in a folder, not those further down. */
  filesIn(folder: string): readonly string[] {
    return this.#folders.files.get(folder) ?? []
  }

  /** Folders whose path ends in these names. */
  foldersAt(names: string): readonly string[] {
    const known = this.#folders.byName.get(names.slice(names.lastIndexOf('/') + 1)) ?? []
    return known.filter((folder) => folder === names || folder.endsWith(`/${names}`))
  }

  /** Most merges ask for single files alone. */
  get #folders(): Folders {
    return (this.#known ??= foldersOf(this.#paths.keys()))
  }
}

interface Folders {
  readonly files: ReadonlyMap<string, readonly string[]>
  /** By last name of their path. */
  readonly byName: ReadonlyMap<string, readonly string[]>
}

function foldersOf(paths: Iterable<string>): Folders {
  const files = groupBy([...paths], folderOf)
  return { files, byName: groupBy([...files.keys()], (folder) => folder.slice(folder.lastIndexOf('/') + 1)) }
}

/** '' for the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** A path without `.` and `..`; undefined where it leaves the tree. */
export function joinPath(folder: string, path: string): string | undefined {
  const names = folder === '' ? [] : folder.split('/')
  for (const name of path.split('/')) {
    if (name === '..') {
      if (names.pop() === undefined) return undefined
    } else if (name !== '.' && name !== '') names.push(name)
  }
  return names.join('/')
}

/** The way from a folder to a path, beginning with `./` or `../`. */
export function pathFrom(folder: string, path: string): string {
  const [from, to] = [folder === '' ? [] : folder.split('/'), path.split('/')]
  let same = 0
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++
  const up = from.length - same
  return `${up === 0 ? './' : '../'.repeat(up)}${to.slice(same).join('/')}`
}
