import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { isAncestor } from '../git/ancestry.ts'
import { nulItems } from '../git/git-lists.ts'
import type { GitProgram } from '../git/git-program.ts'
import { inQuarantine } from '../git/quarantined.ts'
import type { AcrossFinding } from '../merge/across/across-finding.ts'
import { checkMergedTree } from './check-merged-tree.ts'
import { explainPath, type ExplainedPath } from './explain-path.ts'
import { isForwardMerge, mergeEnds, type MergeOptions } from './merge-branch.ts'
import { guardMerge, isRefused, type GuardReport } from './guards/guard-merge.ts'
import { recomputeFiles } from './guards/recompute-files.ts'
import { withMoves } from './moved-paths.ts'
import { callMergeTree, mergedCommits } from './merge-commits.ts'
import { settleConflicts } from './settle-conflicts.ts'
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
  const { branch, from, theirs } = await mergeEnds(workspace, source, options)
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
  const made = await inQuarantine(git, (quarantined) =>
    makeMerge(workspace.of(quarantined), { ...options, ours: from, theirs, isForward }),
  )
  return { ...report, ...made }
}

interface MergeToMake extends Omit<PreviewOptions, 'into'> {
  readonly ours: ObjectId
  readonly theirs: ObjectId
  readonly isForward: boolean
}

type MadeMerge = Pick<MergePreview, 'outcome' | 'files'> & Partial<MergePreview>

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
    }
  }
  if (isForward) return { outcome: 'fast-forward', files: await filesOf(computed.tree) }
  const { tree, objects, findings, ...checked } = await checkMergedTree(git, {
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
  return { outcome, files: await filesOf(tree), findings, repaired, guards: reports }
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
