import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { isAncestor } from '../git/ancestry.ts'
import { nulItems } from '../git/git-lists.ts'
import type { GitProgram } from '../git/git-program.ts'
import { inQuarantine } from '../git/quarantined.ts'
import type { AcrossFinding } from '../merge/across/across-finding.ts'
import { checkMergedTree } from './check-merged-tree.ts'
import { explainPath, type ExplainedPath } from './explain-path.ts'
import { holdsMerge, isForwardMerge, mergeEnds, mustBeFit, type MergeOptions } from './merge-branch.ts'
import { guardMerge, isRefused, type GuardReport } from './guards/guard-merge.ts'
import type { ComputedFile } from './guards/computed-file.ts'
import { recomputeFiles } from './guards/recompute-files.ts'
import { withMoves } from './moved-paths.ts'
import { callMergeTree, mergedCommits } from './merge-commits.ts'
import { settleConflicts } from './settle-conflicts.ts'
import { mustLeaveUncommitted, mustLeaveUntracked, type ComingMerge } from './uncommitted.ts'
import type { Workspace } from './workspace.ts'

/** A file of the branch that a merge would change. */
export interface PreviewedFile {
  readonly path: string
  readonly change: 'added' | 'changed' | 'deleted'
  /** Does it become what the source has, or was it merged of both? */
  readonly status: 'taken' | 'merged'
}

export interface MergePreview {
  readonly source: string
  /** Without `refs/heads/`. */
  readonly branch: string
  /** `refused`: a guard would find something that neither side has. */
  readonly outcome: 'up to date' | 'fast-forward' | 'merged' | 'conflict' | 'refused'
  readonly from: ObjectId
  readonly theirs: ObjectId
  readonly files: readonly PreviewedFile[]
  readonly conflicts: readonly ExplainedPath[]
  /** What one side uses and the other one renamed, moved, deleted or changed: then it conflicts, too. */
  readonly findings: readonly AcrossFinding[]
  /** Uses that would follow what the other side renamed or moved. */
  readonly repaired: readonly AcrossFinding[]
  /** Of conflicts: statements that the other side has made a function of another file, or put into one, and where these are now. */
  readonly moved: readonly AcrossFinding[]
  /** What guards say of it, where they were run. */
  readonly guards: readonly GuardReport[]
  /** Why the merge would not begin in the work tree as it is now. */
  readonly blocked?: BlockedMerge
}

export interface BlockedMerge {
  readonly message: string
  /** Files with changes that are not committed, or that Git does not track, which would be overwritten. */
  readonly paths: readonly string[]
}

/** What to preview, and what to run on it. */
export type PreviewOptions = Pick<MergeOptions, 'into' | 'guards' | 'onGuard' | 'signal'>

/**
 * What `mergeBranch` would make of a branch: git merges as it would there, guards run, and no ref, index, file or stored object is different afterwards. Throws
 * USAGE, COMMIT_UNKNOWN, and GIT_MISSING, for only git can tell.
 */
export async function previewMerge(
  workspace: Workspace,
  source: string,
  options: PreviewOptions = {},
): Promise<MergePreview> {
  const { git } = workspace
  const { signal } = options
  const { ref, branch, from, theirs, isCheckedOut } = await mergeEnds(workspace, source, options)
  const report = {
    source,
    branch,
    from,
    theirs,
    files: [],
    conflicts: [],
    findings: [],
    repaired: [],
    moved: [],
    guards: [],
  }
  if (await isAncestor(git, theirs, from, signal)) return { ...report, outcome: 'up to date' }
  const isForward = await isForwardMerge(workspace, { branch, source, from, theirs, signal })
  const made = await inQuarantine(git, async (quarantined) => {
    const within = workspace.of(quarantined)
    const { tree, written, ...told } = await makeMerge(within, { ...options, ours: from, theirs, isForward })
    const coming = { from, theirs, tree, files: written, isForward, signal }
    const blocked = isCheckedOut ? await blockedBy(within, ref, coming) : undefined
    return { ...told, ...(blocked && { blocked }) }
  })
  return { ...report, ...made }
}

