import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { dropLeftLocks } from '../git/git-lock.ts'
import { readHead } from '../git/head.ts'
import { unfinishedOperation } from '../git/probe.ts'
import { isAncestor } from '../git/ancestry.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import type { AcrossFinding } from '../merge/across/across-finding.ts'
import { checkMergedTree } from './check-merged-tree.ts'
import { forwardRule } from './forward-rule.ts'
import type { Guard } from './guards/guard.ts'
import { isRefused, type GuardOptions } from './guards/guard-merge.ts'
import { mergeDiverged, nothingFound, type DivergedOutcome } from './merge-diverged.ts'
import { moveBranch } from './move-branch.ts'
import { forkPoint, rebaseFetched, rebaseRule, type RebaseRule } from './rebase-fetched.ts'
import { fetchRecords, remoteOf } from './remote-records.ts'
import { checkName } from './run-git.ts'
import type { Workspace } from './workspace.ts'

export interface PullOptions {
  readonly remote?: string
  readonly branch?: string
  /** What to run on a merge before it is committed, as `mergeBranch` does. */
  readonly guards?: readonly Guard[]
  /** Told before each run of a guard. */
  readonly onGuard?: GuardOptions['onRun']
  readonly signal?: AbortSignal
}

export interface PullReport extends Omit<DivergedOutcome, 'to'> {
  readonly remote: string
  readonly branch: string
  /** `refused`: a guard found something that neither side has. */
  readonly outcome: 'up to date' | 'fast-forward' | 'merged' | 'rebased' | 'conflict' | 'refused'
  /** Were commits brought on top of what came, instead of a merge (`pull.rebase`)? A conflict is one of that, then. */
  readonly isRebase: boolean
  readonly from: ObjectId | null
  readonly to: ObjectId | null
  readonly warnings: readonly string[]
}

/**
 * Fetches a branch and its records, and merges both: the branch forward or by a signed merge commit of Git's making (or, where Git is told so and the
 * branch has no room, by a rebase, whose `findings` stand in the branch), the records line by line. A conflict is an outcome, with markers in the files, and so is the refusal of a guard. Throws WORK_TREE_BUSY where changes would
 * be overwritten, USAGE where guards were to look at a rebase, HOOK_REFUSED, IDENTITY_MISSING where a merge could not be signed, and what `fetchRecords` throws.
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
  const { guards, onGuard } = options
  const ref = `refs/heads/${current}`
  const fetched = { ref, from: head.commit, theirs, name: `${remote}/${branch}`, guards, onGuard, signal }
  const merged = await mergeFetched(workspace, fetched, isHeldByOthers ? undefined : rule, fork)
  const to = git.refs.read(ref) ?? null
  return {
    ...merged,
    remote,
    branch,
    outcome: outcomeOf(head.commit, theirs, to, merged),
    from: head.commit ?? null,
    to,
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
  { conflicts, guards, isRebase }: MergedFetched,
): PullReport['outcome'] {
  if (conflicts.length) return 'conflict'
  if (isRefused(guards)) return 'refused'
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
  readonly guards: readonly Guard[] | undefined
  readonly onGuard: GuardOptions['onRun']
  readonly signal: AbortSignal | undefined
}

/** What does not fit in a branch that was rebased. It stands already, so that nothing is rewritten in it. */
async function usesAfterRebase(
  git: GitRepository,
  { ref, theirs, signal }: Fetched,
  ours: ObjectId,
): Promise<readonly AcrossFinding[]> {
  const tip = git.refs.read(ref)
  if (!tip) return []
  const { tree } = readStoredCommit(git.objects, tip)
  const { findings, repaired } = await checkMergedTree(git, { ours, theirs, tree, signal })
  return [...findings, ...repaired]
}

type MergedFetched = Omit<DivergedOutcome, 'to'> & { readonly isRebase: boolean }

async function mergeFetched(
  workspace: Workspace,
  fetched: Fetched,
  rebase: RebaseRule,
  fork: ObjectId | undefined,
): Promise<MergedFetched> {
  const none = { ...nothingFound, guards: [], isBegun: false, isRebase: false }
  const { git } = workspace
  const { ref, from, theirs, name, guards, onGuard, signal } = fetched
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
  if (rebase && guards)
    throw new AnvcsError('USAGE', {
      message: `Guards look at a merge, and this branch is rebased where both went on (pull.rebase).`,
      hint: `Merge with \`ai-vcs merge ${name} --test-check\`, or pull without \`--test-check\`. What was fetched is kept.`,
    })
  if (rebase) {
    const conflicts = await rebaseFetched(workspace, { theirs, fork, rule: rebase, signal })
    const rebased = { ...none, conflicts, isBegun: conflicts.length > 0, isRebase: true }
    return conflicts.length ? rebased : { ...rebased, findings: await usesAfterRebase(git, fetched, from) }
  }
  const message = `Merge ${name}\n`
  const place = { ref, source: name, isCheckedOut: true, isHeld: false, noVerify: false }
  const merge = { ...place, from, theirs, message, guards, onGuard, signal }
  const { to: _, ...merged } = await mergeDiverged(workspace, merge)
  return { ...merged, isRebase: false }
}
