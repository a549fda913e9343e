import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { buildCommit, signBuilt } from '../git/build-commit.ts'
import { followCommit } from '../git/follow-commit.ts'
import { refuseUnstorable } from '../git/commit-message.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { gitFailed, type GitProgram } from '../git/git-program.ts'
import { nulItems } from '../git/git-lists.ts'
import { dropLeftLocks } from '../git/git-lock.ts'
import { readHead } from '../git/head.ts'
import { holdsTree } from '../git/holds-tree.ts'
import { unfinishedOperation } from '../git/probe.ts'
import { isAncestor } from '../git/ancestry.ts'
import { findHooks } from '../git/hooks.ts'
import { recover } from '../git/recover.ts'
import type { GitRepository } from '../git/repository.ts'
import { lockRepository } from '../git/repository-lock.ts'
import { switchTree } from '../git/switch-tree.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { otherWorkTreeOf } from '../git/work-trees.ts'
import type { AcrossFinding } from '../merge/across/across-finding.ts'
import { noteLine } from '../provenance/note-line.ts'
import { addTrailers } from '../provenance/trailers.ts'
import { personsNow } from './commit-persons.ts'
import { commitSigner } from './commit-signer.ts'
import { forwardRule } from './forward-rule.ts'
import type { Guard } from './guards/guard.ts'
import { guardMerge, isRefused, type GuardOptions, type GuardReport } from './guards/guard-merge.ts'
import { beginMerge, findMergeHooks, hookedMerge, mergeFailed } from './hooked-merge.ts'
import { checkMergedTree } from './check-merged-tree.ts'
import { mergeTreesDirectly } from './merge-trees.ts'
import { mergeRecord } from './merge-record.ts'
import { writeNotes } from './notes-ref.ts'
import { chosenFiles, withFiles, type RecordFiles } from './record-files.ts'
import { gitText, resolveCommit } from './run-git.ts'
import type { Workspace } from './workspace.ts'

export interface MergeReport {
  readonly source: string
  /** Without `refs/heads/`. */
  readonly branch: string
  /** `refused`: a guard found something that neither side has. */
  readonly outcome: 'up to date' | 'fast-forward' | 'merged' | 'conflict' | 'refused'
  readonly from: ObjectId
  readonly to: ObjectId
  /** Paths that both sides change in the same place. */
  readonly conflicts: readonly string[]
  /** What one side uses and the other one renamed, moved, deleted or changed; then `conflicts` has the paths that use it, without markers. */
  readonly findings: readonly AcrossFinding[]
  /** Uses that followed what the other side renamed or moved. */
  readonly repaired: readonly AcrossFinding[]
  /** Are markers in the files now? Only where the branch is checked out. */
  readonly hasMarkers: boolean
  /** What guards said of it, where they were run. */
  readonly guards: readonly GuardReport[]
  /** Has Git begun the merge, so that a person may go on with it? */
  readonly isBegun: boolean
}

export interface MergeOptions {
  /** The branch to merge into; the one that is checked out unless told. */
  readonly into?: string
  /** Runs neither pre-merge-commit nor commit-msg, as `git merge --no-verify`. */
  readonly noVerify?: boolean
  /** What to run on the result before it is committed; a move forward has the tree of a side, and none is run. */
  readonly guards?: readonly Guard[]
  /** Told before each run of a guard. */
  readonly onGuard?: GuardOptions['onRun']
  readonly signal?: AbortSignal
}

