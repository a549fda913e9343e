import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId, RoomId } from '../contracts/ids.ts'
import { isAncestor, refsHolding } from '../git/ancestry.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { gitFailed } from '../git/git-program.ts'
import { whenUnlocked } from '../git/lock-wait.ts'
import type { GitRepository } from '../git/repository.ts'
import { otherWorkTreeOf } from '../git/work-trees.ts'
import { checkoutDirectly } from './checkout-directly.ts'
import { checkName, findCommit, gitText, resolveCommit } from './run-git.ts'
import { readHead } from '../git/head.ts'
import { nameLeftBefore } from './revisions-directly.ts'
import { upstreamRef } from './upstream-ref.ts'
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
  const text = await gitText(git.git, ['for-each-ref', format, 'refs/heads'], { signal }).catch(unlessMissing)
  const branches = text === undefined ? branchesDirectly(workspace) : parseBranches(text)
  return Promise.all(
    branches.map(async (branch) => ({ ...branch, room: (await data.roomOf(`refs/heads/${branch.name}`)) ?? null })),
  )
}

function parseBranches(text: string): readonly Omit<BranchView, 'room'>[] {
  const lines = text.split('\n').filter(Boolean)
  return lines.map((line) => {
    const [name, commit, head, upstream] = line.split('\0') as [string, ObjectId, string, string]
    return { name, commit, isCurrent: head === '*', upstream: upstream || null }
  })
}

