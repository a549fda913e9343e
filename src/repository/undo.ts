import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { refsHolding } from '../git/ancestry.ts'
import { readWholeLog, type RefMove } from '../git/head-log.ts'
import { readHead } from '../git/head.ts'
import { unfinishedOperation } from '../git/probe.ts'
import { lockRepository } from '../git/repository-lock.ts'
import type { Workspace } from './workspace.ts'

/** What `undo` took back. */
export interface UndoReport {
  readonly branch: string
  /** The reflog line of the step: `commit: feat: X`. */
  readonly step: string
  readonly from: ObjectId
  /** Null: the branch has no commit any more. */
  readonly to: ObjectId | null
  readonly warnings: readonly string[]
}

const undoPrefix = 'ai-vcs: undo '
/** Steps that only add commits: their work tree is what is here now, so taking them back loses nothing. */
const undoable = /^(?:commit(?: \(initial\)| \(merge\)| \(amend\))?: |ai-vcs: follow )/

/**
 * Takes back the last commit, or the last step by which the branch followed its room. Only the branch moves: index and files stay, so
 * what the commit held is staged again. Called again, it takes back the step before. Throws USAGE where the last step is
 * of another kind.
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
  if (!undoable.test(step.message))
    throw new AnvcsError('USAGE', {
      message: `The last step on ${name} was no commit: ${step.message || 'it has no message'}`,
      hint: isFirst ? 'See `git reflog`.' : `Take it back with git: \`git reset --keep ${step.from.slice(0, 12)}\`.`,
    })
  const warnings = await warningsOf(workspace, branch, step.to, signal)
  const change = { name: branch, expect: step.to, to: isFirst ? undefined : step.from }
  if (!(await git.refs.update([change], `${undoPrefix}${step.message}`, signal ? { signal } : {})))
    throw new AnvcsError('REF_MOVED')
  return { branch: name, step: step.message, from: step.to, to: isFirst ? null : step.from, warnings }
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
  { git, data }: Workspace,
  branch: string,
  commit: ObjectId,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const warnings: string[] = []
  const holding = await refsHolding(git, commit, ['refs/remotes'], signal)
  const published = holding.map((name) => name.replace('refs/remotes/', ''))
  if (published.length) warnings.push(`${commit.slice(0, 12)} is on ${published.join(', ')} already.`)
  if (await data.roomOf(branch))
    warnings.push(
      'The room has this commit, and the branch follows it again while the room runs, unless `room.follow` is false.',
    )
  return warnings
}
