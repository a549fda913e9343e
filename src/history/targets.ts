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
 * everywhere. `recorded` are the paths that the record of the commit tells of files: their author knows which is which.
 */
export function targetsOf(
  history: RoomHistory,
  commit: ObjectId,
  parents: readonly Anchor[],
  before: ReadonlyMap<FileId, FileState>,
  layout: Layout,
  recorded: ReadonlyMap<FileId, string> = new Map(),
): ReadonlyMap<FileId, TreeValue | undefined> {
  const { tree } = history.graph.node(commit)
  const paths = candidatePaths(history, tree, parents, before, layout)
  const told = toldTargets(history, tree, layout, paths, recorded)
  const targets = new Map<FileId, TreeValue | undefined>(told)
  const taken = new Set([...told.values()].map(({ path }) => path))
  const added: TreeValue[] = []
  const removed: RemovedFile[] = []
  const aliases = aliasesByPath(layout)
  for (const path of paths) {
    const target = history.valueInTree(tree, path)
    const isLeft = target.path !== undefined && !taken.has(path)
    const known = layout.fileAt(path) ?? aliases.get(path)
    const file = known && told.has(known) ? undefined : known
    if (file && isLeft) targets.set(file, target)
    else if (file) removed.push({ file, entry: entryInParents(history, parents, path) })
    else if (isLeft) added.push(target)
  }
  const renamed = outsideRenames(history, removed, added)
  for (const { file } of removed) targets.set(file, renamed.get(file))
  const moved = new Set(renamed.values())
  for (const target of added)
    if (!moved.has(target)) targets.set(outsideFileId(history.crypto, history.room, commit, target.path!), target)
  addSecondClaims(history, tree, layout, targets)
  return targets
}

/** What the files become that a record tells the paths of: those that are not known yet, or lie where the commit changes something. */
function toldTargets(
  history: RoomHistory,
  tree: ObjectId,
  layout: Layout,
  changed: readonly string[],
  recorded: ReadonlyMap<FileId, string>,
): ReadonlyMap<FileId, TreeValue> {
  const targets = new Map<FileId, TreeValue>()
  const changing = new Set(changed)
  const taken = new Set<string>()
  for (const [file, path] of recorded) {
    if (!isSafePath(path) || taken.has(path)) continue
    // Of a file of the base that nobody has looked at here nothing else is known, not even where it lies.
    const old = history.isBaseFile(file) || history.hasLog(file) ? layout.pathOf(file) : undefined
    const target = history.valueInTree(tree, path)
    if (target.path === undefined || (old !== undefined && !changing.has(old))) continue
    targets.set(file, target)
    taken.add(path)
  }
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
