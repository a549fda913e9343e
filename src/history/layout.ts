import type { FileId } from '../contracts/ids.ts'
import { emptyState, type FileState } from './file-state.ts'
import type { Evaluator } from './evaluator.ts'
import { isSameValue, type FileValue } from './file-value.ts'

/** Finds files of the base commit by path: those that no state moves or changes. */
export interface BaseFiles {
  fileAt(path: string): FileId | undefined
}

/**
 * Which file lies at which path, for a set of states. Two files at one path: with equal content the lower id stays and
 * the other is an alias of it, without a path; else the one with the higher id is shown beside it as `name~id4`.
 */
export class Layout {
  readonly #base: BaseFiles
  readonly #states: ReadonlyMap<FileId, FileState>
  readonly #evaluator: Evaluator
  readonly #fileAt = new Map<string, FileId>()
  readonly #pathOf = new Map<FileId, string | undefined>()
  /** Files of which another lies, or would lie, at the same path. */
  readonly #contending = new Set<FileId>()
  readonly #secondClaims = new Map<FileId, string>()

  constructor(evaluator: Evaluator, base: BaseFiles, states: ReadonlyMap<FileId, FileState>) {
    this.#evaluator = evaluator
    this.#base = base
    this.#states = states
    const claims = new Map<string, FileId[]>()
    for (const [file, state] of states) {
      const { path } = evaluator.registersAt(file, state)
      this.#pathOf.set(file, undefined)
      if (path !== undefined) claims.set(path, [...(claims.get(path) ?? []), file])
    }
    for (const [path, files] of claims) this.#settle(path, files)
  }

  /** The file that is shown at a path. */
  fileAt(path: string): FileId | undefined {
    const moved = this.#fileAt.get(path)
    if (moved) return moved
    const base = this.#base.fileAt(path)
    return base && !this.#states.has(base) ? base : undefined
  }

  /** Paths of files that some state moves or changes. */
  get shownPaths(): Iterable<string> {
    return this.#fileAt.keys()
  }

  /** Where a file is shown; undefined where it does not exist or is an alias. */
  pathOf(file: FileId): string | undefined {
    // Asked for at every edit of a file that nothing here moves.
    if (!this.#pathOf.has(file)) this.#pathOf.set(file, this.#evaluator.registersAt(file, emptyState).path)
    return this.#pathOf.get(file)
  }

  /** The paths of files that claim one at which another is shown: such a file is beside that, or an alias of it. */
  get secondClaims(): ReadonlyMap<FileId, string> {
    return this.#secondClaims
  }

  /** The aliases of the file that is shown at a path. */
  aliasesAt(path: string): readonly FileId[] {
    if (!this.#secondClaims.size) return []
    const isAlias = ([file, claimed]: readonly [FileId, string]): boolean =>
      claimed === path && this.#pathOf.get(file) === undefined
    return [...this.#secondClaims].filter(isAlias).map(([file]) => file)
  }

  /** Can an edit of the file's text change what is shown where? A deletion yields to edits, and an alias has to be equal. */
  dependsOnText(file: FileId): boolean {
    return this.#contending.has(file) || this.pathOf(file) === undefined
  }

  /** The value of a file, at the path where it is shown. */
  valueOf(file: FileId): FileValue {
    const value = this.#evaluator.valueAt(file, this.#states.get(file) ?? emptyState)
    return { ...value, path: this.pathOf(file) }
  }

  #settle(path: string, claimants: readonly FileId[]): void {
    const base = this.#base.fileAt(path)
    const files = base && !this.#states.has(base) ? [...claimants, base] : [...claimants]
    files.sort()
    const first = files[0]!
    this.#show(first, path)
    if (files.length === 1) return
    for (const file of files) this.#contending.add(file)
    const value = this.#evaluator.valueAt(first, this.#states.get(first) ?? emptyState)
    for (const file of files.slice(1)) {
      const other = this.#evaluator.valueAt(file, this.#states.get(file) ?? emptyState)
      this.#secondClaims.set(file, path)
      if (isSameValue(value, other)) this.#pathOf.set(file, undefined)
      else this.#show(file, besidePath(path, file))
    }
  }

  #show(file: FileId, path: string): void {
    this.#pathOf.set(file, path)
    this.#fileAt.set(path, file)
  }
}

/** `dir/name.ext` becomes `dir/name~id4.ext`. */
export function besidePath(path: string, file: FileId): string {
  const slash = path.lastIndexOf('/') + 1
  const dot = path.indexOf('.', slash + 1)
  const end = dot < 0 ? path.length : dot
  return `${path.slice(0, end)}~${file.slice(0, 4)}${path.slice(end)}`
}
