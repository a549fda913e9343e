import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import type { GitProgram } from '../git/git-program.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStored } from '../git/stored-objects.ts'
import { utf8 } from '../lib/bytes.ts'
import type { AcrossFinding } from '../merge/across/across-finding.ts'
import { boundFiles, type UnboundFile } from '../merge/across/unbound-file.ts'
import { mergeBytes } from '../merge/merge-bytes.ts'
import { checkAcross, mergeText } from '../merge-on-node.ts'
import { isRegular, type TreeFile } from '../merge/trees/file-tree.ts'
import { editTree } from '../objects/tree-edit.ts'
import { blobIds, blobOf, entryOf, mergedTrees } from './check-merged-tree.ts'
import type { ConflictedPath } from './conflicted-path.ts'
import type { ComputedFile } from './guards/computed-file.ts'
import type { MergedCommits } from './merge-commits.ts'

/** Two commits as git has merged them. */
export interface ConflictedMerge {
  readonly ours: ObjectId
  readonly theirs: ObjectId
  readonly merged: Pick<MergedCommits, 'tree' | 'conflicted'>
  /** Sees the merged tree where the repository does not. */
  readonly program?: GitProgram
  readonly signal?: AbortSignal | undefined
}

/** Conflicts that were none. */
export interface SettledNames {
  readonly files: ReadonlyMap<string, TreeFile>
  /** What was made to fit in them. */
  readonly repaired: readonly AcrossFinding[]
}

/**
 * Files that conflict for their names alone, and in which each of these follows what the other side renamed or moved elsewhere: git asks about one file after
 * the other, and nobody can tell from that file alone. Nothing is written.
 */
export async function settleNames(
  git: GitRepository,
  { ours, theirs, merged: { tree, conflicted }, program, signal }: ConflictedMerge,
): Promise<SettledNames> {
  const unbound = new Map<string, UnboundFile>()
  for (const each of conflicted) {
    const file = await mergeUnbound(git, each, signal)
    if (file) unbound.set(each.path, file)
  }
  const trees = unbound.size > 0 ? await mergedTrees(git, { ours, theirs, tree, program, signal }) : undefined
  if (!trees) return { files: new Map(), repaired: [] }
  const unsettled = new Set(conflicted.map(({ path }) => path).filter((path) => !unbound.has(path)))
  const merged = new Map([...trees.merged, ...[...unbound].map(([path, { file }]) => [path, file] as const)])
  const across = await checkAcross({ ...trees, merged, unsettled, idOf: blobIds(git), signal })
  const files = boundFiles(unbound, across)
  return { files, repaired: across.repaired.filter(({ used }) => files.has(used.path)) }
}

async function mergeUnbound(
  git: GitRepository,
  { path, base, left, right }: ConflictedPath,
  signal: AbortSignal | undefined,
): Promise<UnboundFile | undefined> {
  if (!base || !left || !right || left.mode !== right.mode) return undefined
  const sides = [base, left, right].map(({ mode, id }) => ({
    mode,
    id,
    read: () => readStored(git.objects, 'blob', id),
  }))
  if (!sides.every(isRegular)) return undefined
  const [old, mine, others] = sides.map((side) => side.read()) as [Uint8Array, Uint8Array, Uint8Array]
  const merged = await mergeBytes({ path, base: old, left: mine, right: others, signal }, mergeText)
  if (merged.status !== 'conflict' || !merged.unbound) return undefined
  const { names, text } = merged.unbound
  const content = utf8(text)
  return { file: { mode: left.mode, id: blobIds(git)(content), read: () => content }, names }
}

/** A merge with what could be settled in it, which is stored; and the files that differ from what git made. */
export async function withSettledNames(
  git: GitRepository,
  merge: ConflictedMerge & { readonly merged: MergedCommits },
): Promise<{
  readonly merged: MergedCommits
  readonly files: readonly ComputedFile[]
  readonly repaired: readonly AcrossFinding[]
}> {
  const { objects, crypto, format } = git
  const { merged } = merge
  const settled = await settleNames(git, merge)
  const files = [...settled.files].map(([path, file]) => ({ path, entry: entryOf(file) }))
  const edit = editTree(crypto, format, (id) => readStored(objects, 'tree', id), merged.tree, files)
  if (files.length === 0 || !edit) return { merged, files: [], repaired: [] }
  const blobs = await Promise.all([...settled.files.values()].map(async (file) => blobOf(await file.read())))
  await objects.write([...blobs, ...edit.trees.map((content): GitObject => ({ type: 'tree', content }))])
  const isOpen = (path: string) => !settled.files.has(path)
  return {
    merged: {
      tree: edit.root,
      conflicts: merged.conflicts.filter(isOpen),
      conflicted: merged.conflicted.filter(({ path }) => isOpen(path)),
    },
    files,
    repaired: settled.repaired,
  }
}
