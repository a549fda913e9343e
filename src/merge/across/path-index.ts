/** The paths of a tree by folder. */
export class PathIndex {
  readonly #paths: { has(path: string): boolean }
  readonly #folders = new Map<string, string[]>()
  /** By last name of their path. */
  readonly #byName = new Map<string, string[]>()

  constructor(paths: ReadonlyMap<string, unknown>) {
    this.#paths = paths
    for (const path of paths.keys()) {
      const folder = folderOf(path)
      const files = this.#folders.get(folder)
      if (files) files.push(path)
      else this.#addFolder(folder, path)
    }
  }

  has(path: string): boolean {
    return this.#paths.has(path)
  }

  /** The files in a folder, not those further down. */
  filesIn(folder: string): readonly string[] {
    return this.#folders.get(folder) ?? []
  }

  /** Folders whose path ends in these names. */
  foldersAt(names: string): readonly string[] {
    const known = this.#byName.get(names.slice(names.lastIndexOf('/') + 1)) ?? []
    return known.filter((folder) => folder === names || folder.endsWith(`/${names}`))
  }

  #addFolder(folder: string, path: string): void {
    this.#folders.set(folder, [path])
    const name = folder.slice(folder.lastIndexOf('/') + 1)
    this.#byName.set(name, [...(this.#byName.get(name) ?? []), folder])
  }
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
