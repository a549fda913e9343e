import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { gitFailed } from '../git/git-program.ts'
import { readHead } from '../git/head.ts'
import { unfinishedOperation } from '../git/probe.ts'
import { fetchRecords, remoteOf } from './remote-records.ts'
import { checkName, gitText, resolveCommit } from './run-git.ts'
import { nulItems } from '../git/git-lists.ts'
import type { Workspace } from './workspace.ts'

export interface PullOptions {
  readonly remote?: string
  readonly branch?: string
  readonly signal?: AbortSignal
}

export interface PullReport {
  readonly remote: string
  readonly branch: string
  readonly outcome: 'up to date' | 'fast-forward' | 'merged' | 'conflict'
  readonly from: ObjectId | null
  readonly to: ObjectId | null
  /** Paths with conflict markers. */
  readonly conflicts: readonly string[]
}

/**
 * Fetches a branch and its records, and merges both as Git does: the branch forward or by a merge commit, the records line by line.
 * A conflict is an outcome, with markers in the files. Throws WORK_TREE_BUSY where changes would be overwritten,
 * and what `fetchRecords` throws.
 */
export async function pull(workspace: Workspace, options: PullOptions = {}): Promise<PullReport> {
  const { git } = workspace
  const { signal } = options
  const head = readHead(git.gitDir, git.refs)
  const operation = unfinishedOperation(git.gitDir)
  if (operation) throw new AnvcsError('WORK_TREE_BUSY', { message: `Git is in the middle of ${operation} here.` })
  const current = head.branch?.replace('refs/heads/', '')
  if (current === undefined)
    throw new AnvcsError('USAGE', { message: 'No branch is checked out.', hint: 'Check out the branch to pull into.' })
  const remote = remoteOf(workspace, current, options.remote, 'fetch')
  const branch = options.branch ?? upstreamOf(workspace, current)
  checkName(branch, 'branch')
  try {
    await fetchRecords(workspace, remote, { refspecs: [`refs/heads/${branch}`], signal })
  } catch (error) {
    if (!AnvcsError.is(error, 'GIT_FAILED') || !error.message.includes("couldn't find remote ref")) throw error
    throw new AnvcsError('USAGE', {
      message: `${remote} has no branch ${branch}.`,
      hint: 'Push it first, or name another.',
    })
  }
  // The first that was asked for is the branch.
  const theirs = await resolveCommit(git.git, 'FETCH_HEAD', signal)
  const conflicts = await mergeFetched(workspace, theirs, `${remote}/${branch}`, signal)
  const to = git.refs.read(`refs/heads/${current}`) ?? null
  return {
    remote,
    branch,
    outcome: outcomeOf(head.commit, theirs, to, conflicts),
    from: head.commit ?? null,
    to,
    conflicts,
  }
}

function outcomeOf(
  from: ObjectId | undefined,
  theirs: ObjectId,
  to: ObjectId | null,
  conflicts: readonly string[],
): PullReport['outcome'] {
  if (conflicts.length) return 'conflict'
  if (to === from) return 'up to date'
  return to === theirs ? 'fast-forward' : 'merged'
}

function upstreamOf({ git }: Workspace, branch: string): string {
  return (git.config.get(`branch.${branch}.merge`) ?? branch).replace(/^refs\/heads\//, '')
}

/** The paths that conflict. */
async function mergeFetched(
  { git }: Workspace,
  theirs: ObjectId,
  name: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const args = ['merge', '--quiet', '--no-edit', '-m', `Merge ${name}`, theirs]
  const result = await git.hooked.call(args, { signal })
  if (result.exitCode === 0) return []
  if (result.stderr.includes('Not committing merge')) {
    await git.hooked.call(['merge', '--abort'])
    throw new AnvcsError('HOOK_REFUSED', {
      message: 'A hook refused the merge.',
      hint: 'Nothing was merged; what was fetched is kept. Mend what the hook printed, and pull again.',
      details: { output: result.stderr },
    })
  }
  const unmerged = ['diff', '--name-only', '--diff-filter=U', '-z']
  const conflicts = nulItems(await git.git.run(unmerged, { signal }))
  if (conflicts.length) return conflicts
  if (!/would be overwritten|not possible because you have/.test(result.stderr)) throw gitFailed(args, result)
  const files = (await gitText(git.git, ['diff', '--name-only', 'HEAD'], { signal })).split('\n').filter(Boolean)
  throw new AnvcsError('WORK_TREE_BUSY', {
    message: 'Files that are not committed would be overwritten.',
    hint: 'Commit them first, or put them aside with `git stash`. What was fetched is kept.',
    details: { files },
  })
}
