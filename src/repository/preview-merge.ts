import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { isAncestor } from '../git/ancestry.ts'
import { nulItems } from '../git/git-lists.ts'
import type { GitProgram } from '../git/git-program.ts'
import type { AcrossFinding } from '../merge/across/across-finding.ts'
import { checkMergedTree } from './check-merged-tree.ts'
import { readConflictedPaths } from './conflicted-path.ts'
import { explainPath, type ExplainedPath } from './explain-path.ts'
import { isForwardMerge, mergeEnds, type MergeOptions } from './merge-branch.ts'
import { callMergeTree } from './merge-commits.ts'
import { settleNames } from './settle-names.ts'
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
  readonly outcome: 'up to date' | 'fast-forward' | 'merged' | 'conflict'
  readonly from: ObjectId
  readonly theirs: ObjectId
  readonly files: readonly PreviewedFile[]
  readonly conflicts: readonly ExplainedPath[]
  /** What one side uses and the other one renamed, moved, deleted or changed: then it conflicts, too. */
  readonly findings: readonly AcrossFinding[]
  /** Uses that would follow what the other side renamed or moved. */
  readonly repaired: readonly AcrossFinding[]
}

/**
 * What `mergeBranch` would make of a branch: git merges as it would there, and no ref, index, file or stored object is different afterwards. Throws
 * USAGE, COMMIT_UNKNOWN, and GIT_MISSING, for only git can tell.
 */
export async function previewMerge(
  workspace: Workspace,
  source: string,
  options: Pick<MergeOptions, 'into' | 'signal'> = {},
): Promise<MergePreview> {
  const { git } = workspace
  const { signal } = options
  const { branch, from, theirs } = await mergeEnds(workspace, source, options)
  const report = { source, branch, from, theirs, files: [], conflicts: [], findings: [], repaired: [] }
  if (await isAncestor(git, theirs, from, signal)) return { ...report, outcome: 'up to date' }
  const isForward = await isForwardMerge(workspace, { branch, source, from, theirs, signal })
  return git.objects.inQuarantine(async (program) => {
    const items = await callMergeTree(git, program, [from, theirs], signal)
    if (!items) throw new AnvcsError('GIT_MISSING')
    const merge = { ours: from, theirs, tree: items[0]! as ObjectId, program, signal }
    const conflicted = readConflictedPaths(items.slice(1))
    const settled = await settleNames(git, { ...merge, merged: { tree: merge.tree, conflicted } })
    const paths = conflicted.filter(({ path }) => !settled.files.has(path))
    const read = (id: ObjectId) => program.run(['cat-file', 'blob', id], { signal })
    const conflicts: ExplainedPath[] = []
    // One after the other: large files of all of them together might not fit into memory.
    for (const path of paths) conflicts.push(await explainPath(path, read, signal))
    const open = new Set(paths.map(({ path }) => path))
    const files = await changedFiles(program, { from, merged: merge.tree, theirs, open, signal })
    if (conflicts.length) return { ...report, outcome: 'conflict', files, conflicts }
    if (isForward) return { ...report, outcome: 'fast-forward', files }
    const { findings, ...checked } = await checkMergedTree(git, { ...merge, settled: settled.files })
    const repaired = [...settled.repaired, ...checked.repaired]
    return { ...report, outcome: findings.length ? 'conflict' : 'merged', files, findings, repaired }
  })
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
