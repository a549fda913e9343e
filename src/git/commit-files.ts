import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectStore } from '../contracts/object-store.ts'
import type { CommitPerson } from '../objects/commit.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import { startMaintenance } from './auto-maintenance.ts'
import { changedBetween } from './changed-between.ts'
import { buildCommit, signBuilt, type BuiltCommit, type SignCommit } from './build-commit.ts'
import { folderTrees } from './folder-trees.ts'
import { readHead, type Head } from './head.ts'
import { dropBackup, IndexBackup } from './index-backup.ts'
import { dropIntent, writeIntent } from './intent.ts'
import { backOff, lockTimeoutMs } from './lock-wait.ts'
import type { HeldRef } from './move-refs.ts'
import { concludeOperation, mergeParents, readOperation, type Operation } from './operation.ts'
import { PendingFlushes } from './pending-flushes.ts'
import { buildNotes, recover } from './recover.ts'
import type { GitRepository } from './repository.ts'
import { lockRepository } from './repository-lock.ts'
import { readStoredCommit } from './stored-objects.ts'

/** Somebody who has made more commits meanwhile has done something else. */
const maxSteps = 1000
/** After so many attempts the branch is locked while the commit is made: signing may take long, and others would wait for it. */
const patientAttempts = 3

/** A commit on top of what is checked out. */
export interface CommitFilesRequest {
  /** Against the tree of HEAD. */
  readonly changes: readonly TreeChange[]
  /** Those that are not in the index yet; all of them unless told. Other entries keep what Git knows of their files. */
  readonly unstaged?: readonly TreeChange[]
  /** The index will not hold all of the changes, or other ones at their paths. */
  readonly isPartlyStaged?: boolean
  /** Blobs of the changes that are not stored yet. */
  readonly objects?: readonly GitObject[]
  readonly author: CommitPerson
  readonly committer: CommitPerson
  readonly message: string
  readonly sign?: SignCommit
  /** What HEAD has to be (undefined: no commit yet), else REF_MOVED. Left out: whatever it is. */
  readonly expectHead?: ObjectId | undefined
  /** HEAD may have gone forward from what is expected, by commits that leave the paths of the changes alone. */
  readonly mayFollow?: boolean
  /** What Git is in the middle of, and the commit ends: it may be a merge then. If it is another by now: REF_MOVED. */
  readonly operation?: Operation | undefined
  /** Lines for the note of the commit; its ref moves together with the branch, or neither does. */
  readonly notes?: { readonly ref: string; readonly lines: (commit: ObjectId) => readonly string[] }
  /** The line of the reflog; as `git commit` writes it unless told. */
  readonly reflog?: string
  /** A commit with the tree of its parent is COMMIT_EMPTY unless this is true. */
  readonly allowEmpty?: boolean
  readonly signal?: AbortSignal
}

/** A commit that was made. */
export interface CommittedFiles {
  readonly commit: ObjectId
  readonly tree: ObjectId
  readonly parents: readonly ObjectId[]
  /** The full name of the branch; undefined where HEAD is detached. */
  readonly branch: string | undefined
}

/**
 * Makes a commit: objects, a record of what is meant, index, then branch and notes in one transaction. Killed at any point, the
 * next run completes it or drops it. If HEAD moves meanwhile it is made anew on top: for up to five seconds, and once with the branch
 * locked however long that takes. Staged changes of other paths stay staged. Throws COMMIT_EMPTY, SIGNING_FAILED, REF_MOVED, LOCK_TIMEOUT, PATH_ESCAPES_TREE; then no ref has moved, and the index is as it
 * was. The signal interrupts only what comes before the index.
 */
export async function commitFiles(repository: GitRepository, request: CommitFilesRequest): Promise<CommittedFiles> {
  const { signal } = request
  await using _lock = await lockRepository(repository, signal)
  await recover(repository, signal)
  const backup = IndexBackup.take(repository, request.unstaged ?? request.changes)
  const pending = new PendingFlushes()
  const deadline = Date.now() + lockTimeoutMs
  try {
    for (let attempt = 0; ; attempt++) {
      const { branch = 'HEAD' } = readHead(repository.gitDir, repository.refs)
      const held = attempt < patientAttempts ? undefined : await repository.refs.hold(branch, signal)
      using _lock = held?.lock
      const committed = await tryCommit(repository, request, { isRetry: attempt > 0, backup, held, pending })
      if (committed) {
        startMaintenance(repository)
        return committed
      }
      if (attempt >= patientAttempts && Date.now() > deadline) throw new AnvcsError('REF_MOVED')
      await backOff(attempt, signal)
    }
  } catch (error) {
    // Whoever tries again finds the objects stored.
    await pending.done().catch(() => {})
    await backup?.restore()
    throw error
  } finally {
    dropBackup(repository.gitDir)
  }
}

