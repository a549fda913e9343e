import type { AuthorId, FeedId, FileId, ObjectId } from '../contracts/ids.ts'
import type { Causality, Past } from './causality.ts'
import { sortedUnion, type FileState } from './file-state.ts'
import type { RoomHistory } from './room-history.ts'
import type { Naming } from './named-anchor.ts'
import type { Anchor } from './anchor.ts'
import { View } from './view.ts'

/** Views of the named states: the newest, and those of causal pasts. */
export class Views {
  readonly history: RoomHistory
  readonly #causality: Causality
  readonly #namings: Naming[] = []
  readonly #authors = new Map<FileId, readonly AuthorId[]>()
  /** The joins that all namings give; views that hold all of them share it. */
  #joined = new Map<ObjectId, Anchor>()
  #live: View | undefined

  constructor(history: RoomHistory) {
    this.history = history
    this.#causality = history.causality
  }

  get namings(): readonly Naming[] {
    return this.#namings
  }

  /** An accepted entry names a state. */
  add(naming: Naming): void {
    this.#namings.push(naming)
    this.history.clocks.named(naming)
    this.#live = undefined
    this.#forget(naming.anchor.commit)
    for (const [file, { authors }] of naming.anchor.states)
      if (authors.length) this.#authors.set(file, sortedUnion(this.#authors.get(file) ?? [], authors))
  }

  /** What is joined from the states of a commit is stale: its own join, and all above it. Earlier views keep what they have. */
  #forget(commit: ObjectId): void {
    const { graph } = this.history
    const joined = new Map(this.#joined)
    joined.delete(commit)
    const isBelow = [...joined.keys()].some((known) => graph.node(known).parents.includes(commit))
    this.#joined = isBelow ? new Map<ObjectId, Anchor>() : joined
  }

  /** Everything that is known of a file here: what is shown and edited. */
  newestState(file: FileId): FileState {
    const counts = this.history.log(file).countsBelow(() => Number.POSITIVE_INFINITY)
    const authors = this.#authors.get(file)
    return authors ? { counts: counts.counts, authors } : counts
  }

  /** Operations have been added: what the newest view remembers of them is stale. */
  changed(): void {
    this.#live = undefined
  }

  /** Everything that is known here. */
  live(): View {
    this.#live ??= new View(this.history, [...this.#namings], () => Number.POSITIVE_INFINITY, this.#joined)
    return this.#live
  }

  /** What lies in a causal past. */
  at(past: Past): View {
    const namings = this.#namings.filter(({ feed, seq }) => seq < (past.get(feed) ?? 0))
    const joined = namings.length === this.#namings.length ? this.#joined : undefined
    return new View(this.history, namings, (feed) => this.#causality.operationsIn(feed, past.get(feed) ?? 0), joined)
  }

  /** What of a file lies in the causal past of an operation. */
  stateBefore(file: FileId, feed: FeedId, operation: number): FileState {
    const past = this.#causality.past(feed, this.#causality.entryOf(feed, operation))
    return this.at(past).currentState(file)
  }
}
