import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { dropLeftLocks } from '../git/git-lock.ts'
import { readHead } from '../git/head.ts'
import { unfinishedOperation } from '../git/probe.ts'
import { isAncestor } from '../git/ancestry.ts'
import { forwardRule } from './forward-rule.ts'
import { mergeDiverged, moveBranch } from './merge-branch.ts'
import { forkPoint, rebaseFetched, rebaseRule, type RebaseRule } from './rebase-fetched.ts'
import { fetchRecords, remoteOf } from './remote-records.ts'
import { checkName } from './run-git.ts'
import type { Workspace } from './workspace.ts'

export interface PullOptions {
  readonly remote?: string
  readonly branch?: string
  readonly signal?: AbortSignal
}

export interface PullReport {
  readonly remote: string
  readonly branch: string
  readonly outcome: 'up to date' | 'fast-forward' | 'merged' | 'rebased' | 'conflict'
  /** Were commits brought on top of what came, instead of a merge (`pull.rebase`)? A conflict is one of that, then. */
  readonly isRebase: boolean
  readonly from: ObjectId | null
  readonly to: ObjectId | null
  /** Paths with conflict markers. */
  readonly conflicts: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * Fetches a branch and its records, and merges both: the branch forward or by a signed merge commit of Git's making (or, where Git is told so and the
 * branch has no room, by a rebase), the records line by line. A conflict is an outcome, with markers in the files. Throws WORK_TREE_BUSY where changes would be overwritten, HOOK_REFUSED,
 * IDENTITY_MISSING where a merge could not be signed, and what `fetchRecords` throws.
 */
export async function pull(workspace: Workspace, options: PullOptions = {}): Promise<PullReport> {
  const { git } = workspace
  const { signal } = options
  // A run that was killed has left them, and one that has nothing to do takes none.
  dropLeftLocks(git.dataDir)
  const head = readHead(git.gitDir, git.refs)
  const operation = unfinishedOperation(git.gitDir)
  if (operation) throw new AnvcsError('WORK_TREE_BUSY', { message: `Git is in the middle of ${operation} here.` })
  const current = head.branch?.replace('refs/heads/', '')
  if (current === undefined)
    throw new AnvcsError('USAGE', { message: 'No branch is checked out.', hint: 'Check out the branch to pull into.' })
  const remote = remoteOf(workspace, current, options.remote, 'fetch')
  const branch = options.branch ?? upstreamOf(workspace, current)
  checkName(branch, 'branch')
  const rule = rebaseRule(git.config, current)
  const isHeldByOthers = rule !== undefined && (await workspace.data.roomOf(`refs/heads/${current}`)) !== undefined
  const tracked = `refs/remotes/${remote}/${branch}`
  const fork = rule && head.commit && git.refs.read(tracked) ? await forkPoint(workspace, tracked, signal) : undefined
  const { warnings, head: theirs } = await fetchRecords(workspace, remote, { branch, signal })
  if (!theirs) throw new AnvcsError('COMMIT_UNKNOWN')
  const fetched = { ref: `refs/heads/${current}`, from: head.commit, theirs, name: `${remote}/${branch}`, signal }
  const { conflicts, isRebase } = await mergeFetched(workspace, fetched, isHeldByOthers ? undefined : rule, fork)
  const to = git.refs.read(`refs/heads/${current}`) ?? null
  return {
    remote,
    branch,
    outcome: outcomeOf(head.commit, theirs, to, conflicts, isRebase),
    isRebase,
    from: head.commit ?? null,
    to,
    conflicts,
    warnings: isHeldByOthers ? [...warnings, heldWarning(current)] : warnings,
  }
}

function heldWarning(branch: string): string {
  return `${branch} has a room: others hold its commits, so they are merged and not rebased, whatever pull.rebase says.`
}

function outcomeOf(
  from: ObjectId | undefined,
  theirs: ObjectId,
  to: ObjectId | null,
  conflicts: readonly string[],
  isRebase: boolean,
): PullReport['outcome'] {
  if (conflicts.length) return 'conflict'
  if (to === from) return 'up to date'
  if (to === theirs) return 'fast-forward'
  return isRebase ? 'rebased' : 'merged'
}

function upstreamOf({ git }: Workspace, branch: string): string {
  return (git.config.get(`branch.${branch}.merge`) ?? branch).replace(/^refs\/heads\//, '')
}

/** What has come and where it goes. */
interface Fetched {
  /** The branch that is checked out, by its full name. */
  readonly ref: string
  readonly from: ObjectId | undefined
  readonly theirs: ObjectId
  /** In the message of the merge. */
  readonly name: string
  readonly signal: AbortSignal | undefined
}

async function mergeFetched(
  workspace: Workspace,
  fetched: Fetched,
  rebase: RebaseRule,
  fork: ObjectId | undefined,
): Promise<{ readonly conflicts: readonly string[]; readonly isRebase: boolean }> {
  const none = { conflicts: [], isRebase: false }
  const { git } = workspace
  const { ref, from, theirs, name, signal } = fetched
  if (from && (await isAncestor(git, theirs, from, signal))) return none
  const rule = forwardRule(git.config, ['pull.ff', 'merge.ff'])
  const isForward = !from || (await isAncestor(git, from, theirs, signal))
  if (!from || (isForward && (rule !== 'never' || rebase))) {
    await moveBranch(workspace, { ref, from, to: theirs, isCheckedOut: true, isHeld: false, source: name, signal })
    return none
  }
  if (rule === 'only')
    throw new AnvcsError('USAGE', {
      message: `Git is told only to move forward here (pull.ff or merge.ff), and both this branch and ${name} went on.`,
      hint: `Bring yours on top with \`git rebase ${name}\`, or merge with \`git merge --no-ff ${name}\`. What was fetched is kept.`,
    })
  if (rebase)
    return { conflicts: await rebaseFetched(workspace, { theirs, fork, rule: rebase, signal }), isRebase: true }
  const message = `Merge ${name}\n`
  const merge = { ref, from, theirs, message, source: name, isCheckedOut: true, isHeld: false, noVerify: false, signal }
  return { conflicts: (await mergeDiverged(workspace, merge)).conflicts, isRebase: false }
}
