import type { AuthorId, FileId, ObjectId } from '../contracts/ids.ts'
import { outsideFileId } from '../identity/ids.ts'
import { joinAll, makeAnchor, stateOf, type Anchor } from './anchor.ts'
import { emptyState, isWithin, type FileState } from './file-state.ts'
import { isTyped, restsOnOverruled, saidInPart } from './in-part.ts'
import type { RoomHistory, TreeValue } from './room-history.ts'
import { targetsOf } from './targets.ts'
import { typedFrom } from './typed-from.ts'
import { typeValue, type Typing } from './typing.ts'

/** What a file is to be in the commit. */
type Target =
  | { readonly kind: 'shown'; readonly value: TreeValue; readonly told?: FileState }
  /** An equal one lies at its path. */
  | { readonly kind: 'hidden' }
  | { readonly kind: 'gone' }
  /** No state's text is its blob. `told` is what comes back where it was typed all the same. */
  | { readonly kind: 'partial'; readonly told?: FileState }

/** What is joined for a commit. */
interface Join {
  readonly history: RoomHistory
  readonly commit: ObjectId
  /** The states that are named for the commit. */
  readonly own: readonly Anchor[]
  readonly parents: readonly Anchor[]
  /** The parents' states, joined. */
  readonly above: ReadonlyMap<FileId, FileState>
  /** All of it, joined. */
  readonly before: ReadonlyMap<FileId, FileState>
  /** Files that the committer has staged in part. */
  readonly inPart: ReadonlySet<FileId>
}

/**
 * The one state of a commit: the join of all that are named for it (`own`) and of its parents' states. Where that text is
 * not the blob, the virtual author of (commit, join) makes it so.
 */
export function joinedAnchor(
  history: RoomHistory,
  commit: ObjectId,
  own: readonly Anchor[],
  parents: readonly Anchor[],
): Anchor {
  const before = joinAll([...own, ...parents])
  const inPart = saidInPart(history, own)
  const whole = own.find(
    (anchor) =>
      [...before].every(([file, state]) => isWithin(state, stateOf(anchor, file))) &&
      [...inPart].every((file) => anchor.partial.has(file) || !isTyped(history, anchor, file)),
  )
  if (whole) return whole
  const layout = history.layoutOf(makeAnchor(history.crypto, commit, before, new Set()))
  const { tree } = history.graph.node(commit)
  const join = { history, commit, own, parents, above: joinAll(parents), before, inPart }
  const states = new Map(before)
  const partial = new Set<FileId>()
  for (const [file, target] of targetsOfJoin(join)) {
    const state = before.get(file) ?? emptyState
    const typing = { commit, file, before: state }
    if (target.kind === 'partial') {
      partial.add(file)
      if (target.told) states.set(file, withoutTyped(history, typing, target.told))
      continue
    }
    if (target.kind === 'shown') {
      const value = typedFrom(history, layout, file, tree, target.value)
      states.set(file, typeValue(history, { ...typing, value, target: target.value, restores: target.told }))
      continue
    }
    // A file that the commit does not have is deleted even where an equal one at its path hides it: they would not stay equal.
    const value = target.kind === 'gone' ? history.evaluator.valueAt(file, state) : layout.valueOf(file)
    states.set(file, typeValue(history, { ...typing, value, target: undefined }))
  }
  return makeAnchor(history.crypto, commit, states, partial)
}

/** The state without what was typed for the commit: of the units shown in either exactly those of the state before that are shown. */
function withoutTyped(
  history: RoomHistory,
  typing: Pick<Typing, 'commit' | 'file' | 'before'>,
  told: FileState,
): FileState {
  const { file, before } = typing
  const { evaluator } = history
  const target = { ...evaluator.valueAt(file, told), entry: undefined }
  return typeValue(history, { ...typing, value: evaluator.valueAt(file, before), target, restores: told })
}

/** What each file of the join is to be: told by the states of the commit, or by those of its parents where none of these holds any more. */
function targetsOfJoin(join: Join): ReadonlyMap<FileId, Target> {
  const holding = join.own.filter((anchor) => !isOvertaken(join, anchor))
  return holding.length ? toldTargets(join, holding) : inheritedTargets(join)
}

/**
 * Were the commit's files told when other files than now lay in its parents? (A parent was told without its author's states,
 * which say by now that what was taken for a new file is a renamed one.)
 */
