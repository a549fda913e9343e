import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { buildCommit, signBuilt } from '../git/build-commit.ts'
import { refuseUnstorable } from '../git/commit-message.ts'
import { unlessMissing } from '../git/git-missing.ts'
import type { AcrossFinding } from '../merge/across/across-finding.ts'
import { noteLine } from '../provenance/note-line.ts'
import { addTrailers } from '../provenance/trailers.ts'
import { checkMergedTree, type CheckedTree } from './check-merged-tree.ts'
import { personsNow } from './commit-persons.ts'
import { commitSigner } from './commit-signer.ts'
import type { ComputedFile } from './guards/computed-file.ts'
import type { Guard } from './guards/guard.ts'
import { guardMerge, isRefused, type GuardOptions, type GuardReport } from './guards/guard-merge.ts'
import { conflictedPaths } from './explain-conflicts.ts'
import { recomputeFiles } from './guards/recompute-files.ts'
import { beginMerge, findMergeHooks, hookedMerge } from './hooked-merge.ts'
import { mergeCommits } from './merge-commits.ts'
import { mergeRecord } from './merge-record.ts'
import { moveBranch } from './move-branch.ts'
import { writeNotes } from './notes-ref.ts'
import { settleConflicts, type SettledMerge } from './settle-conflicts.ts'
import { chosenFiles, withFiles, type RecordFiles } from './record-files.ts'
import { mustLeaveUncommitted } from './uncommitted.ts'
import type { Workspace } from './workspace.ts'

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
  /** What to run on the merged tree; those that compute files compute them before. */
  readonly guards?: readonly Guard[] | undefined
  /** Told before each run of a guard. */
  readonly onGuard?: GuardOptions['onRun']
  readonly signal: AbortSignal | undefined
}

/** Where a merge of commits that went apart has come to. */
export interface DivergedOutcome {
  /** What the branch holds now. */
  readonly to: ObjectId
  /** Paths that both sides change in the same place. */
  readonly conflicts: readonly string[]
  /** What one side uses and the other one renamed, moved, deleted or changed; then `conflicts` has the paths that use it, without markers. */
  readonly findings: readonly AcrossFinding[]
  /** Uses that followed what the other side renamed or moved. */
  readonly repaired: readonly AcrossFinding[]
  /** Of conflicts: statements that the other side has made a function of another file, or put into one, and where these are now. */
  readonly moved: readonly AcrossFinding[]
  /** What guards said of it, where they were run. */
  readonly guards: readonly GuardReport[]
  /** Has Git begun the merge, so that a person may go on with it? */
  readonly isBegun: boolean
}

/**
 * Merges by a signed commit with a record. Where there are conflicts, or a guard refuses, nothing has moved, and git has begun the merge if the
 * branch is checked out. Throws WORK_TREE_BUSY where changes would be overwritten, HOOK_REFUSED, SIGNING_FAILED.
 */
