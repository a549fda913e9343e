import type { FileId, ObjectId } from '../contracts/ids.ts'
import { isSafePath } from '../document/paths.ts'
import { joinAll, makeAnchor, stateOf, type Anchor } from './anchor.ts'
import { isEmptyState, isWithin, stateKey, type FileState } from './file-state.ts'
import { isSameValue } from './file-value.ts'
import type { NamedStates } from './named-states.ts'
import { nodeOf, parentStates } from './outside.ts'
import type { View } from './view.ts'
import type { Views } from './views.ts'

/** The whole state of a commit of which only some files are named. */
export function namedAnchor(view: View, commit: ObjectId, named: NamedStates): Anchor {
  const parents = parentStates(view, commit)
  const states = joinAll(parents)
  const partial = new Set<FileId>()
  for (const parent of parents) for (const file of parent.partial) if (!named.states.has(file)) partial.add(file)
  for (const [file, state] of named.states) states.set(file, state)
  for (const file of named.partial) partial.add(file)
  return makeAnchor(view.history.crypto, commit, states, partial)
}

/** May these states be named for this commit, in this causal past? The reason why not, or undefined. */
export function namingFault(views: Views, view: View, anchor: Anchor, named: NamedStates): string | undefined {
  const { history } = view
  const node = nodeOf(view, anchor.commit)
  for (const [file, state] of named.states) {
    const fault = stateFault(views, view, anchor.commit, node.parents, file, state)
    if (fault) return fault
  }
  for (const file of named.partial) {
    const key = stateKey(stateOf(anchor, file))
    if (!node.parents.some((parent) => view.anchorsOf(parent).some((a) => stateKey(stateOf(a, file)) === key)))
      return 'a partial file has a state of its own'
  }
  const layout = history.layoutOf(anchor)
  for (const file of named.states.keys()) {
    if (anchor.partial.has(file)) continue
    const value = layout.valueOf(file)
    if (value.path !== undefined && !isSameValue(value, history.valueInTree(node.tree, value.path)))
      return 'a text is not the blob'
  }
  return treeFault(view, anchor, node.tree, node.parents)
}

function stateFault(
  views: Views,
  view: View,
  commit: ObjectId,
  parents: readonly ObjectId[],
  file: FileId,
  state: FileState,
): string | undefined {
  const { history } = view
  // Of a file without any operation only the base commit can tell whether it exists: not what was looked at here.
  if (isEmptyState(state) && !history.isBaseFile(file)) return 'a state is of a file that does not exist'
  if (!history.log(file).hasState(state)) return 'a state counts operations that do not exist'
  if (state.authors.some((id) => !history.hasAuthor(id) || history.author(id).file !== file))
    return 'a state holds an unknown virtual author'
  if (!isWithin(state, view.currentState(file))) return 'a state is not in the causal past'
  if (state.authors.some((id) => history.author(id).commit === commit))
    return 'a state holds the virtual author of its own commit'
  for (const parent of parents)
    if (!view.anchorsOf(parent).some((anchor) => isWithin(stateOf(anchor, file), state)))
      return 'a state lacks what its parents have'
  return isClosed(views, file, state) ? undefined : 'a state is not causally closed'
}

/** Does the state hold, with each operation, everything on the file that lies in the operation's causal past? */
function isClosed(views: Views, file: FileId, state: FileState): boolean {
  for (const id of state.authors) if (!isWithin(views.history.author(id).before, state)) return false
  for (const [feed, count] of state.counts) if (!isWithin(views.stateBefore(file, feed, count - 1), state)) return false
  return true
}

/** Every path at which the tree differs from its parents' must be explained by a named file. */
function treeFault(view: View, anchor: Anchor, tree: ObjectId, parents: readonly ObjectId[]): string | undefined {
  const { history } = view
  const layout = history.layoutOf(anchor)
  const changed = parents.map(
    (parent) => new Set(history.differences(history.graph.node(parent).tree, tree).map(({ path }) => path)),
  )
  const [first, ...others] = changed
  for (const path of first ?? []) {
    // No file of a room can have such a name: it is in the commit only.
    if (!isSafePath(path)) continue
    if (!others.every((paths) => paths.has(path))) continue
    const file = layout.fileAt(path)
    const inTree = history.valueInTree(tree, path)
    if (file && anchor.partial.has(file)) continue
    if (file ? !isSameValue(layout.valueOf(file), inTree) : inTree.path !== undefined)
      return 'the tree holds what no state explains'
  }
  return undefined
}

/** Does the commit change a file whose blob in it is no state's text? What it changes there is in no text. */
export function changesPartial(view: View, anchor: Anchor): boolean {
  const { history } = view
  const { tree, parents } = nodeOf(view, anchor.commit)
  const layout = history.layoutOf(anchor)
  const entryIn = (of: ObjectId, path: string) => history.entryAt(of, path)?.id
  return [...anchor.partial].some((file) => {
    const path = layout.pathOf(file)
    if (path === undefined) return false
    const entry = entryIn(tree, path)
    return parents.every((parent) => entryIn(history.graph.node(parent).tree, path) !== entry)
  })
}
