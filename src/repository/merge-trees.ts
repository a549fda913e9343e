import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { mergeBases } from '../git/ancestry.ts'
import { filtersMayApply } from '../git/filters-may-apply.ts'
import { isSameEntry } from '../git/index-file.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStored, readStoredCommit } from '../git/stored-objects.ts'
import { fromUtf8 } from '../lib/bytes.ts'
import { mergeBytes } from '../merge/merge-bytes.ts'
import { mergeText } from '../merge-on-node.ts'
import { objectId } from '../objects/object-id.ts'
import { diffTrees, type TreeDifference } from '../objects/tree-diff.ts'
import { editTree, type TreeChange } from '../objects/tree-edit.ts'
import type { TreeEntryValue } from '../objects/tree.ts'

/** Commits whose trees are to be merged. */
export interface TreeMerge {
  readonly ours: ObjectId
  readonly theirs: ObjectId
  readonly signal?: AbortSignal | undefined
}

const regularModes = [0o100644, 0o100755]
/** Deleted files that are compared with added ones, to tell whether they were renamed. */
const maxRenames = 200

/**
 * The merged tree, which is stored, or the paths that conflict, without git: files as `mergeBytes` merges them. Renames are not followed: where
 * a file that both sides removed may have been renamed by one, or one has renamed a folder into which the other has put a file, that is a conflict. Throws GIT_MISSING
 * where lines of history cross or attributes say how to merge, and USAGE where the commits have nothing in common.
 */
export async function mergeTreesDirectly(
  git: GitRepository,
  { ours, theirs, signal }: TreeMerge,
): Promise<{ readonly tree: ObjectId; readonly conflicts: readonly string[] }> {
  const { objects, crypto, format } = git
  const treeOf = (commit: ObjectId) => readStoredCommit(objects, commit).tree
  const bases = await mergeBases(git, ours, theirs, signal)
  const [base] = bases
  if (!base) throw unrelated()
  if (bases.length > 1)
    throw new AnvcsError('GIT_MISSING', { message: 'Lines of history cross here, and only git merges those.' })
  const [old, left, right] = [treeOf(base), treeOf(ours), treeOf(theirs)]
  const readTree = (id: ObjectId) => readStored(objects, 'tree', id)
  const mine = diffTrees(readTree, old, left)
  const others = new Map(diffTrees(readTree, old, right).map((change) => [change.path, change]))
  const both = mine.filter(({ path }) => others.has(path))
  const conflicts = new Set([
    ...renamedByBoth(git, mine, [...others.values()]),
    ...movedFolders(git, old, mine, [...others.values()]),
  ])
  const blobs: GitObject[] = []
  const changes = new Map<string, TreeChange>()
  for (const change of others.values()) changes.set(change.path, { path: change.path, entry: change.after })
  for (const change of both) {
    signal?.throwIfAborted()
    const merged = await mergeFile(git, change, others.get(change.path)!, signal)
    if (!merged) conflicts.add(change.path)
    else if (isSameEntry(merged.entry, change.after)) changes.delete(change.path)
    else changes.set(change.path, { path: change.path, entry: merged.entry })
    if (merged?.object) blobs.push(merged.object)
  }
  const edit = editTree(crypto, format, readTree, left, [...changes.values()])
  if (!edit) for (const path of crossed(mine, others)) conflicts.add(path)
  if (conflicts.size) return { tree: left, conflicts: [...conflicts].sort() }
  if (!edit)
    throw new AnvcsError('GIT_MISSING', { message: 'Only git merges what both sides have done to folders here.' })
  await objects.write([...blobs, ...edit.trees.map((content): GitObject => ({ type: 'tree', content }))])
  return { tree: edit.root, conflicts: [] }
}

/** The error for commits that stem from no common one. */
export function unrelated(): AnvcsError {
  return new AnvcsError('USAGE', {
    message: 'The histories of both have nothing in common.',
    hint: 'If they are to become one all the same: `git merge --allow-unrelated-histories`.',
  })
}

