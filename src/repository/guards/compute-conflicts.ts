import { AnvcsError } from '../../contracts/errors.ts'
import { readHead } from '../../git/head.ts'
import { readOperation } from '../../git/operation.ts'
import { literally } from '../../git/pathspec.ts'
import { matchesPath } from '../matches-path.ts'
import { conflictedPaths, conflictsAt } from '../explain-conflicts.ts'
import { readMarkedFile } from '../marked-file.ts'
import { settledTree } from '../proposals/settled-tree.ts'
import { stageResolved } from '../resolve-conflicts.ts'
import { mustBeUnedited } from '../uncommitted.ts'
import type { Workspace } from '../workspace.ts'
import { rememberComputed } from './computed-in-merge.ts'
import type { GuardOptions, GuardReport } from './guard-merge.ts'
import type { Guard } from './guard.ts'
import { recomputeFiles } from './recompute-files.ts'
import { stageComputed } from './stage-computed.ts'

/** What guards have computed of a merge that Git is in the middle of. */
export interface ComputeReport {
  /** Empty where a guard has failed: then nothing was changed. */
  readonly staged: readonly string[]
  readonly guards: readonly GuardReport[]
}

/** What no program gives, so that whatever it gives is another. */
const placeholder = '<<<<<<< to be computed\n'

/**
 * Lets guards compute the files that conflict, as a merge does, once all others are settled and staged: that is the tree that they see. Throws USAGE where
 * the path does not conflict, no guard writes it, another conflict is open, or somebody has edited the file, WORK_TREE_BUSY where that is one that does not conflict.
 */
export async function computeConflicts(
  workspace: Workspace,
  path: string,
  guards: readonly Guard[],
  options: GuardOptions,
): Promise<ComputeReport> {
  const { git } = workspace
  const { signal } = options
  const conflicted = await conflictedPaths(workspace, [], signal)
  conflictsAt(conflicted, [literally(path)])
  const isWritten = (name: string) => guards.some(({ writes }) => writes.length && matchesPath(writes, name))
  if (!isWritten(path))
    throw new AnvcsError('USAGE', {
      message: `No guard writes ${path}.`,
      hint: 'Name a command with `writes` in the section `guards` of your config.yaml: docs/guides/guards.md.',
    })
  const other = conflicted.find((file) => !isWritten(file.path) || !file.left || !file.right)
  if (other)
    throw new AnvcsError('USAGE', {
      message: `${other.path} conflicts, too, and is not computed.`,
      hint: 'Settle it and `git add` it first: what is computed depends on it.',
    })
  for (const file of conflicted) await mustBeMarked(workspace, file.path, signal)
  const ours = readHead(git.gitDir, git.refs).commit
  const [theirs, ...more] = readOperation(git)?.parents ?? []
  if (!ours || !theirs || more.length)
    throw new AnvcsError('USAGE', { message: 'Files are computed in a merge of two sides alone.' })
  const settled = conflicted.map((file) => ({ path: file.path, mode: file.left!.mode, text: placeholder }))
  const tree = await settledTree(git, settled, signal)
  const merged = { tree, conflicts: conflicted.map((file) => file.path), conflicted }
  const computed = await recomputeFiles(workspace, guards, { ours, theirs, merged, isHeld: false }, options)
  if (computed.conflicts.length) return { staged: [], guards: computed.reports }
  const staged = computed.files.map((file) => file.path)
  const isOpen = (path: string) => conflicted.some((file) => file.path === path)
  await mustBeUnedited(
    git,
    staged.filter((path) => !isOpen(path)),
    signal,
  )
  await stageComputed(git, computed.files, signal)
  for (const name of staged) await stageResolved(workspace, name, signal)
  const guardOf = (name: string) => computed.reports.find((report) => report.computed.includes(name))!.name
  await rememberComputed(git, computed.files, guardOf)
  return { staged, guards: computed.reports }
}

/** What somebody has typed is not written over. */
async function mustBeMarked(workspace: Workspace, path: string, signal: AbortSignal | undefined): Promise<void> {
  const file = await readMarkedFile(workspace, path, signal)
  if (file?.pieces?.some((piece) => typeof piece !== 'string')) return
  throw new AnvcsError('USAGE', {
    message: `${path} has no markers.`,
    hint: 'If you have mended it, `git add` it; or write the markers anew with `git checkout -m -- PATH`.',
  })
}