function isOvertaken({ history, above }: Join, anchor: Anchor): boolean {
  const exists = (file: FileId, state: FileState): boolean =>
    history.evaluator.registersAt(file, state).path !== undefined
  let shows = false
  let lacks = false
  for (const [file, state] of above) {
    const isAbove = exists(file, state)
    const isHere = exists(file, stateOf(anchor, file))
    shows ||= isHere && !isAbove
    lacks ||= isAbove && !isHere
  }
  return shows && lacks
}

function toldTargets(join: Join, own: readonly Anchor[]): ReadonlyMap<FileId, Target> {
  const { history, commit, before } = join
  const { tree } = history.graph.node(commit)
  const named = own.filter((anchor) => !makesFiles(history, anchor))
  const targets = new Map<FileId, Target>()
  for (const file of before.keys()) {
    const exact = exactFor(history, file, named) ?? exactFor(history, file, own)
    const inPart = inPartTarget(join, file, exact)
    if (inPart) {
      targets.set(file, inPart)
      continue
    }
    const state = stateOf(exact!, file)
    const target = targetAt(history, tree, file, state, history.layoutOf(exact!).pathOf(file))
    targets.set(file, target.kind === 'shown' ? { ...target, told: state } : target)
  }
  return targets
}

/** As a commit from outside would be told now. */
function inheritedTargets(join: Join): ReadonlyMap<FileId, Target> {
  const { history, commit, own, parents, above, before } = join
  const { tree } = history.graph.node(commit)
  const layout = history.layoutOf(makeAnchor(history.crypto, commit, above, new Set()))
  const changed = targetsOf(history, commit, parents, above, layout)
  const targets = new Map<FileId, Target>()
  for (const [file, value] of changed) targets.set(file, value ? { kind: 'shown', value } : { kind: 'gone' })
  for (const file of before.keys()) {
    const inPart = inPartTarget(join, file, exactFor(history, file, own))
    if (inPart) targets.set(file, inPart)
    else if (!changed.has(file))
      targets.set(file, targetAt(history, tree, file, above.get(file) ?? emptyState, layout.pathOf(file)))
  }
  return targets
}

/** Where the commit has of the file what is no state's text, though somebody may have typed it. `exact` is a state that was told with that text. */
function inPartTarget(join: Join, file: FileId, exact: Anchor | undefined): Target | undefined {
  const { history, commit, above, before } = join
  if (!exact) return { kind: 'partial' }
  const [aboveIt, beforeIt] = [above.get(file) ?? emptyState, before.get(file) ?? emptyState]
  if (isTyped(history, exact, file) && join.inPart.has(file)) return { kind: 'partial', told: aboveIt }
  // Another peer may have brought back what it did not know to be overruled.
  const isBack = (id: AuthorId): boolean => history.author(id).commit === commit && !!history.author(id).restores
  const told = { ...beforeIt, authors: beforeIt.authors.filter((id) => !isBack(id)) }
  const place = { history, parents: join.parents, above: aboveIt, before: told, file }
  if (!restsOnOverruled(place, stateOf(exact, file))) return undefined
  // Who had both copies may have deleted the one that goes, or the other one.
  const { evaluator } = history
  return evaluator.textAt(file, told) === evaluator.textAt(file, stateOf(exact, file))
    ? undefined
    : { kind: 'partial', told }
}

function targetAt(
  history: RoomHistory,
  tree: ObjectId,
  file: FileId,
  state: FileState,
  path: string | undefined,
): Target {
  if (path !== undefined) return { kind: 'shown', value: history.valueInTree(tree, path) }
  return { kind: history.evaluator.registersAt(file, state).path === undefined ? 'gone' : 'hidden' }
}

/**
 * Was the commit told without its author's states, and has it brought files so? What its author calls a renamed file, or one
 * made in the room, is another file then: where the author's states come, they tell which file lies where.
 */
function makesFiles(history: RoomHistory, anchor: Anchor): boolean {
  const { crypto, room } = history
  const layout = history.layoutOf(anchor)
  return [...anchor.states.keys()].some((file) => {
    const path = layout.pathOf(file)
    return path !== undefined && file === outsideFileId(crypto, room, anchor.commit, path)
  })
}

/** Of these states of a commit one whose text of the file is the blob: if possible one that tells of the file, the author's before all. */
function exactFor(history: RoomHistory, file: FileId, anchors: readonly Anchor[]): Anchor | undefined {
  const exacts = anchors.filter((anchor) => !anchor.partial.has(file))
  const telling = exacts.filter((anchor) => anchor.states.has(file))
  return telling.find((anchor) => !isTyped(history, anchor, file)) ?? telling[0] ?? exacts[0]
}
