import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId, RoomId } from '../contracts/ids.ts'
import { gitFailed } from '../git/git-program.ts'
import { checkName, findCommit, gitText, resolveCommit } from './run-git.ts'
import { readHead } from '../git/head.ts'
import type { Workspace } from './workspace.ts'

/** A branch of this repository. */
export interface BranchView {
  /** Without `refs/heads/`. */
  readonly name: string
  readonly commit: ObjectId
  readonly isCurrent: boolean
  readonly upstream: string | null
  /** The room of the branch. */
  readonly room: RoomId | null
}

/** All branches, by name. */
export async function listBranches(workspace: Workspace, signal?: AbortSignal): Promise<readonly BranchView[]> {
  const { git, data } = workspace
  const format = '--format=%(refname:lstrip=2)%00%(objectname)%00%(HEAD)%00%(upstream:short)'
  const lines = (await gitText(git.git, ['for-each-ref', format, 'refs/heads'], { signal })).split('\n')
  return Promise.all(
    lines.filter(Boolean).map(async (line) => {
      const [name, commit, head, upstream] = line.split('\0') as [string, ObjectId, string, string]
      const room = await data.roomOf(`refs/heads/${name}`)
      return { name, commit, isCurrent: head === '*', upstream: upstream || null, room: room ?? null }
    }),
  )
}

/** Makes a branch at a revision, HEAD unless told. Throws USAGE where the name is taken or no name for a branch. */
export async function createBranch(
  workspace: Workspace,
  name: string,
  { start = 'HEAD', signal }: { readonly start?: string; readonly signal?: AbortSignal } = {},
): Promise<BranchView> {
  const { git } = workspace
  await checkBranchName(workspace, name, signal)
  const commit = await resolveCommit(git, start, signal)
  if (git.refs.read(`refs/heads/${name}`))
    throw new AnvcsError('USAGE', { message: `There is a branch ${name} already.`, hint: 'Choose another name.' })
  await git.git.run(['branch', name, start], { signal })
  return { name, commit, isCurrent: false, upstream: null, room: null }
}

/** Removes a branch that is merged, as `git branch -d` does. Throws USAGE for one that is unknown, checked out or not merged. */
export async function deleteBranch(workspace: Workspace, name: string, signal?: AbortSignal): Promise<ObjectId> {
  const { git, data } = workspace
  await checkBranchName(workspace, name, signal)
  const commit = git.refs.read(`refs/heads/${name}`)
  if (!commit)
    throw new AnvcsError('USAGE', { message: `There is no branch ${name}.`, hint: 'List them: `ai-vcs branch`.' })
  if (await data.roomOf(`refs/heads/${name}`))
    throw new AnvcsError('USAGE', {
      message: `The branch ${name} has a room.`,
      hint: 'Leave the room first: `ai-vcs collab leave`.',
    })
  const args = ['branch', '-d', name]
  const result = await git.git.call(args, { signal })
  if (result.exitCode === 0) return commit
  if (result.stderr.includes('not fully merged'))
    throw new AnvcsError('USAGE', {
      message: `The branch ${name} holds commits that no other has.`,
      hint: `Merge it first, or remove it with \`git branch -D ${name}\`.`,
    })
  if (/checked out|used by worktree/.test(result.stderr))
    throw new AnvcsError('USAGE', { message: `The branch ${name} is checked out.`, hint: 'Check out another first.' })
  throw gitFailed(args, result)
}

/** What `checkout` did. */
export interface CheckoutReport {
  readonly from: { readonly branch: string | null; readonly commit: ObjectId | null }
  /** A null branch: HEAD is detached at the commit. */
  readonly to: { readonly branch: string | null; readonly commit: ObjectId | null }
  readonly warnings: readonly string[]
}

/**
 * Git's own checkout of a branch or revision, with a word about the room that it leaves. Throws COMMIT_UNKNOWN, and
 * WORK_TREE_BUSY where changes would be overwritten; then nothing has changed.
 */
export async function checkout(
  workspace: Workspace,
  target: string,
  {
    isNew = false,
    start,
    signal,
  }: { readonly isNew?: boolean; readonly start?: string; readonly signal?: AbortSignal } = {},
): Promise<CheckoutReport> {
  const { git, data } = workspace
  checkName(target, 'branch')
  const from = headView(workspace)
  if (isNew) {
    await createBranch(workspace, target, { ...(start !== undefined && { start }), ...(signal && { signal }) })
  } else if (!(await findCommit(git, target, signal)) && !isRemoteBranch(workspace, target))
    throw new AnvcsError('COMMIT_UNKNOWN', {
      message: `There is no branch or commit ${target}.`,
      hint: `Make the branch with \`ai-vcs checkout -b ${target}\`, or list branches with \`ai-vcs branch\`.`,
    })
  const args = ['checkout', '--quiet', target, '--']
  const result = await git.hooked.call(args, { signal })
  if (result.exitCode !== 0) {
    if (!/would be overwritten|needs merge|unmerged|resolve your current index/.test(result.stderr))
      throw gitFailed(args, result)
    throw new AnvcsError('WORK_TREE_BUSY', {
      message: 'Files that are not committed would be overwritten.',
      hint: 'Commit them first, or put them aside with `git stash`.',
    })
  }
  const to = headView(workspace)
  const room =
    from.branch === null || from.branch === to.branch ? undefined : await data.roomOf(`refs/heads/${from.branch}`)
  const warnings = room
    ? [`${from.branch} has a room: while another branch is checked out, its files are not mirrored here.`]
    : []
  return { from, to, warnings }
}

function headView({ git }: Workspace): CheckoutReport['to'] {
  const { branch, commit } = readHead(git.gitDir, git.refs)
  return { branch: branch?.replace('refs/heads/', '') ?? null, commit: commit ?? null }
}

/** Git makes a branch of a name that exactly one remote has. */
function isRemoteBranch({ git }: Workspace, name: string): boolean {
  const matches = git.refs
    .list('refs/remotes/')
    .filter((ref) => ref.name.replace(/^refs\/remotes\/[^/]+\//, '') === name)
  return matches.length === 1
}

async function checkBranchName({ git }: Workspace, name: string, signal: AbortSignal | undefined): Promise<void> {
  checkName(name, 'name for a branch')
  const { exitCode } = await git.git.call(['check-ref-format', '--branch', name], { signal })
  if (exitCode !== 0)
    throw new AnvcsError('USAGE', { message: `${name} is no name for a branch.`, hint: 'See git-check-ref-format(1).' })
}
