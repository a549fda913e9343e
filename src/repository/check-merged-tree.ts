import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { mergeBases } from '../git/ancestry.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStored, readStoredCommit } from '../git/stored-objects.ts'
import type { AcrossFinding } from '../merge/across/across-finding.ts'
import { rulesOf } from '../merge/across/rules-of.ts'
import { checkAcross } from '../merge-on-node.ts'
import type { FileTree, ThreeTrees, TreeFile } from '../merge/trees/file-tree.ts'
import { objectId } from '../objects/object-id.ts'
import { diffTrees } from '../objects/tree-diff.ts'
import { editTree } from '../objects/tree-edit.ts'
import type { TreeEntryValue } from '../objects/tree.ts'
import type { ComputedFile } from './guards/computed-file.ts'

/** Two commits, and the tree to which they were merged without conflicts. */
export interface MergedTree {
  readonly ours: ObjectId
  readonly theirs: ObjectId
  readonly tree: ObjectId
  readonly signal?: AbortSignal | undefined
}

/** What files of a merge use of each other: see `checkAcross`. */
export interface CheckedTree {
  /** With what was repaired, and not stored yet. */
  readonly tree: ObjectId
  readonly objects: readonly GitObject[]
  /** What was repaired. */
  readonly files: readonly ComputedFile[]
  readonly findings: readonly AcrossFinding[]
  readonly repaired: readonly AcrossFinding[]
}

/** Looks for uses in a merged tree that fit on the side that has them and not in the merge. Nothing is written. */
export async function checkMergedTree(git: GitRepository, merge: MergedTree): Promise<CheckedTree> {
  const { tree, signal } = merge
  const { crypto, format, objects } = git
  const none = { tree, objects: [], files: [], findings: [], repaired: [] }
  const trees = await mergedTrees(git, merge)
  if (!trees) return none
  const { findings, repaired, files } = await checkAcross({ ...trees, idOf: blobIds(git), signal })
  const changes = [...files].map(([path, file]) => ({ path, entry: entryOf(file) }))
  if (changes.length === 0) return { ...none, findings, repaired }
  const readTree = (id: ObjectId) => readStored(objects, 'tree', id)
  const edit = editTree(crypto, format, readTree, tree, changes)
  if (!edit) return { ...none, findings: [...findings, ...repaired] }
  const blobs = await Promise.all([...files.values()].map(async (file) => blobOf(await file.read())))
  const stored = [...blobs, ...edit.trees.map((content): GitObject => ({ type: 'tree', content }))]
  return { tree: edit.root, objects: stored, files: changes, findings, repaired }
}

/** Undefined where the merge cannot have broken what files use of each other: then the trees need not be listed. */
export async function mergedTrees(
  git: GitRepository,
  { ours, theirs, tree, signal }: MergedTree,
): Promise<(ThreeTrees & { readonly merged: FileTree }) | undefined> {
  const { objects } = git
  const [base] = await mergeBases(git, ours, theirs, signal)
  if (!base) return undefined
  const treeOf = (commit: ObjectId) => readStoredCommit(objects, commit).tree
  const roots = [base, ours, theirs].map(treeOf) as [ObjectId, ObjectId, ObjectId]
  const readTree = (id: ObjectId) => readStored(objects, 'tree', id)
  const isFollowed = (side: ObjectId) => diffTrees(readTree, roots[0], side).some(({ path }) => rulesOf(path))
  if (!isFollowed(roots[1]) || !isFollowed(roots[2])) return undefined
  const [old, left, right] = roots.map((root) => storedTree(git, root)) as [FileTree, FileTree, FileTree]
  return { base: old, left, right, merged: storedTree(git, tree) }
}

/** How Git names a content. */
export function blobIds({ crypto, format }: GitRepository): (content: Uint8Array) => ObjectId {
  return (content) => objectId(crypto, format, blobOf(content))
}

export function entryOf({ mode, id }: TreeFile): TreeEntryValue {
  return { mode, id: id as ObjectId }
}

export function blobOf(content: Uint8Array): GitObject {
  return { type: 'blob', content }
}

/** The files of a tree that is stored. */
export function storedTree({ objects }: GitRepository, root: ObjectId): FileTree {
  const files = diffTrees((id) => readStored(objects, 'tree', id), undefined, root)
  return new Map(
    files.map(({ path, after }) => {
      const { mode, id } = after!
      return [path, { mode, id, read: () => readStored(objects, 'blob', id) }] as const
    }),
  )
}
