import type { FileId, ObjectId } from '../contracts/ids.ts'
import { joinAll, makeAnchor, stateOf, type Anchor } from './anchor.ts'
import type { CommitNode } from './commit-graph.ts'
import { emptyState, isEmptyState, joinStates, meetStates, type FileState } from './file-state.ts'
import { absent } from './file-value.ts'
import { Layout } from './layout.ts'
import type { NamedStates } from './named-states.ts'
import { MissingObject, Refused } from './outcome.ts'
import type { RoomHistory, TreeValue } from './room-history.ts'
import { targetsOf } from './targets.ts'
import { typedFrom } from './typed-from.ts'
import { typeValue } from './typing.ts'
import type { View } from './view.ts'

/** The one state of each parent of the commit. Refused where one has none in this view. */
export function parentStates(view: View, commit: ObjectId): readonly Anchor[] {
  return nodeOf(view, commit).parents.map((parent) => {
    const anchor = view.joined(parent)
    if (!anchor) throw new Refused('a parent has no state')
    return anchor
  })
}

export function nodeOf(view: View, commit: ObjectId): CommitNode {
  const node = view.history.graph.get(commit)
  if (node === 'missing') throw new MissingObject(commit)
  if (node === 'foreign') throw new Refused('the commit does not descend from the base of the room')
  return node
}

/** The state of a commit from outside: the join of its parents' states, and per file it changes a virtual author. */
export function outsideAnchor(view: View, commit: ObjectId): Anchor {
  return typedAnchor(view, commit, { files: [], paths: new Map(), known: new Map(), untyped: new Set() })
}

/**
 * The state of a room commit whose entries do not come: the parents' states with the known part of the recorded ones,
 * and a virtual author for the rest. A blob that was staged in part is never typed.
 */
export function adoptedAnchor(
  view: View,
  commit: ObjectId,
  { states, partial, paths = new Map() }: NamedStates,
): Anchor {
  const known = new Map<FileId, FileState>()
  for (const [file, state] of states) {
    const part = meetStates(state, view.currentState(file))
    if (!isEmptyState(part)) known.set(file, part)
  }
  return typedAnchor(view, commit, { files: [...states.keys()], paths, known, untyped: partial })
}

/** What the record of a commit tells that nobody has announced. */
interface Recorded {
  readonly files: readonly FileId[]
  /** Where those of them lie that its parents have elsewhere, or not at all. */
  readonly paths: ReadonlyMap<FileId, string>
  /** The part of the recorded states that is here. */
  readonly known: ReadonlyMap<FileId, FileState>
  /** Staged in part. */
  readonly untyped: ReadonlySet<FileId>
}

function typedAnchor(view: View, commit: ObjectId, { files, paths, known, untyped }: Recorded): Anchor {
  const { history } = view
  const parents = parentStates(view, commit)
  const before = joinAll(parents)
  for (const [file, state] of known) before.set(file, joinStates(before.get(file) ?? emptyState, state))
  const layout = new Layout(history.evaluator, { fileAt: (path) => history.baseFile(path) }, before)
  const { tree } = history.graph.node(commit)
  const states = new Map(before)
  const partial = new Set<FileId>()
  for (const parent of parents) for (const file of parent.partial) partial.add(file)
  for (const [file, target] of targetsOf(history, commit, parents, before, layout, paths)) {
    const state = before.get(file) ?? emptyState
    // A file that the commit does not have is deleted even where an equal one at its path hides it.
    const from = target ? typedFrom(history, layout, file, tree, target) : history.evaluator.valueAt(file, state)
    const value = history.hasLog(file) ? from : absent
    const common = { commit, file, before: state, value, target }
    if (untyped.has(file) || (partial.has(file) && parents.length > 1)) partial.add(file)
    // What a record tells of a file is exact, whatever was staged in part before.
    else if (partial.has(file) && !files.includes(file))
      states.set(file, typeValue(history, { ...common, parent: valueInParent(history, parents[0]!, file, value.path) }))
    else states.set(file, typeValue(history, common))
  }
  const anchor = makeAnchor(history.crypto, commit, states, partial)
  return makeAnchor(history.crypto, commit, states, stillPartial(history, anchor, tree))
}

/** The blob of a file in the parent, taken as if it lay at the path from which it is typed. */
function valueInParent(history: RoomHistory, parent: Anchor, file: FileId, from: string | undefined): TreeValue {
  const path = history.layoutOf(parent).pathOf(file)
  if (path === undefined) return { ...absent, entry: undefined }
  const value = history.valueInTree(history.graph.node(parent.commit).tree, path)
  return value.path === undefined ? value : { ...value, path: from }
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
