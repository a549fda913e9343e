import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { isAncestor } from '../git/ancestry.ts'
import { dropLeftLocks } from '../git/git-lock.ts'
import { readHead } from '../git/head.ts'
import { holdsTree } from '../git/holds-tree.ts'
import { unfinishedOperation } from '../git/probe.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { otherWorkTreeOf } from '../git/work-trees.ts'
import { forwardRule } from './forward-rule.ts'
import type { Guard } from './guards/guard.ts'
import { isRefused, type GuardOptions } from './guards/guard-merge.ts'
import { mergeCommits } from './merge-commits.ts'
import { mergeDiverged, nothingFound, type Diverged, type DivergedOutcome } from './merge-diverged.ts'
import { moveBranch } from './move-branch.ts'
import { resolveCommit } from './run-git.ts'
import { uncommittedFiles } from './uncommitted.ts'
import type { Workspace } from './workspace.ts'

export interface MergeReport extends DivergedOutcome {
  readonly source: string
  /** Without `refs/heads/`; HEAD where none is checked out. */
  readonly branch: string
  /** `refused`: a guard found something that neither side has. */
  readonly outcome: 'up to date' | 'fast-forward' | 'merged' | 'conflict' | 'refused'
  readonly from: ObjectId
  /** Are markers in the files now? Only where the branch is checked out. */
  readonly hasMarkers: boolean
}

export interface MergeOptions {
  /** The branch to merge into; the one that is checked out unless told. */
  readonly into?: string
  /** Runs neither pre-merge-commit nor commit-msg, as `git merge --no-verify`. */
  readonly noVerify?: boolean
  /** What to run on the result before it is committed, and to compute files of it; a move forward has the tree of a side, and none is run. */
  readonly guards?: readonly Guard[]
  /** Told before each run of a guard. */
  readonly onGuard?: GuardOptions['onRun']
  readonly signal?: AbortSignal
}

/**
 * Merges a branch or commit into a branch, checked out or not: forward if that does, else by a signed merge commit with a record.
 * Git computes the tree. Conflicts are an outcome: nothing has moved, and where the branch is checked out Git has begun the merge
 * and left markers. So is the refusal of a guard, without markers. Hooks run where the branch is checked out, as they look at files. Throws WORK_TREE_BUSY where changes that are not committed would be
 * overwritten or something is staged, another work tree has the branch, USAGE where `merge.ff` forbids it, and HOOK_REFUSED.
 */
export async function mergeBranch(
  workspace: Workspace,
  source: string,
  options: MergeOptions = {},
): Promise<MergeReport> {
  const { git } = workspace
  const { signal, noVerify = false, guards, onGuard } = options
  // A run that was killed has left them, and one that has nothing to do takes none.
  dropLeftLocks(git.dataDir)
  const { ref, branch, from, theirs, isCheckedOut } = await mergeEnds(workspace, source, options)
  const isInRoom = (await workspace.data.roomOf(ref)) !== undefined
  const report = { source, branch, from, ...nothingFound, hasMarkers: false, guards: [], isBegun: false }
  if (await isAncestor(git, theirs, from, signal)) return { ...report, outcome: 'up to date', to: from }
  if (!isCheckedOut) mustBeFree(workspace, ref)
  const isForward = await isForwardMerge(workspace, { branch, source, from, theirs, signal })
  const isHeld = isCheckedOut && isInRoom && (await holdsMerge(workspace, { from, theirs, isForward, signal }))
  if (isCheckedOut && !isHeld) await mustBeFit(workspace, isInRoom, signal)
  if (isForward) {
    await moveBranch(workspace, { ref, from, to: theirs, isCheckedOut, isHeld, source, signal })
    return { ...report, outcome: 'fast-forward', to: theirs }
  }
  const message = `Merge ${source} into ${branch}\n`
  const merge = { ref, from, theirs, message, source, isCheckedOut, isHeld, noVerify, guards, onGuard, signal }
  const { to, ...merged } = await mergeDiverged(workspace, merge)
  const hasMarkers = isCheckedOut && !merged.findings.length
  if (merged.conflicts.length) return { ...report, ...merged, outcome: 'conflict', to, hasMarkers }
  return { ...report, ...merged, outcome: isRefused(merged.guards) ? 'refused' : 'merged', to }
}

