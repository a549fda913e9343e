import type { FeedId, FileId, ObjectId } from '../contracts/ids.ts'
import type { Anchor } from './anchor.ts'
import { emptyState, joinStates, type FileState } from './file-state.ts'
import { joinedAnchor } from './joined-anchor.ts'
import type { Naming } from './named-anchor.ts'
import type { RoomHistory } from './room-history.ts'

/**
 * What is known of states in a causal past: the operations below a limit per feed, and the named states. The same past
 * gives the same view at every peer.
 */
export class View {
  readonly history: RoomHistory
  readonly namings: readonly Naming[]
  readonly #limit: (feed: FeedId) => number
  readonly #anchors = new Map<ObjectId, Anchor[]>()
  readonly #joined: Map<ObjectId, Anchor>

  /** `joined` is what is known already of the joins that these namings give. */
  constructor(
    history: RoomHistory,
    namings: readonly Naming[],
    limit: (feed: FeedId) => number,
    joined = new Map<ObjectId, Anchor>(),
  ) {
    this.#joined = joined
    this.history = history
    this.namings = namings
    this.#limit = limit
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
    const parents = this.history.graph.node(commit).parents.flatMap((parent) => this.#joined.get(parent) ?? [])
    const own = this.anchorsOf(commit)
    const place = [commit, ...own.map(({ key }) => key), '|', ...parents.map(({ key }) => key)].join(' ')
    return this.history.joinAt(place, () => joinedAnchor(this.history, commit, own, parents))
  }
}