/** A path that both sides have changed; undefined where they conflict. */
async function mergeFile(
  git: GitRepository,
  { path, before, after: left }: TreeDifference,
  { after: right }: TreeDifference,
  signal: AbortSignal | undefined,
): Promise<{ readonly entry: TreeEntryValue | undefined; readonly object?: GitObject } | undefined> {
  if (isSameEntry(left, right)) return { entry: left }
  if (!before || !left || !right) return undefined
  const mode = left.mode === before.mode ? right.mode : left.mode
  if (left.mode !== right.mode && left.mode !== before.mode && right.mode !== before.mode) return undefined
  if (left.id === right.id || right.id === before.id) return { entry: { mode, id: left.id } }
  if (left.id === before.id) return { entry: { mode, id: right.id } }
  if (![before, left, right].every((entry) => regularModes.includes(entry.mode))) return undefined
  if (filtersMayApply(git, [path]))
    throw new AnvcsError('GIT_MISSING', {
      message: `Attributes may say how ${path} is merged, and only git heeds them.`,
    })
  const texts = [before, left, right].map(({ id }) => readStored(git.objects, 'blob', id))
  const merged = await mergeBytes({ path, base: texts[0]!, left: texts[1]!, right: texts[2]!, signal }, mergeText)
  if (merged.status !== 'clean') return undefined
  const object: GitObject = { type: 'blob', content: merged.bytes }
  return { entry: { mode, id: objectId(git.crypto, git.format, object) }, object }
}

/** Files that both sides deleted, and that are like one that either has added: it may have renamed them. */
function renamedByBoth(
  { objects }: GitRepository,
  mine: readonly TreeDifference[],
  others: readonly TreeDifference[],
): readonly string[] {
  const gone = new Set(others.flatMap(({ path, after }) => (after ? [] : [path])))
  const deleted = mine.filter(({ path, after }) => !after && gone.has(path))
  const added = [mine, others].map((side) => side.filter(({ before, after }) => !before && after))
  if (!deleted.length || added.every((side) => !side.length)) return []
  if (deleted.length * (added[0]!.length + added[1]!.length) > maxRenames * maxRenames)
    throw new AnvcsError('GIT_MISSING', {
      message: 'Too many files may have been renamed here: only git can merge that.',
    })
  const read = (id: ObjectId): Uint8Array => {
    const found = objects.read(id)
    return found?.type === 'blob' ? found.content : new Uint8Array(0)
  }
  const isLike = (file: TreeDifference, side: readonly TreeDifference[]) =>
    side.some(({ after }) => after!.id === file.before!.id || isSimilar(read(after!.id), read(file.before!.id)))
  return deleted.filter((file) => added.some((side) => isLike(file, side))).map(({ path }) => path)
}

/** Is half of the lines of either file in the other? */
function isSimilar(left: Uint8Array, right: Uint8Array): boolean {
  const [a, b] = [left, right].map((bytes) => fromUtf8(bytes)?.split('\n').filter(Boolean))
  if (!a?.length || !b?.length) return false
  const known = new Set(a)
  return 2 * b.filter((line) => known.has(line)).length >= Math.min(a.length, b.length)
}

/** Files that one side has added below a folder of which the other has left nothing: it may have been renamed. */
function movedFolders(
  { objects }: GitRepository,
  old: ObjectId,
  mine: readonly TreeDifference[],
  others: readonly TreeDifference[],
): readonly string[] {
  const isGone = ({ after }: TreeDifference) => !after
  if (![mine, others].some((side) => side.some(isGone))) return []
  const before = diffTrees((id) => readStored(objects, 'tree', id), undefined, old)
  const moved = (side: readonly TreeDifference[], other: readonly TreeDifference[]): readonly string[] => {
    const gone = new Set(other.filter(isGone).map(({ path }) => path))
    const emptied = new Set([...gone].flatMap(foldersAbove))
    const kept = [...before.filter(({ path }) => !gone.has(path)), ...other.filter(({ after }) => after)]
    for (const { path } of kept) for (const folder of foldersAbove(path)) emptied.delete(folder)
    const added = side.filter((change) => !change.before).map(({ path }) => path)
    return added.filter((path) => foldersAbove(path).some((folder) => emptied.has(folder)))
  }
  return [...moved(mine, others), ...moved(others, mine)]
}

/** `a` and `a/b` of `a/b/c`. */
function foldersAbove(path: string): readonly string[] {
  const names = path.split('/')
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'))
}

/** Paths that would be a file and a folder at once. */
function crossed(mine: readonly TreeDifference[], others: ReadonlyMap<string, TreeDifference>): readonly string[] {
  const files = [...mine, ...others.values()].filter(({ after }) => after).map(({ path }) => path)
  return files.filter((path) => files.some((other) => other.startsWith(`${path}/`)))
}