/** What moves where no branch is checked out; no branch can be called so. */
const detached = 'HEAD'

/** The branch that a merge moves, what it holds, and the commit that is merged. Throws COMMIT_UNKNOWN. */
export async function mergeEnds({ git }: Workspace, source: string, { into, signal }: MergeOptions) {
  const head = readHead(git.gitDir, git.refs)
  const here = head.branch ?? detached
  const ref = into === undefined || into === detached ? here : `refs/heads/${into.replace(/^refs\/heads\//, '')}`
  const branch = ref.replace('refs/heads/', '')
  const from = git.refs.read(ref)
  if (!from)
    throw new AnvcsError('COMMIT_UNKNOWN', {
      message: `There is no branch ${branch} with a commit.`,
      hint: 'List branches with `ai-vcs branch`.',
    })
  return { ref, branch, from, theirs: await resolveCommit(git, source, signal), isCheckedOut: ref === here }
}

/** Does the branch move forward only? Throws USAGE where `merge.ff` forbids a merge commit and it would take one. */
export async function isForwardMerge(
  { git }: Workspace,
  {
    branch,
    source,
    from,
    theirs,
    signal,
  }: Pick<Diverged, 'source' | 'from' | 'theirs' | 'signal'> & { readonly branch: string },
): Promise<boolean> {
  const rule = forwardRule(git.config, ['merge.ff'])
  const isBehind = await isAncestor(git, from, theirs, signal)
  if (rule === 'only' && !isBehind)
    throw new AnvcsError('USAGE', {
      message: `Git is told only to move forward here (merge.ff), and both ${branch} and ${source} went on.`,
      hint: `Bring one on top of the other with \`git rebase\`, or merge with \`git merge --no-ff\`.`,
    })
  return isBehind && rule !== 'never'
}

/** In a live room the texts of others are there before their commits: a merge that makes just that overwrites nothing. */
export async function holdsMerge(
  workspace: Workspace,
  { from, theirs, isForward, signal }: Pick<Diverged, 'from' | 'theirs' | 'signal'> & { readonly isForward: boolean },
): Promise<boolean> {
  const { git } = workspace
  const treeOf = (commit: ObjectId) => readStoredCommit(git.objects, commit).tree
  const { changes, unmerged } = await git.index.stagedChanges(treeOf(from), { ...(signal && { signal }) })
  if (changes.length || unmerged.length || unfinishedOperation(git.gitDir)) return false
  const merged = isForward
    ? { tree: treeOf(theirs), conflicts: [] }
    : await mergeCommits(workspace, from, theirs, signal)
  return !merged.conflicts.length && (await holdsTree(git, treeOf(from), merged.tree, signal))
}

/** The files of another work tree would not follow its branch. */
function mustBeFree({ git }: Workspace, ref: string): void {
  const folder = otherWorkTreeOf(git, ref)
  if (folder === undefined) return
  throw new AnvcsError('WORK_TREE_BUSY', {
    message: `${ref.replace('refs/heads/', '')} is checked out in ${folder}.`,
    hint: 'Merge there.',
  })
}

/** Throws WORK_TREE_BUSY where a merge cannot begin in the work tree. */
export async function mustBeFit({ git }: Workspace, isInRoom: boolean, signal: AbortSignal | undefined): Promise<void> {
  const operation = unfinishedOperation(git.gitDir)
  if (operation) throw new AnvcsError('WORK_TREE_BUSY', { message: `Git is in the middle of ${operation} here.` })
  // In a room changes may be those of others, which they have not committed yet.
  const changed = isInRoom && (await uncommittedFiles(git, signal))
  if (!changed || !(changed.staged.length || changed.edited.length)) return
  throw new AnvcsError('WORK_TREE_BUSY', {
    message: 'There are changes that are not committed.',
    hint: 'Commit them first, or put them aside with `git stash`.',
    details: { paths: [...new Set([...changed.staged, ...changed.edited])] },
  })
}
