import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { diffTrees } from '../objects/tree-diff.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import { folderTrees } from './folder-trees.ts'
import { readHead } from './head.ts'
import { isSameEntry } from './index-file.ts'
import { dropIntent, writeIntent } from './intent.ts'
import { isCommitEditorOpen, unfinishedOperation } from './probe.ts'
import { isAncestor } from './ancestry.ts'
import { notesChange, recover } from './recover.ts'
import type { GitRepository } from './repository.ts'
import { lockRepository } from './repository-lock.ts'
import { otherWorkTreeOf } from './work-trees.ts'
import { readStored, readStoredCommit } from './stored-objects.ts'

/** A branch is to move forward to a commit whose files are already in the work tree. */
export interface FollowRequest {
  /** The full name of the branch. */
  readonly branch: string
  readonly commit: ObjectId
  /** The reflog line. */
  readonly message: string
  /** Lines for the note of the commit. */
  readonly notes?: { readonly ref: string; readonly lines: readonly string[] }
  readonly signal?: AbortSignal
}

/** What came of it. Only `followed` has changed something. */
export type FollowResult =
  | { readonly status: 'followed'; readonly from: ObjectId | undefined }
  | { readonly status: 'current' }
  /** The commit does not descend from the branch, or the branch moved meanwhile. */
  | { readonly status: 'diverged' }
  /** In words: what has to end first. */
  | { readonly status: 'busy'; readonly reason: string }

/**
 * Moves a branch forward, and with it the index where the branch is checked out; the work tree is left alone. What is staged
 * and differs from HEAD stays staged.
 */
export async function followCommit(repository: GitRepository, request: FollowRequest): Promise<FollowResult> {
  const { gitDir, refs } = repository
  const { branch, commit, signal } = request
  const before = busyReason(gitDir)
  if (before) return { status: 'busy', reason: before }
  await using _lock = await lockRepository(repository, signal)
  await recover(repository, signal)
  const tip = refs.read(branch)
  if (tip === commit) return { status: 'current' }
  const { parents } = readStoredCommit(repository.objects, commit)
  if (tip && !parents.includes(tip) && !(await isAncestor(repository, tip, commit, signal)))
    return { status: 'diverged' }
  // The files there would not follow.
  const other = otherWorkTreeOf(repository, branch)
  const reason =
    other === undefined ? busyReason(gitDir) : `${branch.replace('refs/heads/', '')} is checked out in ${other}.`
  if (reason) return { status: 'busy', reason }
  try {
    return (await move(repository, request, tip)) ? { status: 'followed', from: tip } : { status: 'diverged' }
  } catch (error) {
    if (AnvcsError.is(error, 'LOCK_TIMEOUT')) return { status: 'busy', reason: error.message }
    throw error
  }
}

/** Why HEAD and index must not move now. */
function busyReason(gitDir: string): string | undefined {
  const operation = unfinishedOperation(gitDir)
  if (operation) return `Git is in the middle of ${operation}.`
  if (existsSync(join(gitDir, 'index.lock'))) return 'Another program holds the index.'
  return isCommitEditorOpen(gitDir) ? 'The message of a commit is being written.' : undefined
}

async function move(repository: GitRepository, request: FollowRequest, tip: ObjectId | undefined): Promise<boolean> {
  const { gitDir, refs, index, objects } = repository
  const { branch, commit, message, signal, notes = null } = request
  const isCheckedOut = readHead(gitDir, refs).branch === branch
  const changes = isCheckedOut ? await indexChanges(repository, tip, commit, signal) : []
  const noted = await notesChange(repository, commit, notes)
  signal?.throwIfAborted()
  writeIntent(repository, {
    ref: branch,
    old: tip ?? null,
    commit,
    reflog: message,
    index: changes,
    notes,
    ends: null,
  })
  try {
    await index.update(changes, { trees: folderTrees(objects, tip && treeOf(objects, tip), treeOf(objects, commit)) })
    const moved = { name: branch, expect: tip, to: commit }
    return await refs.update([moved, ...(noted ? [noted] : [])], message)
  } finally {
    dropIntent(gitDir)
  }
}

/** What the commit changes in the index: all but the paths whose entry is not that of HEAD. */
async function indexChanges(
  { objects, index }: GitRepository,
  tip: ObjectId | undefined,
  commit: ObjectId,
  signal: AbortSignal | undefined,
): Promise<readonly TreeChange[]> {
  const readTree = (id: ObjectId) => readStored(objects, 'tree', id)
  const differences = diffTrees(readTree, tip && treeOf(objects, tip), treeOf(objects, commit))
  const entries = await index.entries(
    differences.map(({ path }) => path),
    { signal },
  )
  return differences.flatMap(({ path, before, after }) =>
    isSameEntry(entries.get(path), before) ? [{ path, entry: after }] : [],
  )
}

function treeOf(objects: GitRepository['objects'], commit: ObjectId): ObjectId {
  return readStoredCommit(objects, commit).tree
}
