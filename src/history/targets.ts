import type { FileId, ObjectId } from '../contracts/ids.ts'
import { isSafePath } from '../document/paths.ts'
import { outsideFileId } from '../identity/ids.ts'
import { stateOf, type Anchor } from './anchor.ts'
import type { FileState } from './file-state.ts'
import { isSameValue } from './file-value.ts'
import { besidePath, type Layout } from './layout.ts'
import { outsideRenames, type RemovedFile } from './outside-renames.ts'
import type { RoomHistory, TreeValue } from './room-history.ts'

/**
 * What each file that may differ from its parents is to be in the commit. Paths are taken in order, so new files get the same ids
 * everywhere. `recorded` are the files that the commit's record names: the ids of its author, where it is told which is which.
 */
export function targetsOf(
  history: RoomHistory,
  commit: ObjectId,
  parents: readonly Anchor[],
  before: ReadonlyMap<FileId, FileState>,
  layout: Layout,
  recorded: readonly FileId[] = [],
): ReadonlyMap<FileId, TreeValue | undefined> {
  const { tree } = history.graph.node(commit)
  const targets = new Map<FileId, TreeValue | undefined>()
  const added: TreeValue[] = []
  const removed: RemovedFile[] = []
  const aliases = aliasesByPath(layout)
  for (const path of candidatePaths(history, tree, parents, before, layout)) {
    const target = history.valueInTree(tree, path)
    const file = layout.fileAt(path) ?? aliases.get(path)
    if (file && target.path !== undefined) targets.set(file, target)
    else if (file) removed.push({ file, entry: entryInParents(history, parents, path) })
    else if (target.path !== undefined) added.push(target)
  }
  const renamed = outsideRenames(history, removed, added)
  for (const { file } of removed) targets.set(file, renamed.get(file))
  const moved = new Set(renamed.values())
  const rest = added.filter((target) => !moved.has(target))
  const created = recorded.filter((file) => !before.has(file) && !history.isBaseFile(file))
  const left = recorded.filter((file) => targets.has(file) && !targets.get(file))
  const author = authorsFile(created, left, rest)
  for (const target of rest)
    targets.set(author ?? outsideFileId(history.crypto, history.room, commit, target.path!), target)
  addSecondClaims(history, tree, layout, targets)
  return targets
}

/** Aliases by the paths at which they would be shown, were they not equal to the files that lie at theirs. */
function aliasesByPath(layout: Layout): ReadonlyMap<string, FileId> {
  const aliases = new Map<string, FileId>()
  for (const [file, claimed] of layout.secondClaims)
    if (layout.pathOf(file) === undefined) aliases.set(besidePath(claimed, file), file)
  return aliases
}

/**
 * Where the commit changes the file at a path, others that claim the path would be shown elsewhere than now. One that lies beside it is to
 * stay there; an alias is not in the commit.
 */
function addSecondClaims(
  history: RoomHistory,
  tree: ObjectId,
  layout: Layout,
  targets: Map<FileId, TreeValue | undefined>,
): void {
  for (const [file, claimed] of layout.secondClaims) {
    const holder = layout.fileAt(claimed)!
    if (targets.has(file) || !targets.has(holder)) continue
    if (isSameValue(layout.valueOf(holder), history.valueInTree(tree, claimed))) continue
    const path = layout.pathOf(file)
    targets.set(file, path === undefined ? undefined : history.valueInTree(tree, path))
  }
}

/**
 * The file that the author of a recorded commit means by the one path that it adds: the one that is not known here, or else the one
 * that has left its path. Undefined where several files or paths leave it open.
 */
function authorsFile(
  created: readonly FileId[],
  left: readonly FileId[],
  added: readonly TreeValue[],
): FileId | undefined {
  if (added.length !== 1 || !isSafePath(added[0]!.path!)) return undefined
  const candidates = created.length ? created : left
  return candidates.length === 1 ? candidates[0] : undefined
}

function candidatePaths(
  history: RoomHistory,
  tree: ObjectId,
  parents: readonly Anchor[],
  before: ReadonlyMap<FileId, FileState>,
  layout: Layout,
): readonly string[] {
  const paths = new Set<string>()
  for (const parent of parents)
    for (const { path } of history.differences(treeOf(history, parent), tree)) paths.add(path)
  for (const [file, state] of before) {
    if (parents.every((parent) => stateOf(parent, file) === state)) continue
    const path = layout.pathOf(file)
    if (path !== undefined) paths.add(path)
  }
  return [...paths].sort()
}

function entryInParents(history: RoomHistory, parents: readonly Anchor[], path: string): ObjectId | undefined {
  for (const parent of parents) {
    const entry = history.entryAt(treeOf(history, parent), path)
    if (entry) return entry.id
  }
  return undefined
}

function treeOf(history: RoomHistory, { commit }: Anchor): ObjectId {
  return history.graph.node(commit).tree
}
