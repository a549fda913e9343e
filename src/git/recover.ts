import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import type { RefChange } from '../contracts/refs.ts'
import type { CommitPerson } from '../objects/commit.ts'
import { isAncestor } from './ancestry.ts'
import { dropLeftLocks } from './git-lock.ts'
import { readHead } from './head.ts'
import { dropBackup } from './index-backup.ts'
import { dropIntent, readIntent, type Intent } from './intent.ts'
import { addNotes, notesTip } from './notes.ts'
import { concludeOperation, readOperation } from './operation.ts'
import { unfinishedOperation } from './probe.ts'
import type { GitRepository } from './repository.ts'
import { dropLeftDrafts } from './repository-lock.ts'
import { readStoredCommit } from './stored-objects.ts'

/**
 * Ends what an interrupted run began; the lock is held. Its commit is kept where its ref already moved, or where nothing but
 * the refs is left to do; else it is dropped, and its files are at most staged. Returns the commit that was kept.
 */
export async function recover(repository: GitRepository, signal?: AbortSignal): Promise<ObjectId | undefined> {
  dropLeftLocks(repository.dataDir)
  await dropLeftDrafts(repository.dataDir)
  dropBackup(repository.gitDir)
  const intent = readIntent(repository.gitDir)
  const kept = intent && repository.objects.has(intent.commit) && (await complete(repository, intent, signal))
  dropIntent(repository.gitDir)
  return kept ? intent.commit : undefined
}

async function complete(repository: GitRepository, intent: Intent, signal: AbortSignal | undefined): Promise<boolean> {
  const tip = repository.refs.read(intent.ref)
  const isMoved = tip !== undefined && tip !== intent.old && (await isAncestor(repository, intent.commit, tip, signal))
  if (!isMoved && (tip ?? null) !== intent.old) return false
  if (!isMoved && !(await isStaged(repository, intent, signal))) return false
  const branch = isMoved ? [] : [{ name: intent.ref, expect: tip, to: intent.commit }]
  const notes = await notesChange(repository, intent.commit, intent.notes)
  const changes = [...branch, ...(notes ? [notes] : [])]
  if (changes.length && !(await repository.refs.update(changes, intent.reflog, { signal }))) return false
  if (intent.ends !== null) await concludeOperation(repository, intent.ends)
  return true
}

/** Has the index been brought to where the commit wants it, and nothing happened to it since? */
async function isStaged(repository: GitRepository, intent: Intent, signal: AbortSignal | undefined): Promise<boolean> {
  const { gitDir, refs, index } = repository
  if ((readHead(gitDir, refs).branch ?? 'HEAD') !== intent.ref) return false
  if (intent.ends === null ? unfinishedOperation(gitDir) : readOperation(repository)?.mark !== intent.ends) return false
  return (await index.lacks(intent.index, { signal })).length === 0
}

/** Writes a commit's note and tells how its ref has to move; undefined where there is nothing to add. */
export async function notesChange(
  repository: GitRepository,
  commit: ObjectId,
  notes: NewNotes | null,
): Promise<RefChange | undefined> {
  const built = notes && buildNotes(repository, commit, readStoredCommit(repository.objects, commit).committer, notes)
  if (!built) return undefined
  await repository.objects.write(built.objects)
  return built.change
}

/** The same before the commit is written: the objects of the note come with it. */
export function buildNotes(
  repository: GitRepository,
  commit: ObjectId,
  committer: CommitPerson,
  { ref, lines }: NewNotes,
): { readonly change: RefChange; readonly objects: readonly GitObject[] } | undefined {
  const tip = notesTip(repository, ref)
  const built = lines.length ? addNotes(repository, tip, [{ commit, lines }], committer) : undefined
  return built && { change: { name: ref, expect: tip, to: built.commit }, objects: built.objects }
}

/** Lines for the note of a commit. */
export interface NewNotes {
  readonly ref: string
  readonly lines: readonly string[]
}
