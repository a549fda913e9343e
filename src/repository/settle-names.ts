import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStored } from '../git/stored-objects.ts'
import { utf8 } from '../lib/bytes.ts'
import type { AcrossFinding } from '../merge/across/across-finding.ts'
import { boundFiles, type UnboundFile } from '../merge/across/unbound-file.ts'
import { mergeBytes } from '../merge/merge-bytes.ts'
import { checkAcross, mergeText } from '../merge-on-node.ts'
import { isRegular } from '../merge/trees/file-tree.ts'
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
}

/**
 * Settles files that conflict for their names alone, and in which each of these follows what the other side renamed or moved elsewhere: git asks about one file after
 * the other, and nobody can tell from that file alone. The tree is stored.
 */
export async function settleNames(
  git: GitRepository,
  { ours, theirs, merged, signal }: ConflictedMerge,
): Promise<SettledMerge> {
  const { tree, conflicts, conflicted } = merged
  const none = { merged, files: [], repaired: [] }
  const unbound = new Map<string, UnboundFile>()
  for (const each of conflicted) {
    const file = await mergeUnbound(git, each, signal)
    if (file) unbound.set(each.path, file)
  }
  const trees = unbound.size > 0 ? await mergedTrees(git, { ours, theirs, tree, signal }) : undefined
  if (!trees) return none
  const unsettled = new Set(conflicts.filter((path) => !unbound.has(path)))
  const tried = new Map([...trees.merged, ...[...unbound].map(([path, { file }]) => [path, file] as const)])
  const across = await checkAcross({ ...trees, merged: tried, unsettled, idOf: blobIds(git), signal })
  const bound = boundFiles(unbound, across)
  const files = [...bound].map(([path, file]) => ({ path, entry: entryOf(file) }))
  const { objects, crypto, format } = git
  const edit = editTree(crypto, format, (id) => readStored(objects, 'tree', id), tree, files)
  if (files.length === 0 || !edit) return none
  const blobs = await Promise.all([...bound.values()].map(async (file) => blobOf(await file.read())))
  await objects.write([...blobs, ...edit.trees.map((content): GitObject => ({ type: 'tree', content }))])
  const left = conflicted.filter(({ path }) => !bound.has(path))
  return {
    merged: { tree: edit.root, conflicts: conflicts.filter((path) => !bound.has(path)), conflicted: left },
    files,
    repaired: across.repaired.filter(({ used }) => bound.has(used.path)),
  }
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
