/** A file of a tree. */
export interface TreeFile {
  /** As Git writes it: 0o100644, 0o100755, 0o120000 for a symbolic link, 0o160000 for a submodule. */
  readonly mode: number
  /** Equal for equal contents, and for these alone: the object id of Git, or another digest. */
  readonly id: string
  /** Called only where the content is needed. Of a submodule it never is. */
  read(): Uint8Array | Promise<Uint8Array>
}

/** One that is there at once. */
export interface ReadFile extends TreeFile {
  read(): Uint8Array
}

/** The files of a tree by path. Folders are not in it, and no path is the folder of another one. */
export type FileTree = ReadonlyMap<string, TreeFile>

/** Of a base and two sides. */
export interface ThreeTrees {
  readonly base: FileTree
  readonly left: FileTree
  readonly right: FileTree
}

export const regularModes: readonly number[] = [0o100644, 0o100755]

export function isRegular({ mode }: TreeFile): boolean {
  return regularModes.includes(mode)
}

export function isSameFile(a: TreeFile | undefined, b: TreeFile | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.id === b.id && a.mode === b.mode)
}
