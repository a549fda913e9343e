import type { ObjectId } from '../contracts/ids.ts'

/** A path that is not as the last commit, or the index, has it. */
export interface ChangedPath {
  readonly path: string
  /** Where it was before a rename. */
  readonly from: string | null
  readonly status: 'added' | 'deleted' | 'modified' | 'renamed' | 'copied' | 'type changed'
}

export interface WorkTreeStatus {
  /** Without `refs/heads/`; null where HEAD is detached. */
  readonly branch: string | null
  readonly commit: ObjectId | null
  readonly upstream: { readonly name: string; readonly ahead: number; readonly behind: number } | null
  /** What Git is in the middle of, in words. */
  readonly operation: string | null
  readonly staged: readonly ChangedPath[]
  readonly unstaged: readonly ChangedPath[]
  readonly untracked: readonly string[]
  readonly conflicts: readonly string[]
}
