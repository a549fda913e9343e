import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { commitFiles } from '../git/commit-files.ts'
import { finishMessage } from '../git/commit-message.ts'
import { gitFailed } from '../git/git-program.ts'
import { findHooks, runHook, runLateHook, type HookName } from '../git/hooks.ts'
import { unfinishedOperation } from '../git/probe.ts'
import { readOperation } from '../git/operation.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { noteLine } from '../provenance/note-line.ts'
import { addTrailers } from '../provenance/trailers.ts'
import type { ComputedFile } from './guards/computed-file.ts'
import type { GuardReport } from './guards/guard-merge.ts'
import { stageComputed } from './guards/stage-computed.ts'
import { commitSigner } from './commit-signer.ts'
import { personsNow } from './commit-persons.ts'
import { callMerging } from './merging-git.ts'
import { mergeRecord } from './merge-record.ts'
import { notesRef } from './notes-ref.ts'
import { chosenFiles, withFiles } from './record-files.ts'
import type { Workspace } from './workspace.ts'

/** A merge into the branch that is checked out. */
export interface HookedMerge {
  readonly from: ObjectId
  readonly theirs: ObjectId
  readonly message: string
  /** In the reflog. */
  readonly source: string
  readonly isInRoom: boolean
  /** What takes the place of files as git merges them. */
  readonly files?: readonly ComputedFile[]
  /** What guards said of it. */
  readonly guards: readonly GuardReport[]
  /** Which model has proposed what was taken for conflicts. */
  readonly model?: string
  readonly hooks: readonly HookName[]
  readonly signal?: AbortSignal | undefined
}

const mergeHooks: readonly HookName[] = ['pre-merge-commit', 'prepare-commit-msg', 'commit-msg']

/** The hooks that `git merge` would run before it commits. */
export async function findMergeHooks({ git }: Workspace, noVerify: boolean): Promise<readonly HookName[]> {
  return findHooks(git, noVerify ? ['prepare-commit-msg'] : mergeHooks)
}

/**
 * Merges as `git merge` does where hooks look on: files and index hold the merge when they run. Where one refuses, all is put back. Returns the
 * commit. Throws HOOK_REFUSED.
 */
export async function hookedMerge(workspace: Workspace, merge: HookedMerge): Promise<ObjectId> {
  const { git } = workspace
  await beginMerge(workspace, merge.theirs, merge)
  try {
    return await concludeMerge(workspace, merge)
  } catch (error) {
    await git.hooked.call(['merge', '--abort'])
    throw error
  }
}

/** Commits a merge that Git has begun, as it lies in the index, and runs the hooks. Throws HOOK_REFUSED, with the merge as it was. */
export async function concludeMerge(workspace: Workspace, merge: HookedMerge): Promise<ObjectId> {
  const { git } = workspace
  const { signal } = merge
  const commit = await conclude(workspace, merge)
  const late = await findHooks(git, ['post-merge'])
  for (const name of late) await runLateHook(git, name, { indexFile: git.indexFile, args: ['0'], signal })
  return commit
}

/** Git merges and does not commit; conflicts leave markers, and it knows how to go on or back. `files` are staged in the place of what it makes of them. Throws WORK_TREE_BUSY. */
export async function beginMerge(
  { git }: Workspace,
  theirs: ObjectId,
  { source, files = [], signal }: Pick<HookedMerge, 'source' | 'files' | 'signal'>,
): Promise<void> {
  const args = ['merge', '--no-commit', '--no-ff', '--quiet', theirs]
  const labels = { left: 'HEAD', base: 'base', right: source }
  const begun = await callMerging(git, git.hooked, args, { labels, signal })
  if (begun.exitCode !== 0 && !unfinishedOperation(git.gitDir)) throw mergeFailed(args, begun)
  await stageComputed(git, files, signal)
}

async function conclude(workspace: Workspace, merge: HookedMerge): Promise<ObjectId> {
  const { git } = workspace
  const { from, message, source, isInRoom, guards, model, hooks, signal } = merge
  const call = { indexFile: git.indexFile, signal }
  // As git: what a hook stages meanwhile is not part of the merge.
  const { changes } = await git.index.stagedChanges(readStoredCommit(git.objects, from).tree, { signal })
  if (hooks.includes('pre-merge-commit')) await runHook(git, 'pre-merge-commit', call)
  const finished = await finishMessage(git, { text: message, source: 'merge', hooks, call })
  const { author, committer } = await personsNow(workspace)
  const { record, trailers } = await mergeRecord(workspace, guards, model)
  const files = await chosenFiles(workspace, record, isInRoom)
  const sign = await commitSigner(workspace, isInRoom)
  const notes = { ref: notesRef, lines: (id: ObjectId) => [noteLine({ commit_id: id, ...record })] }
  const { commit } = await withFiles(git, files, (more) =>
    commitFiles(git, {
      changes: [...changes.map(({ path, after }) => ({ path, entry: after })), ...more],
      unstaged: more,
      author,
      committer,
      message: addTrailers(finished.message, trailers),
      reflog: `merge ${source}: Merge made by ai-vcs.`,
      sign,
      expectHead: from,
      operation: readOperation(git),
      ...(!files && { notes }),
      ...(signal && { signal }),
    }),
  )
  return commit
}

/** The error for a merge that git would not begin, or not end. */
export function mergeFailed(args: readonly string[], result: Parameters<typeof gitFailed>[1]): AnvcsError {
  if (!result.stderr.includes('would be overwritten')) return gitFailed(args, result)
  return new AnvcsError('WORK_TREE_BUSY', {
    message: 'Files that are not committed would be overwritten.',
    hint: 'Move them away, or commit them first.',
  })
}