/**
 * Merges a branch or commit into a branch, checked out or not: forward if that does, else by a signed merge commit with a record.
 * Git computes the tree. Conflicts are an outcome: nothing has moved, and where the branch is checked out Git has begun the merge
 * and left markers. So is the refusal of a guard, without markers. Hooks run where the branch is checked out, as they look at files. Throws WORK_TREE_BUSY where changes would be
 * overwritten or another work tree has the branch, USAGE where `merge.ff` forbids it, and HOOK_REFUSED.
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
  if (isCheckedOut && !isHeld) await mustBeClean(workspace, signal)
  if (isForward) {
    await moveBranch(workspace, { ref, from, to: theirs, isCheckedOut, isHeld, source, signal })
    return { ...report, outcome: 'fast-forward', to: theirs }
  }
  const message = `Merge ${source} into ${branch}\n`
  const check = async (tree: ObjectId) =>
    guards ? guardMerge(workspace, guards, { ours: from, theirs, tree }, { onRun: onGuard, signal }) : []
  const merge = { ref, from, theirs, message, source, isCheckedOut, isHeld, noVerify, check, signal }
  const { to, ...merged } = await mergeDiverged(workspace, merge)
  const hasMarkers = isCheckedOut && !merged.findings.length
  if (merged.conflicts.length) return { ...report, ...merged, outcome: 'conflict', to, hasMarkers }
  return { ...report, ...merged, outcome: isRefused(merged.guards) ? 'refused' : 'merged', to }
}

/** The branch that a merge moves, what it holds, and the commit that is merged. Throws USAGE, COMMIT_UNKNOWN. */
export async function mergeEnds({ git }: Workspace, source: string, { into, signal }: MergeOptions) {
  const head = readHead(git.gitDir, git.refs)
  const ref = into === undefined ? head.branch : `refs/heads/${into.replace(/^refs\/heads\//, '')}`
  if (!ref)
    throw new AnvcsError('USAGE', { message: 'No branch is checked out.', hint: 'Say `merge SOURCE into BRANCH`.' })
  const branch = ref.replace('refs/heads/', '')
  const from = git.refs.read(ref)
  if (!from) throw new AnvcsError('COMMIT_UNKNOWN', { message: `There is no branch ${branch} with a commit.` })
  return { ref, branch, from, theirs: await resolveCommit(git, source, signal), isCheckedOut: head.branch === ref }
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

/** Two commits that went apart, and the branch that is to hold both. */
export interface Diverged {
  /** The full name of the branch. */
  readonly ref: string
  readonly from: ObjectId
  readonly theirs: ObjectId
  readonly message: string
  /** In the reflog. */
  readonly source: string
  readonly isCheckedOut: boolean
  /** The files hold the merge already, before it is a commit. */
  readonly isHeld: boolean
  readonly noVerify: boolean
  /** Asks guards about the merged tree. */
  readonly check?: (tree: ObjectId) => Promise<readonly GuardReport[]>
  readonly signal: AbortSignal | undefined
}

/** Where a merge of commits that went apart has come to. */
export interface DivergedOutcome {
  /** What the branch holds now. */
  readonly to: ObjectId
  readonly conflicts: readonly string[]
  readonly findings: readonly AcrossFinding[]
  readonly repaired: readonly AcrossFinding[]
  readonly guards: readonly GuardReport[]
  /** Has Git begun the merge in the work tree? */
  readonly isBegun: boolean
}

/**
 * Merges by a signed commit with a record. Where there are conflicts, or a guard refuses, nothing has moved, and git has begun the merge if the
 * branch is checked out. Throws WORK_TREE_BUSY where changes would be overwritten, HOOK_REFUSED, SIGNING_FAILED.
 */
export async function mergeDiverged(
  workspace: Workspace,
  { ref, from, theirs, message, source, isCheckedOut, isHeld, noVerify, check, signal }: Diverged,
): Promise<DivergedOutcome> {
  const merged = await mergeTrees(workspace, from, theirs, signal)
  const { conflicts } = merged
  if (conflicts.length) {
    if (isCheckedOut) await beginMerge(workspace, theirs, signal).catch(tellConflicts(conflicts))
    return { ...nothingFound, to: from, conflicts, guards: [], isBegun: isCheckedOut }
  }
  const hooks = isCheckedOut ? await findMergeHooks(workspace, noVerify) : []
  const uses = await usesOf(workspace, { from, theirs, tree: merged.tree, mayRepair: !hooks.length && !isHeld, signal })
  const { tree, ...found } = uses
  const guards = found.findings.length ? [] : ((await check?.(tree)) ?? [])
  if (found.findings.length || isRefused(guards)) {
    // Where others have typed the merge into the files already, or there is no git, it is not begun.
    const isBegun =
      isCheckedOut && !isHeld && (await beginMerge(workspace, theirs, signal).then(() => true, unlessMissing))
    return { ...found, to: from, guards, isBegun: isBegun ?? false }
  }
  const isInRoom = (await workspace.data.roomOf(ref)) !== undefined
  const draft = { from, theirs, tree, message, isInRoom, guards }
  const done = { ...found, guards, isBegun: false }
  if (hooks.length) return { ...done, to: await hookedMerge(workspace, { ...draft, hooks, signal }) }
  const { to, files } = await commitMerge(workspace, draft)
  // Git checks out the files of the record, too, where it moves the branch.
  await withFiles(workspace.git, isHeld ? files : undefined, () =>
    moveBranch(workspace, { ref, from, to, isCheckedOut, isHeld, source, signal }),
  )
  return { ...done, to }
}

const nothingFound = { conflicts: [], findings: [], repaired: [] }

/** What files of the merged tree use of each other, and the tree with what could be repaired. Hooks and live files see the tree of git alone. */
async function usesOf(
  { git }: Workspace,
  merge: Pick<Diverged, 'from' | 'theirs' | 'signal'> & { readonly tree: ObjectId; readonly mayRepair: boolean },
): Promise<Pick<DivergedOutcome, 'conflicts' | 'findings' | 'repaired'> & { readonly tree: ObjectId }> {
  const { from: ours, theirs, signal, mayRepair } = merge
  const checked = await checkMergedTree(git, { ours, theirs, tree: merge.tree, signal })
  const findings = mayRepair ? checked.findings : [...checked.findings, ...checked.repaired]
  const conflicts = [...new Set(findings.map(({ used }) => used.path))]
  if (findings.length) return { tree: merge.tree, conflicts, findings, repaired: [] }
  if (checked.objects.length) await git.objects.write(checked.objects)
  return { tree: checked.tree, conflicts, findings, repaired: checked.repaired }
}

/** Only git leaves markers, and knows how to go on from them. */
function tellConflicts(conflicts: readonly string[]): (error: unknown) => never {
  return (error) => {
    if (!AnvcsError.is(error, 'GIT_MISSING')) throw error
    throw new AnvcsError('MERGE_CONFLICT', {
      message: `Both sides change ${conflicts.slice(0, 5).join(', ')}${conflicts.length > 5 ? ', …' : ''}.`,
      hint: 'Without a git program conflicts are not put into the files: nothing was changed. Install git and merge again.',
      details: { paths: conflicts },
    })
  }
}

/** In a live room the texts of others are there before their commits: a merge that makes just that overwrites nothing. */
async function holdsMerge(
  workspace: Workspace,
  { from, theirs, isForward, signal }: Pick<Diverged, 'from' | 'theirs' | 'signal'> & { readonly isForward: boolean },
): Promise<boolean> {
  const { git } = workspace
  const treeOf = (commit: ObjectId) => readStoredCommit(git.objects, commit).tree
  const { changes, unmerged } = await git.index.stagedChanges(treeOf(from), { ...(signal && { signal }) })
  if (changes.length || unmerged.length || unfinishedOperation(git.gitDir)) return false
  const merged = isForward ? { tree: treeOf(theirs), conflicts: [] } : await mergeTrees(workspace, from, theirs, signal)
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

async function mustBeClean({ git }: Workspace, signal: AbortSignal | undefined): Promise<void> {
  const operation = unfinishedOperation(git.gitDir)
  if (operation) throw new AnvcsError('WORK_TREE_BUSY', { message: `Git is in the middle of ${operation} here.` })
  const args = ['status', '--porcelain', '--untracked-files=no']
  const changed = await gitText(git.git, args, { signal }).catch(unlessMissing)
  // Without git each file is looked at before it is overwritten; and what a killed run has left would keep it from being ended.
  if (!changed) return
  throw new AnvcsError('WORK_TREE_BUSY', {
    message: 'There are changes that are not committed.',
    hint: 'Commit them first, or put them aside with `git stash`.',
  })
}

/** The merged tree, or the paths that conflict (git-merge-tree(1), git 2.38 or newer). */
async function mergeTrees(
  { git }: Workspace,
  ours: ObjectId,
  theirs: ObjectId,
  signal: AbortSignal | undefined,
): Promise<{ readonly tree: ObjectId; readonly conflicts: readonly string[] }> {
  const result = await callMergeTree(git.git, ['--name-only', ours, theirs], signal)
  if (!result) return mergeTreesDirectly(git, { ours, theirs, signal })
  const [tree, ...conflicts] = result
  return { tree: tree as ObjectId, conflicts: [...new Set(conflicts.filter(Boolean))] }
}

/** What `git merge-tree -z` prints without messages, by items: the tree, then what conflicts. Undefined without git. Throws GIT_MISSING where it is too old, GIT_FAILED. */
export async function callMergeTree(
  git: GitProgram,
  options: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[] | undefined> {
  const args = ['merge-tree', '--write-tree', '--no-messages', '-z', ...options]
  const result = await git.call(args, { signal }).catch(unlessMissing)
  if (!result) return undefined
  if (/usage: git merge-tree|unknown option/.test(result.stderr))
    throw new AnvcsError('GIT_MISSING', {
      message: 'This git cannot merge without a work tree.',
      hint: 'Install git 2.38 or newer, or use `git merge`.',
    })
  if (result.exitCode > 1) throw gitFailed(args, result)
  return nulItems(result.stdout)
}

interface MergeDraft {
  readonly from: ObjectId
  readonly theirs: ObjectId
  readonly tree: ObjectId
  readonly message: string
  readonly isInRoom: boolean
  readonly guards: readonly GuardReport[]
}

async function commitMerge(
  workspace: Workspace,
  draft: MergeDraft,
): Promise<{ readonly to: ObjectId; readonly files: RecordFiles | undefined }> {
  const { git } = workspace
  const { from, theirs, tree, message, isInRoom, guards } = draft
  refuseUnstorable(message)
  const { author, committer } = await personsNow(workspace)
  const { record, trailers } = await mergeRecord(workspace, guards)
  const files = await chosenFiles(workspace, record, isInRoom)
  const unsigned = buildCommit(git, {
    parents: [from, theirs],
    base: tree,
    changes: files?.changes ?? [],
    author,
    committer,
    message: addTrailers(message, trailers),
  })
  const built = await signBuilt(git, unsigned, await commitSigner(workspace, isInRoom))
  await git.objects.write([...(files?.objects ?? []), ...built.objects])
  const lines = [noteLine({ commit_id: built.commit, ...record })]
  if (!files) await writeNotes(git, [{ commit: built.commit, lines }], committer)
  return { to: built.commit, files }
}

interface Move {
  readonly ref: string
  readonly from: ObjectId | undefined
  readonly to: ObjectId
  readonly isCheckedOut: boolean
  readonly isHeld: boolean
  readonly source: string
  readonly signal: AbortSignal | undefined
}

/** A branch that is checked out is moved by git, which moves index and files with it and refuses to overwrite anything. */
export async function moveBranch(
  { git }: Workspace,
  { ref, from, to, isCheckedOut, isHeld, source, signal }: Move,
): Promise<void> {
  if (!isCheckedOut) {
    if (!(await git.refs.update([{ name: ref, expect: from, to }], `merge ${source}`)))
      throw new AnvcsError('REF_MOVED')
    return
  }
  if (isHeld) {
    const moved = await followCommit(git, {
      branch: ref,
      commit: to,
      message: `merge ${source}`,
      ...(signal && { signal }),
    })
    if (moved.status === 'busy') throw new AnvcsError('WORK_TREE_BUSY', { message: moved.reason })
    if (moved.status === 'diverged') throw new AnvcsError('REF_MOVED')
    return
  }
  const args = ['merge', '--ff-only', '--quiet', to]
  const result = await git.hooked.call(args, { signal }).catch(unlessMissing)
  if (!result) return moveDirectly(git, { ref, from, to, source, signal })
  if (result.exitCode !== 0) throw mergeFailed(args, result)
}

/** The same without git. */
async function moveDirectly(
  git: GitRepository,
  { ref, from, to, source, signal }: Omit<Move, 'isCheckedOut' | 'isHeld'>,
): Promise<void> {
  if ((await findHooks(git, ['post-merge'])).length)
    throw new AnvcsError('GIT_MISSING', { message: 'Only git runs the hook post-merge, and no git program was found.' })
  await using _lock = await lockRepository(git, signal)
  await recover(git, signal)
  if (git.refs.read(ref) !== from) throw new AnvcsError('REF_MOVED')
  const treeOf = (commit: ObjectId) => readStoredCommit(git.objects, commit).tree
  await switchTree(git, { from: from && treeOf(from), to: treeOf(to), signal })
  const moved = await git.refs.update([{ name: ref, expect: from, to }], `merge ${source}: Fast-forward`)
  if (!moved) throw new AnvcsError('REF_MOVED')
}
