import type { Pathspecs } from '../git/pathspec.ts'

/** A file that differs. */
export interface FileDifference {
  readonly path: string
  /** Where it was before, if it was renamed or copied. */
  readonly from: string | null
  readonly status: 'added' | 'deleted' | 'modified' | 'renamed' | 'copied' | 'type changed' | 'unmerged'
  /** Lines; null for binary files. */
  readonly added: number | null
  readonly removed: number | null
}

/** What to compare, as arguments for `git diff`. */
export interface DiffTarget {
  readonly args: readonly string[]
  readonly paths: Pathspecs
}

export interface PatchOptions {
  readonly isColored: boolean
  readonly isStat: boolean
  readonly signal?: AbortSignal | undefined
}