function branchesDirectly(workspace: Workspace): readonly Omit<BranchView, 'room'>[] {
  const { git } = workspace
  const current = readHead(git.gitDir, git.refs).branch
  return git.refs.list('refs/heads/').map(({ name, id }) => ({
    name: name.replace('refs/heads/', ''),
    commit: id,
    isCurrent: name === current,
    upstream: upstreamRef(workspace.git, name)?.replace(/^refs\/(?:remotes|heads)\//, '') ?? null,
  }))
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
  const done = await git.git.run(['branch', name, start], { signal }).catch(unlessMissing)
  const made = { name: `refs/heads/${name}`, expect: undefined, to: commit }
  if (!done && !(await git.refs.update([made], `branch: Created from ${start}`, { signal })))
    throw new AnvcsError('REF_MOVED')
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
  const result = await git.git.call(args, { signal }).catch(unlessMissing)
  if (result?.exitCode === 0) return commit
  const isCheckedOut = result ? /checked out|used by worktree/.test(result.stderr) : isInUse(git, `refs/heads/${name}`)
  if (isCheckedOut)
    throw new AnvcsError('USAGE', { message: `The branch ${name} is checked out.`, hint: 'Check out another first.' })
  const isUnmerged = result
    ? result.stderr.includes('not fully merged')
    : !(await isMerged(workspace, name, commit, signal))
  if (isUnmerged)
    throw new AnvcsError('USAGE', {
      message: `The branch ${name} holds commits that no other has.`,
      hint: `Merge it first, or remove it with \`git branch -D ${name}\`.`,
    })
  if (result) throw gitFailed(args, result)
  if (!(await git.refs.update([{ name: `refs/heads/${name}`, expect: commit, to: undefined }], 'branch: deleted')))
    throw new AnvcsError('REF_MOVED')
  return commit
}

function isInUse(git: GitRepository, ref: string): boolean {
  return readHead(git.gitDir, git.refs).branch === ref || otherWorkTreeOf(git, ref) !== undefined
}

/** Is a branch in what it follows, or else in HEAD? */
async function isMerged(
  workspace: Workspace,
  name: string,
  commit: ObjectId,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { git } = workspace
  const upstream = upstreamRef(workspace.git, `refs/heads/${name}`)
  const into = (upstream === undefined ? undefined : git.refs.read(upstream)) ?? readHead(git.gitDir, git.refs).commit
  return into !== undefined && (await isAncestor(git, commit, into, signal))
}

/** What `checkout` did. */
export interface CheckoutReport {
  readonly from: { readonly branch: string | null; readonly commit: ObjectId | null }
  /** A null branch: HEAD is detached at the commit. */
  readonly to: { readonly branch: string | null; readonly commit: ObjectId | null }
  readonly warnings: readonly string[]
}

/**
 * Git's own checkout of a branch or revision (`-` is what was checked out before), with a word about the room that it leaves. Throws COMMIT_UNKNOWN, and
 * WORK_TREE_BUSY where changes would be overwritten; then nothing has changed.
 */
export async function checkout(
  workspace: Workspace,
  given: string,
  {
    isNew = false,
    start,
    signal,
  }: { readonly isNew?: boolean; readonly start?: string; readonly signal?: AbortSignal } = {},
): Promise<CheckoutReport> {
  const { git, data } = workspace
  const target = given === '-' ? (nameLeftBefore(git, 1) ?? given) : given
  checkName(target, 'branch')
  const from = headView(workspace)
  if (isNew) {
    await createBranch(workspace, target, { ...(start !== undefined && { start }), ...(signal && { signal }) })
  } else if (!(await findCommit(git, target, signal)) && remoteBranch(workspace, target) === undefined)
    throw new AnvcsError('COMMIT_UNKNOWN', {
      message: `There is no branch or commit ${target}.`,
      hint: `Make the branch with \`ai-vcs checkout -b ${target}\`, or list branches with \`ai-vcs branch\`.`,
    })
  const args = ['checkout', '--quiet', target, '--']
  const result = await whenUnlocked(() => git.hooked.call(args, { signal }), signal).catch(unlessMissing)
  if (!result) {
    const isKnown = (await findCommit(git, target, signal)) !== undefined
    await checkoutDirectly(workspace, target, {
      remoteRef: isKnown ? undefined : remoteBranch(workspace, target),
      signal,
    })
  } else if (result.exitCode !== 0) {
    if (
      !/would be overwritten|would lose untracked files|needs merge|unmerged|resolve your current index/.test(
        result.stderr,
      )
    )
      throw gitFailed(args, result)
    throw new AnvcsError('WORK_TREE_BUSY', {
      message: 'Files that are not committed would be overwritten.',
      hint: 'Commit them first, or put them aside with `git stash`.',
    })
  }
  const to = headView(workspace)
  const room =
    from.branch === null || from.branch === to.branch ? undefined : await data.roomOf(`refs/heads/${from.branch}`)
  const left = from.branch === null && from.commit !== null && from.commit !== to.commit ? from.commit : undefined
  const warnings = room
    ? [`${from.branch} has a room: while another branch is checked out, its files are not mirrored here.`]
    : left
      ? await leftBehind(workspace, left, signal)
      : []
  return { from, to, warnings }
}

/** A word about commits that only a detached HEAD held. */
async function leftBehind(
  { git }: Workspace,
  commit: ObjectId,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const head = readHead(git.gitDir, git.refs).commit
  if (head && (await isAncestor(git, commit, head, signal))) return []
  if ((await refsHolding(git, commit, ['refs'], signal)).length) return []
  return [
    `No branch or tag holds ${commit.slice(0, 10)}; \`git branch NAME ${commit.slice(0, 10)}\` keeps what was committed there.`,
  ]
}

function headView({ git }: Workspace): CheckoutReport['to'] {
  const { branch, commit } = readHead(git.gitDir, git.refs)
  return { branch: branch?.replace('refs/heads/', '') ?? null, commit: commit ?? null }
}

/** Git makes a branch of a name that exactly one remote has. */
function remoteBranch({ git }: Workspace, name: string): string | undefined {
  const matches = git.refs
    .list('refs/remotes/')
    .filter((ref) => ref.name.replace(/^refs\/remotes\/[^/]+\//, '') === name)
  return matches.length === 1 ? matches[0]!.name : undefined
}

async function checkBranchName({ git }: Workspace, name: string, signal: AbortSignal | undefined): Promise<void> {
  checkName(name, 'name for a branch')
  const args = ['check-ref-format', '--branch', name]
  const checked = await git.git.call(args, { signal }).catch(unlessMissing)
  if (checked ? checked.exitCode !== 0 : !isBranchName(name))
    throw new AnvcsError('USAGE', { message: `${name} is no name for a branch.`, hint: 'See git-check-ref-format(1).' })
}

/** The rules of git-check-ref-format(1), without `@{-1}`, which stands for a branch that was checked out before. */
function isBranchName(name: string): boolean {
  return (
    !/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$|^(?:@|HEAD)$/.test(name) &&
    name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'))
  )
}
