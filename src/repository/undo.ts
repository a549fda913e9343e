import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { refsHolding } from '../git/ancestry.ts'
import { readWholeLog, type RefMove } from '../git/head-log.ts'
import { readHead } from '../git/head.ts'
import { unfinishedOperation } from '../git/probe.ts'
import type { GitRepository } from '../git/repository.ts'
import { lockRepository } from '../git/repository-lock.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { withoutRecordTrailers } from '../provenance/record-trailers.ts'
import { takeBackFiles } from './take-back-files.ts'
import type { Workspace } from './workspace.ts'

/** What `undo` took back. */
export interface UndoReport {
  readonly branch: string
  /** The reflog line of the step: `commit: feat: X`. */
  readonly step: string
  readonly from: ObjectId
  /** Null: the branch has no commit any more. */
  readonly to: ObjectId | null
  /** What has become of the files: they are as before a merge, or as they were; then Git may be in the middle of the merge again. */
  readonly files: 'kept' | 'taken back' | 'merging'
  readonly warnings: readonly string[]
}

const undoPrefix = 'ai-vcs: undo '
/** Steps that only add commits: their work tree is what is here now, so taking them back loses nothing. */
const commits = /^(?:commit(?: \(initial\)| \(merge\)| \(amend\))?: |ai-vcs: follow )/

/** Steps that brought files along, by `merge` and `pull` of either program; a merge that `commit` has ended is somebody's work. */
const merges = /^(?:merge|pull)\b.*: (?:Fast-forward|Merge made by )|^merge [^:]+$/
const endedMerge = /^commit \(merge\): /

/**
 * Takes back the last commit, merge or pull, or the last step by which the branch followed its room. Of a commit only the branch moves: index and files
 * stay, so what it held is staged again, and a merge that it ended goes on. Files of a merge are as before it, and what was not committed stays. Called
 * again, it takes back the step before. Throws USAGE where the last step is of another kind, WORK_TREE_BUSY where files of a merge hold what is not committed.
 */
export async function undo(workspace: Workspace, signal?: AbortSignal): Promise<UndoReport> {
  const { git } = workspace
  const { branch, commit } = readHead(git.gitDir, git.refs)
  if (!branch)
    throw new AnvcsError('USAGE', { message: 'No branch is checked out.', hint: 'Check out the branch first.' })
  const operation = unfinishedOperation(git.gitDir)
  if (operation) throw new AnvcsError('WORK_TREE_BUSY', { message: `Git is in the middle of ${operation} here.` })
  await using _lock = await lockRepository(git, signal)
  const name = branch.replace('refs/heads/', '')
  const step = lastStep(readWholeLog(git.commonDir, branch), commit)
  if (!step)
    throw new AnvcsError('USAGE', { message: `There is nothing to undo on ${name}.`, hint: 'See `git reflog`.' })
  const isFirst = /^0+$/.test(step.from)
  const isMerge = merges.test(step.message) && !isFirst
  if (!isMerge && !commits.test(step.message))
    throw new AnvcsError('USAGE', {
      message: `The last step on ${name} was neither a commit nor a merge: ${step.message || 'it has no message'}`,
      hint: isFirst ? 'See `git reflog`.' : `Take it back with git: \`git reset --keep ${step.from.slice(0, 12)}\`.`,
    })
  const isInRoom = (await workspace.data.roomOf(branch)) !== undefined
  if (isMerge && isInRoom)
    throw new AnvcsError('USAGE', {
      message: `${name} has a room, and a merge is there for all who are in it.`,
      hint: 'Make a commit that takes its changes back: `git revert -m 1 HEAD`.',
    })
  const warnings = await warningsOf(workspace, { commit: step.to, isInRoom, signal })
  if (isMerge) await takeBackFiles(git, step.to, step.from, signal)
  const change = { name: branch, expect: step.to, to: isFirst ? undefined : step.from }
  if (!(await git.refs.update([change], `${undoPrefix}${step.message}`, signal ? { signal } : {})))
    throw new AnvcsError('REF_MOVED')
  const isEnded = endedMerge.test(step.message)
  if (isEnded) resumeMerge(git, step.to)
  const files = isMerge ? 'taken back' : isEnded ? 'merging' : 'kept'
  return { branch: name, step: step.message, from: step.to, to: isFirst ? null : step.from, files, warnings }
}

/** As `git merge` leaves it where it has to be ended by a commit. */
function resumeMerge({ gitDir, objects }: GitRepository, commit: ObjectId): void {
  const { parents, message } = readStoredCommit(objects, commit)
  writeFileSync(join(gitDir, 'MERGE_MSG'), withoutRecordTrailers(message))
  writeFileSync(join(gitDir, 'MERGE_MODE'), 'no-ff')
  writeFileSync(
    join(gitDir, 'MERGE_HEAD'),
    parents
      .slice(1)
      .map((id) => `${id}\n`)
      .join(''),
  )
}

/**
 * Each undo cancels the nearest step before it that is not cancelled yet. A line that does not lead to where the next one begins is of a
 * run that was killed before it moved the branch.
 */
function lastStep(steps: readonly RefMove[], tip: ObjectId | undefined): RefMove | undefined {
  let cancelled = 0
  let at = tip
  for (const step of [...steps].reverse()) {
    if (step.to !== at) continue
    at = step.from
    if (step.message.startsWith(undoPrefix)) cancelled++
    else if (cancelled > 0) cancelled--
    else return step.to === tip ? step : undefined
  }
  return undefined
}

async function warningsOf(
  { git }: Workspace,
  {
    commit,
    isInRoom,
    signal,
  }: { readonly commit: ObjectId; readonly isInRoom: boolean; readonly signal: AbortSignal | undefined },
): Promise<readonly string[]> {
  const warnings: string[] = []
  const holding = await refsHolding(git, commit, ['refs/remotes'], signal)
  const published = holding.map((name) => name.replace('refs/remotes/', ''))
  if (published.length) warnings.push(`${commit.slice(0, 12)} is on ${published.join(', ')} already.`)
  if (isInRoom)
    warnings.push(
      'The room has this commit, and the branch follows it again while the room runs, unless `room.follow` is false.',
    )
  return warnings
}
