import type { MarkedConflict, MarkedPiece } from '../../merge/read-markers.ts'
import type { ConflictedPath } from '../conflicted-path.ts'
import { conflictedPaths, explainConflicts } from '../explain-conflicts.ts'
import type { ExplainedConflict } from '../explain-path.ts'
import { readMarkedFile } from '../marked-file.ts'
import type { Workspace } from '../workspace.ts'

/** A conflict with its markers in a text file of the work tree. */
export interface OpenConflict {
  readonly conflicted: ConflictedPath
  /** Of its file, from 1, as `explain` counts. */
  readonly number: number
  readonly pieces: readonly MarkedPiece[]
  readonly marked: MarkedConflict
  readonly explained: ExplainedConflict
}

/** The conflicts of the index: those that a text can settle, and paths of others, each with the reason as a clause. */
export interface OpenConflicts {
  readonly open: readonly OpenConflict[]
  readonly others: readonly { readonly path: string; readonly reason: string }[]
}

/** Reads the conflicts of all paths or those at or below some. Throws USAGE where a path that was named has none. */
export async function openConflicts(
  workspace: Workspace,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<OpenConflicts> {
  const explained = new Map(
    (await explainConflicts(workspace, paths, signal)).map((whole) => [whole.path, whole.conflicts]),
  )
  const open: OpenConflict[] = []
  const others: { path: string; reason: string }[] = []
  for (const conflicted of await conflictedPaths(workspace, paths, signal)) {
    const { path, left, right } = conflicted
    const file = left && right && (await readMarkedFile(workspace, path, signal))
    const pieces = file?.pieces ?? []
    const marked = pieces.filter((piece) => typeof piece !== 'string')
    const known = explained.get(path) ?? []
    if (!marked.length || known.length !== marked.length) others.push({ path, reason: 'no part of it is in question' })
    else if (file?.encoding !== 'utf8') others.push({ path, reason: 'it is not UTF-8' })
    else
      for (const [at, one] of marked.entries())
        open.push({ conflicted, number: at + 1, pieces, marked: one, explained: known[at]! })
  }
  return { open, others }
}
