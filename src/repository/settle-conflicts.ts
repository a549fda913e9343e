import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStored } from '../git/stored-objects.ts'
import { utf8 } from '../lib/bytes.ts'
import type { AcrossFinding } from '../merge/across/across-finding.ts'
import { boundFiles, type UnboundFile } from '../merge/across/unbound-file.ts'
import { mergeBytes } from '../merge/merge-bytes.ts'
import { rulesOf } from '../merge/across/rules-of.ts'
import { checkAcross, mergeText, moveEdits } from '../merge-on-node.ts'
import { isRegular, regularModes, type TreeFile } from '../merge/trees/file-tree.ts'
import { editTree } from '../objects/tree-edit.ts'
import { blobIds, blobOf, entryOf, mergedTrees } from './check-merged-tree.ts'
import type { ConflictedPath } from './conflicted-path.ts'
import type { ComputedFile } from './guards/computed-file.ts'
import type { MergedCommits } from './merge-commits.ts'

/** Two commits as git has merged them. */
export interface ConflictedMerge {
  readonly ours: ObjectId
  readonly theirs: ObjectId
  readonly merged: MergedCommits
  readonly signal?: AbortSignal | undefined
}

/** A merge without the conflicts that were none, and what was made of these files. */
export interface SettledMerge {
  readonly merged: MergedCommits
  readonly files: readonly ComputedFile[]
  readonly repaired: readonly AcrossFinding[]
  /** Of what still conflicts: statements that the other side has made a function of another file, or put into one, and where these are now. */
  readonly moved: readonly AcrossFinding[]
}

/**
 * Settles files that conflict as long as nobody looks at others, for git asks about one after the other: those in which one side changed what the other one moved to another file, and
 * those that conflict for their names alone, where each of these follows what the other side renamed or moved. Only what is certain; the tree is stored.
 */
export async function settleConflicts(git: GitRepository, merge: ConflictedMerge): Promise<SettledMerge> {
  const moved = await settleMoved(git, merge)
  const named = await settleNames(git, { ...merge, merged: moved.merged })
  const files = new Map([...moved.files, ...named.files].map((file) => [file.path, file]))
  return {
    merged: named.merged,
    files: [...files.values()],
    repaired: [...moved.repaired, ...named.repaired],
    moved: moved.moved,
  }
}

async function settleMoved(
  git: GitRepository,
  { ours, theirs, merged, signal }: ConflictedMerge,
): Promise<SettledMerge> {
  const isPlain = ({ path, base, left, right }: ConflictedPath) =>
    rulesOf(path) !== undefined && [base, left, right].every((entry) => entry && regularModes.includes(entry.mode))
  const open = merged.conflicted.filter(isPlain).map(({ path }) => path)
  const trees = open.length > 0 ? await mergedTrees(git, { ours, theirs, tree: merged.tree, signal }) : undefined
  if (!trees) return { merged, files: [], repaired: [], moved: [] }
  const idOf = blobIds(git)
  const { files, settled, repaired, unclear } = await moveEdits({ ...trees, open, idOf, signal })
  const unsettled = new Set(merged.conflicts.filter((path) => !settled.has(path)))
  const tried = new Map([...trees.merged, ...files])
  const { findings } = await checkAcross({ ...trees, merged: tried, unsettled, idOf, signal })
  // What does not fit where it is now is left where it was.
  if (findings.some(({ used }) => files.has(used.path))) return { merged, files: [], repaired: [], moved: [] }
  return { ...(await withFiles(git, merged, files, repaired)), moved: unclear }
}

async function settleNames(
  git: GitRepository,
  { ours, theirs, merged, signal }: ConflictedMerge,
): Promise<SettledMerge> {
  const { tree, conflicts, conflicted } = merged
  const unbound = new Map<string, UnboundFile>()
  for (const each of conflicted) {
    const file = await mergeUnbound(git, each, signal)
    if (file) unbound.set(each.path, file)
  }
  const trees = unbound.size > 0 ? await mergedTrees(git, { ours, theirs, tree, signal }) : undefined
  if (!trees) return { merged, files: [], repaired: [], moved: [] }
  const unsettled = new Set(conflicts.filter((path) => !unbound.has(path)))
  const tried = new Map([...trees.merged, ...[...unbound].map(([path, { file }]) => [path, file] as const)])
  const across = await checkAcross({ ...trees, merged: tried, unsettled, idOf: blobIds(git), signal })
  const bound = boundFiles(unbound, across)
  const repaired = across.repaired.filter(({ used }) => bound.has(used.path))
  return withFiles(git, merged, bound, repaired)
}

/** A merge with files in the place of what it had there, which conflict no longer. */
async function withFiles(
  git: GitRepository,
  merged: MergedCommits,
  settled: ReadonlyMap<string, TreeFile>,
  repaired: readonly AcrossFinding[],
): Promise<SettledMerge> {
  const { objects, crypto, format } = git
  const { tree, conflicts, conflicted } = merged
  const files = [...settled].map(([path, file]) => ({ path, entry: entryOf(file) }))
  const edit = editTree(crypto, format, (id) => readStored(objects, 'tree', id), tree, files)
  if (files.length === 0 || !edit) return { merged, files: [], repaired: [], moved: [] }
  const blobs = await Promise.all([...settled.values()].map(async (file) => blobOf(await file.read())))
  await objects.write([...blobs, ...edit.trees.map((content): GitObject => ({ type: 'tree', content }))])
  const isOpen = (path: string) => !settled.has(path)
  const left = conflicted.filter(({ path }) => isOpen(path))
  return {
    merged: { tree: edit.root, conflicts: conflicts.filter(isOpen), conflicted: left },
    files,
    repaired,
    moved: [],
  }
}

async function mergeUnbound(
  git: GitRepository,
  { path, base, left, right }: ConflictedPath,
  signal: AbortSignal | undefined,
): Promise<UnboundFile | undefined> {
  // In other files no name is followed, and such a one may be larger than what is read at once.
  if (!rulesOf(path) || !base || !left || !right || left.mode !== right.mode) return undefined
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
