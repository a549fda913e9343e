import type { FileId, ObjectId } from '../contracts/ids.ts'
import { outsideFileId } from '../identity/ids.ts'
import { diffTrees } from '../objects/tree-diff.ts'
import { makeAnchor, stateOf, type Anchor } from './anchor.ts'
import type { CommitNode } from './commit-graph.ts'
import { emptyState, joinStates, meetStates, type FileState } from './file-state.ts'
import { absent } from './file-value.ts'
import { Layout } from './layout.ts'
import { MissingObject, Refused } from './outcome.ts'
import type { RoomHistory, TreeValue } from './room-history.ts'
import type { ScriptSource } from './scripts.ts'
import { typeValue } from './typing.ts'
import { joinAll, type View } from './view.ts'

interface ParentState {
  readonly node: CommitNode
  readonly anchor: Anchor
}

/** The commit's parents with their one state each. Refused where one has none in this view. */
export function parentStates(view: View, commit: ObjectId): readonly ParentState[] {
  const { graph } = view.history
  return nodeOf(view, commit).parents.map((parent) => {
    const anchor = view.joined(parent)
    if (!anchor) throw new Refused('a parent has no state')
    return { node: graph.node(parent), anchor }
  })
}

export function nodeOf(view: View, commit: ObjectId): CommitNode {
  const node = view.history.graph.get(commit)
  if (node === 'missing') throw new MissingObject(commit)
  if (node === 'foreign') throw new Refused('the commit does not descend from the base of the room')
  return node
}

/** The state of a commit from outside: the join of its parents' states, and per file it changes a virtual author. */
export function outsideAnchor(view: View, commit: ObjectId, scripts: ScriptSource): Anchor {
  return typedAnchor(view, commit, scripts, new Map(), new Set())
}

/**
 * The state of a room commit whose entries do not come: the parents' states with the known part of the recorded ones,
 * and a virtual author for the rest. A blob that was staged in part is never typed.
 */
export function adoptedAnchor(
  view: View,
  commit: ObjectId,
  recorded: ReadonlyMap<FileId, FileState>,
  partial: ReadonlySet<FileId>,
  scripts: ScriptSource,
): Anchor {
  const known = new Map<FileId, FileState>()
  for (const [file, state] of recorded) {
    view.history.knowBaseFile(file)
    known.set(file, meetStates(state, view.currentState(file)))
  }
  return typedAnchor(view, commit, scripts, known, partial)
}

function typedAnchor(
  view: View,
  commit: ObjectId,
  scripts: ScriptSource,
  known: ReadonlyMap<FileId, FileState>,
  untyped: ReadonlySet<FileId>,
): Anchor {
  const { history } = view
  const parents = parentStates(view, commit)
  const before = joinAll(parents.map(({ anchor }) => anchor))
  for (const [file, state] of known) before.set(file, joinStates(before.get(file) ?? emptyState, state))
  const layout = new Layout(history.evaluator, { fileAt: (path) => history.baseFile(path) }, before)
  const { tree } = history.graph.node(commit)
  const states = new Map(before)
  const partial = new Set<FileId>()
  for (const { anchor } of parents) for (const file of anchor.partial) partial.add(file)
  for (const [file, target] of targetsOf(view, commit, parents, before, layout)) {
    const value = history.hasLog(file) ? layout.valueOf(file) : absent
    const state = before.get(file) ?? emptyState
    const common = { commit, file, before: state, value, target, scripts }
    if (untyped.has(file) || (partial.has(file) && parents.length > 1)) partial.add(file)
    else if (partial.has(file))
      states.set(file, typeValue(history, { ...common, parentText: textInParent(history, parents[0]!, file) }))
    else states.set(file, typeValue(history, common))
  }
  const anchor = makeAnchor(history.crypto, commit, states, partial)
  return makeAnchor(history.crypto, commit, states, stillPartial(history, anchor, tree))
}

function textInParent(history: RoomHistory, { node, anchor }: ParentState, file: FileId): string {
  const path = history.layoutOf(anchor).pathOf(file)
  return path === undefined ? '' : history.valueInTree(node.tree, path).text
}

/** Files that were partial and whose text is not the blob now either. */
function stillPartial(history: RoomHistory, anchor: Anchor, tree: ObjectId): ReadonlySet<FileId> {
  const out = new Set<FileId>()
  for (const file of anchor.partial) {
    const path = history.layoutOf(anchor).pathOf(file)
    const text = path === undefined ? '' : history.valueInTree(tree, path).text
    if (text !== history.evaluator.textAt(file, stateOf(anchor, file))) out.add(file)
  }
  return out
}

/** What each file that may differ from its parents is to be in the commit. Paths are taken in order, so new files get the same ids everywhere. */
function targetsOf(
  view: View,
  commit: ObjectId,
  parents: readonly ParentState[],
  before: ReadonlyMap<FileId, FileState>,
  layout: Layout,
): ReadonlyMap<FileId, TreeValue | undefined> {
  const { history } = view
  const { tree } = history.graph.node(commit)
  const targets = new Map<FileId, TreeValue | undefined>()
  const added: TreeValue[] = []
  const removed: { file: FileId; entry: ObjectId | undefined }[] = []
  for (const path of candidatePaths(history, tree, parents, before, layout)) {
    const target = history.valueInTree(tree, path)
    const file = layout.fileAt(path)
    if (file && target.path !== undefined) targets.set(file, target)
    else if (file) removed.push({ file, entry: entryInParents(history, parents, path) })
    else if (target.path !== undefined) added.push(target)
  }
  const renamed = renames(removed, added)
  for (const { file } of removed) targets.set(file, renamed.get(file))
  const moved = new Set(renamed.values())
  for (const target of added)
    if (!moved.has(target)) targets.set(outsideFileId(history.crypto, history.room, commit, target.path!), target)
  return targets
}

function candidatePaths(
  history: RoomHistory,
  tree: ObjectId,
  parents: readonly ParentState[],
  before: ReadonlyMap<FileId, FileState>,
  layout: Layout,
): readonly string[] {
  const paths = new Set<string>()
  for (const { node } of parents)
    for (const { path } of diffTrees((id) => history.readTree(id), node.tree, tree)) paths.add(path)
  for (const [file, state] of before) {
    if (parents.every(({ anchor }) => stateOf(anchor, file) === state)) continue
    const path = layout.pathOf(file)
    if (path !== undefined) paths.add(path)
  }
  return [...paths].sort()
}

function entryInParents(history: RoomHistory, parents: readonly ParentState[], path: string): ObjectId | undefined {
  for (const { node } of parents) {
    const entry = history.entryAt(node.tree, path)
    if (entry) return entry.id
  }
  return undefined
}

/** An outside rename is one only for equal blobs and a unique partner on both sides. */
function renames(
  removed: readonly { readonly file: FileId; readonly entry: ObjectId | undefined }[],
  added: readonly TreeValue[],
): ReadonlyMap<FileId, TreeValue> {
  const out = new Map<FileId, TreeValue>()
  for (const { file, entry } of removed) {
    const partners = added.filter((target) => target.entry === entry)
    if (entry && partners.length === 1 && removed.filter((other) => other.entry === entry).length === 1)
      out.set(file, partners[0]!)
  }
  return out
}