/** What `mergeBranch` would refuse to overwrite. */
async function blockedBy(
  workspace: Workspace,
  ref: string,
  coming: ComingMerge & { readonly theirs: ObjectId; readonly isForward: boolean },
): Promise<BlockedMerge | undefined> {
  const { git } = workspace
  const { signal } = coming
  const isInRoom = (await workspace.data.roomOf(ref)) !== undefined
  if (isInRoom && (await holdsMerge(workspace, coming))) return undefined
  try {
    await mustBeFit(workspace, isInRoom, signal)
    await mustLeaveUncommitted(git, coming)
    await mustLeaveUntracked(git, coming)
    return undefined
  } catch (error) {
    if (!AnvcsError.is(error, 'WORK_TREE_BUSY')) throw error
    return { message: error.message, paths: (error.details['paths'] ?? []) as readonly string[] }
  }
}

interface MergeToMake extends Omit<PreviewOptions, 'into'> {
  readonly ours: ObjectId
  readonly theirs: ObjectId
  readonly isForward: boolean
}

type MadeMerge = Pick<MergePreview, 'outcome' | 'files'> &
  Partial<MergePreview> & {
    readonly tree: ObjectId
    /** Files that are staged in the place of what git makes of them. */
    readonly written: readonly ComputedFile[]
  }

/** What it makes is stored where the workspace stores it. */
async function makeMerge(
  workspace: Workspace,
  { ours, theirs, isForward, guards = [], onGuard, signal }: MergeToMake,
): Promise<MadeMerge> {
  const { git } = workspace
  const printed = await callMergeTree(git, [ours, theirs], signal)
  if (!printed) throw new AnvcsError('GIT_MISSING')
  const settled = await settleConflicts(git, { ours, theirs, merged: mergedCommits(printed), signal })
  const { merged } = settled
  const asked = { onRun: onGuard, signal }
  const computed = await recomputeFiles(workspace, guards, { ours, theirs, merged, isHeld: false }, asked)
  const open = new Set(computed.conflicts)
  const filesOf = (tree: string) => changedFiles(git.git, { from: ours, merged: tree, theirs, open, signal })
  if (open.size) {
    const read = (id: ObjectId) => git.git.run(['cat-file', 'blob', id], { signal })
    const explained: ExplainedPath[] = []
    // One after the other: large files of all of them together might not fit into memory.
    for (const path of merged.conflicted) explained.push(await explainPath(path, read, signal))
    const conflicts = await withMoves(git, explained, { ours, theirs }, signal)
    const { repaired, moved } = settled
    return {
      outcome: 'conflict',
      files: await filesOf(merged.tree),
      conflicts,
      repaired,
      moved,
      guards: computed.reports,
      tree: merged.tree,
      written: settled.files,
    }
  }
  if (isForward) {
    const files = await filesOf(computed.tree)
    return { outcome: 'fast-forward', files, tree: computed.tree, written: [] }
  }
  const {
    tree,
    objects,
    findings,
    files: followed,
    ...checked
  } = await checkMergedTree(git, {
    ours,
    theirs,
    tree: computed.tree,
    signal,
  })
  await git.objects.write(objects)
  const repaired = [...settled.repaired, ...checked.repaired]
  const isRight = !findings.length && !isRefused(computed.reports)
  const reports = [
    ...computed.reports,
    ...(isRight ? await guardMerge(workspace, guards, { ours, theirs, tree }, asked) : []),
  ]
  const outcome = findings.length ? 'conflict' : isRefused(reports) ? 'refused' : 'merged'
  const written = [...settled.files, ...computed.files, ...followed]
  return { outcome, files: await filesOf(tree), findings, repaired, guards: reports, tree, written }
}

const changes: Readonly<Record<string, PreviewedFile['change']>> = { A: 'added', D: 'deleted' }

interface Trees {
  readonly from: string
  readonly merged: string
  readonly theirs: string
  /** Paths with conflicts, which are told elsewhere. */
  readonly open: ReadonlySet<string>
  readonly signal: AbortSignal | undefined
}

async function changedFiles(
  git: GitProgram,
  { from, merged, theirs, open, signal }: Trees,
): Promise<readonly PreviewedFile[]> {
  const compare = async (left: string, right: string) => {
    const args = ['diff-tree', '-r', '-z', '--no-renames', '--name-status', left, right]
    const items = nulItems(await git.run(args, { signal }))
    return items.flatMap((path, at) => (at % 2 ? [{ path, status: items[at - 1]! }] : []))
  }
  const others = new Set((await compare(merged, theirs)).map(({ path }) => path))
  return (await compare(from, merged)).flatMap(({ path, status }) => {
    const file = { path, change: changes[status] ?? 'changed', status: others.has(path) ? 'merged' : 'taken' } as const
    return open.has(path) ? [] : [file]
  })
}