export async function mergeDiverged(
  workspace: Workspace,
  { ref, from, theirs, message, source, isCheckedOut, isHeld, noVerify, guards = [], onGuard, signal }: Diverged,
): Promise<DivergedOutcome> {
  const options = { onRun: onGuard, signal }
  const settled = await mergeAndSettle(workspace, { from, theirs, isHeld, signal })
  const { merged } = settled
  const mustLeave = async (tree: ObjectId, files: readonly ComputedFile[]) => {
    if (isCheckedOut && !isHeld) await mustLeaveUncommitted(workspace.git, { from, tree, files, signal })
  }
  // Before guards run, and once more afterwards: people go on typing meanwhile.
  if (guards.length) await mustLeave(merged.tree, settled.files)
  const computed = await recomputeFiles(workspace, guards, { ours: from, theirs, merged, isHeld }, options)
  const { conflicts } = computed
  if (conflicts.length) {
    const begun = { source, files: settled.files, signal }
    await mustLeave(merged.tree, settled.files)
    if (isCheckedOut) await beginMerge(workspace, theirs, begun).catch(tellConflicts(conflicts))
    const { repaired, moved } = settled
    const open = isCheckedOut ? await openPaths(workspace, conflicts, signal) : conflicts
    return {
      ...nothingFound,
      to: from,
      conflicts: open,
      repaired,
      moved,
      guards: computed.reports,
      isBegun: isCheckedOut,
    }
  }
  const {
    tree,
    files: followed,
    ...uses
  } = await usesOf(workspace, { from, theirs, tree: computed.tree, isHeld, signal })
  const found = { ...uses, moved: [], repaired: [...settled.repaired, ...uses.repaired] }
  const files = [...settled.files, ...computed.files, ...followed]
  const isRight = !found.findings.length && !isRefused(computed.reports)
  const asked = isRight ? await guardMerge(workspace, guards, { ours: from, theirs, tree }, options) : []
  const reports = [...computed.reports, ...asked]
  await mustLeave(tree, files)
  if (found.findings.length || isRefused(reports)) {
    // Where others have typed the merge into the files already, or there is no git, it is not begun.
    const isBegun =
      isCheckedOut &&
      !isHeld &&
      (await beginMerge(workspace, theirs, { source, files, signal }).then(() => true, unlessMissing))
    return { ...found, to: from, guards: reports, isBegun: isBegun ?? false }
  }
  const hooks = isCheckedOut ? await findMergeHooks(workspace, noVerify) : []
  const isInRoom = (await workspace.data.roomOf(ref)) !== undefined
  const draft = { from, theirs, tree, message, source, isInRoom, guards: reports }
  const done = { ...found, guards: reports, isBegun: false }
  if (hooks.length) return { ...done, to: await hookedMerge(workspace, { ...draft, files, hooks, signal }) }
  const { to, files: stored } = await commitMerge(workspace, draft)
  // Git checks out the files of the record, too, where it moves the branch.
  await withFiles(workspace.git, isHeld ? stored : undefined, () =>
    moveBranch(workspace, { ref, from, to, isCheckedOut, isHeld, source, signal }),
  )
  return { ...done, to }
}

/** What conflicts in the index: names that Git makes up for what is in the way of a folder are others once the merge is begun. */
async function openPaths(
  workspace: Workspace,
  conflicts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const open = await conflictedPaths(workspace, [], signal)
  return open.length ? open.map(({ path }) => path) : conflicts
}

/** Of a merge in which nothing is wrong. */
export const nothingFound = { conflicts: [], findings: [], repaired: [], moved: [] }

/** What git makes of both; where the files do not hold that already, conflicts of names alone are settled. */
async function mergeAndSettle(
  workspace: Workspace,
  { from: ours, theirs, isHeld, signal }: Pick<Diverged, 'from' | 'theirs' | 'isHeld' | 'signal'>,
): Promise<SettledMerge> {
  const merged = await mergeCommits(workspace, ours, theirs, signal)
  if (isHeld) return { merged, files: [], repaired: [], moved: [] }
  return settleConflicts(workspace.git, { ours, theirs, merged, signal })
}

/** What files of the merged tree use of each other, and the tree with what could be repaired. Files of a live room hold the tree of git alone. */
async function usesOf(
  { git }: Workspace,
  merge: Pick<Diverged, 'from' | 'theirs' | 'isHeld' | 'signal'> & { readonly tree: ObjectId },
): Promise<Pick<DivergedOutcome, 'conflicts' | 'findings' | 'repaired'> & Pick<CheckedTree, 'tree' | 'files'>> {
  const { from: ours, theirs, signal, isHeld } = merge
  const checked = await checkMergedTree(git, { ours, theirs, tree: merge.tree, signal })
  const findings = isHeld ? [...checked.findings, ...checked.repaired] : checked.findings
  const conflicts = [...new Set(findings.map(({ used }) => used.path))]
  if (findings.length) return { tree: merge.tree, files: [], conflicts, findings, repaired: [] }
  if (checked.objects.length) await git.objects.write(checked.objects)
  return { tree: checked.tree, files: checked.files, conflicts, findings, repaired: checked.repaired }
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
