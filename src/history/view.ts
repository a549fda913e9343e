import type { FeedId, FileId, ObjectId } from '../contracts/ids.ts'
import { outsideFileId } from '../identity/ids.ts'
import { makeAnchor, stateOf, type Anchor } from './anchor.ts'
import { emptyState, isWithin, joinStates, type FileState } from './file-state.ts'
import type { Naming } from './named-anchor.ts'
import type { RoomHistory } from './room-history.ts'
import type { ScriptSource } from './scripts.ts'
import { typeValue } from './typing.ts'

/**
 * What is known of states in a causal past: the operations below a limit per feed, and the named states. The same past
 * gives the same view at every peer.
 */
export class View {
  readonly history: RoomHistory
  readonly namings: readonly Naming[]
  readonly #limit: (feed: FeedId) => number
  readonly #anchors = new Map<ObjectId, Anchor[]>()
  readonly #joined = new Map<ObjectId, Anchor>()
  readonly #scripts: ScriptSource

  /** `scripts` answers where a joined state has to be mended. */
  constructor(
    history: RoomHistory,
    namings: readonly Naming[],
    limit: (feed: FeedId) => number,
    scripts: ScriptSource,
  ) {
    this.history = history
    this.namings = namings
    this.#limit = limit
    this.#scripts = scripts
    this.#anchors.set(history.baseAnchor.commit, [history.baseAnchor])
    for (const { anchor } of namings) {
      const known = this.#anchors.get(anchor.commit)
      if (!known) this.#anchors.set(anchor.commit, [anchor])
      else if (!known.some(({ key }) => key === anchor.key)) known.push(anchor)
    }
    // Not in the order in which they came: every peer has to choose alike.
    for (const anchors of this.#anchors.values()) anchors.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** The states that are named for a commit. */
  anchorsOf(commit: ObjectId): readonly Anchor[] {
    return this.#anchors.get(commit) ?? []
  }

  hasAnchor(key: string, commit: ObjectId): boolean {
    return this.anchorsOf(commit).some((anchor) => anchor.key === key)
  }

  get commits(): Iterable<ObjectId> {
    return this.#anchors.keys()
  }

  /** The newest state of a file: its operations within the view, and the virtual authors of all named states. */
  currentState(file: FileId): FileState {
    let state: FileState = this.history.hasLog(file) ? this.history.log(file).countsBelow(this.#limit) : emptyState
    for (const { anchor } of this.namings) {
      const named = anchor.states.get(file)
      if (named) state = joinStates(state, named)
    }
    return state
  }

  /**
   * The one state of a commit: the join of all that are named for it and of its parents' states, parents first; where
   * that text is not the blob, the virtual author of (commit, join) makes it so. Undefined where nothing names the commit.
   */
  joined(commit: ObjectId): Anchor | undefined {
    const stack = [commit]
    while (stack.length) {
      const current = stack.at(-1)!
      if (this.#joined.has(current) || !this.#anchors.has(current)) {
        stack.pop()
        continue
      }
      const missing = this.history.graph
        .node(current)
        .parents.filter((p) => this.#anchors.has(p) && !this.#joined.has(p))
      if (missing.length) stack.push(...missing)
      else this.#joined.set(stack.pop()!, this.#join(current))
    }
    return this.#joined.get(commit)
  }

  #join(commit: ObjectId): Anchor {
    const own = this.anchorsOf(commit)
    const parents = this.history.graph.node(commit).parents.flatMap((parent) => this.#joined.get(parent) ?? [])
    const before = joinAll([...own, ...parents])
    const whole = own.find((anchor) => [...before].every(([file, state]) => isWithin(state, stateOf(anchor, file))))
    return whole ?? this.#mend(commit, own, before)
  }

  #mend(commit: ObjectId, own: readonly Anchor[], before: ReadonlyMap<FileId, FileState>): Anchor {
    const { history } = this
    const { tree } = history.graph.node(commit)
    const states = new Map(before)
    const partial = new Set<FileId>()
    const layout = history.layoutOf(makeAnchor(history.crypto, commit, before, new Set()))
    const named = own.filter((anchor) => !makesFiles(history, anchor))
    for (const [file, state] of before) {
      const exact = exactFor(file, named) ?? exactFor(file, own)
      if (!exact) {
        partial.add(file)
        continue
      }
      const path = history.layoutOf(exact).pathOf(file)
      const target = path === undefined ? undefined : history.valueInTree(tree, path)
      // A file that the commit does not have is deleted even where an equal one at its path hides it: they would not stay equal.
      const isGone = history.evaluator.registersAt(file, stateOf(exact, file)).path === undefined
      const value = isGone ? history.evaluator.valueAt(file, state) : layout.valueOf(file)
      states.set(file, typeValue(history, { commit, file, before: state, value, target, scripts: this.#scripts }))
    }
    return makeAnchor(history.crypto, commit, states, partial)
  }
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

/** Of these states of a commit one whose text of the file is the blob, if possible one that tells of the file. */
function exactFor(file: FileId, anchors: readonly Anchor[]): Anchor | undefined {
  const exacts = anchors.filter((anchor) => !anchor.partial.has(file))
  return exacts.find((anchor) => anchor.states.has(file)) ?? exacts[0]
}

export function joinAll(anchors: readonly Anchor[]): Map<FileId, FileState> {
  const states = new Map<FileId, FileState>()
  for (const anchor of anchors)
    for (const [file, state] of anchor.states) states.set(file, joinStates(states.get(file) ?? emptyState, state))
  return states
}