interface Attempt {
  readonly isRetry: boolean
  readonly backup: IndexBackup | undefined
  /** Nobody else can move the branch while the commit is made. */
  readonly held: HeldRef | undefined
  /** What was written by an attempt need not be written by the next, and still has to last. */
  readonly pending: PendingFlushes
}

/**
 * Undefined where HEAD or the notes moved meanwhile. A second attempt finds the index done, most often, and does not wait for
 * its lock: whoever held it has moved HEAD, and a program that commits all the time would have us wait for ever.
 */
async function tryCommit(
  repository: GitRepository,
  request: CommitFilesRequest,
  { isRetry, backup, held, pending }: Attempt,
): Promise<CommittedFiles | undefined> {
  const { objects, refs, index, gitDir } = repository
  const { changes, notes, operation, unstaged = changes, isPartlyStaged = false } = request
  if (readOperation(repository)?.mark !== operation?.mark) throw new AnvcsError('REF_MOVED')
  const isIndexDone = isRetry && (await index.lacks(unstaged)).length === 0
  const head = readHead(gitDir, refs)
  if (!fitsHead(repository, request, head.commit)) throw new AnvcsError('REF_MOVED')
  const parents = await mergeParents(repository, head.commit, operation?.parents ?? [])
  const built = await build(repository, request, head, parents)
  const lines = notes?.lines(built.commit) ?? []
  const intent = {
    ref: head.branch ?? 'HEAD',
    old: head.commit ?? null,
    commit: built.commit,
    reflog: request.reflog ?? reflogLine(request.message, parents.length),
    index: isPartlyStaged ? unstaged : changes,
    ends: operation?.mark ?? null,
    notes: notes && lines.length ? { ref: notes.ref, lines } : null,
  }
  const noted = intent.notes && buildNotes(repository, built.commit, request.committer, intent.notes)
  // All at once: they are flushed together, and their names while index and refs are written.
  await objects.write([...(request.objects ?? []), ...built.objects, ...(noted?.objects ?? [])], pending)
  request.signal?.throwIfAborted()
  writeIntent(repository, intent)
  try {
    const trees = folderTrees(objects, head.commit && readStoredCommit(objects, head.commit).tree, built.tree)
    if (!isIndexDone) await index.update(unstaged, { pending, ...(!isPartlyStaged && { trees }) })
    backup?.staged()
    const branch = { name: intent.ref, expect: head.commit, to: built.commit }
    if (!(await refs.update([branch, ...(noted ? [noted.change] : [])], intent.reflog, { held, pending })))
      return undefined
    if (operation) await concludeOperation(repository, operation.mark)
  } finally {
    dropIntent(gitDir)
  }
  return { commit: built.commit, tree: built.tree, parents, branch: head.branch }
}

/** Is HEAD what was expected, or does the commit mean the same on top of it? */
function fitsHead({ objects }: GitRepository, request: CommitFilesRequest, head: ObjectId | undefined): boolean {
  const { expectHead, mayFollow, changes } = request
  if (!('expectHead' in request) || head === expectHead) return true
  if (!mayFollow || !head || !expectHead || !isForward(objects, expectHead, head)) return false
  const moved = changedBetween(objects, expectHead, head)
  return !moved.some((path) => changes.some((change) => isSameOrNested(path, change.path)))
}

/** Does a line of first parents lead from one commit to another? */
function isForward(objects: ObjectStore, from: ObjectId, to: ObjectId): boolean {
  let commit: ObjectId | undefined = to
  for (let steps = 0; commit && steps < maxSteps; steps++) {
    if (commit === from) return true
    commit = readStoredCommit(objects, commit).parents[0]
  }
  return false
}

function isSameOrNested(left: string, right: string): boolean {
  return left === right || left.startsWith(`${right}/`) || right.startsWith(`${left}/`)
}

async function build(
  repository: GitRepository,
  request: CommitFilesRequest,
  head: Head,
  parents: readonly ObjectId[],
): Promise<BuiltCommit> {
  const base = head.commit && readStoredCommit(repository.objects, head.commit).tree
  const { changes, author, committer, message, operation, sign } = request
  const tags = parents.flatMap((id) => operation?.tags.get(id) ?? [])
  const built = buildCommit(repository, { parents, base, changes, author, committer, message, tags })
  const isEmpty = parents.length < 2 && (base ? built.tree === base : !changes.some(({ entry }) => entry))
  if (isEmpty && !request.allowEmpty) throw new AnvcsError('COMMIT_EMPTY')
  return sign ? signBuilt(repository, built, sign) : built
}

/** As `git commit` writes it. */
function reflogLine(message: string, parents: number): string {
  const kind = ['commit (initial)', 'commit'][parents] ?? 'commit (merge)'
  return `${kind}: ${message.trimStart().split('\n', 1)[0]}`
}
