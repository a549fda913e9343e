import type { AuthorId, FeedId, FileId, ObjectId } from '../contracts/ids.ts'
import { readTextUpdate } from '../document/update-reader.ts'
import { utf8 } from '../lib/bytes.ts'
import { stateOf, type Anchor } from './anchor.ts'
import type { Past } from './causality.ts'
import type { FileOperation } from './file-log.ts'
import { emptyState, isWithin, joinStates, meetStates, stateKey, withCount, type FileState } from './file-state.ts'
import type { TreeValue } from './room-history.ts'
import type { Views } from './views.ts'

/** Of so many operations before a commit, and so many after it, the states after and before each are looked at. */
const maxLooked = 16

/** So many feeds may be the committer's. */
const maxFeeds = 8

/** What was typed beside the telling of a commit: what its author has committed may be among it. */
export class StatesBeside {
  readonly #views: Views
  readonly #commit: ObjectId
  readonly #parents: readonly Anchor[]

  constructor(views: Views, commit: ObjectId, parents: readonly Anchor[]) {
    this.#views = views
    this.#commit = commit
    this.#parents = parents
  }

  /** Was anything typed beside it at all? Where nobody has, pulling costs no more than this. */
  get isAny(): boolean {
    return [...this.#views.history.files].some((file) => this.#operationsOn(file).length > 0)
  }

  /**
   * Do operations beside it type at least the bytes that the changed files have more than in the parents? Without them no state is the
   * commit's, and that costs less to see than one text at one state.
   */
  mayExplain(before: readonly TreeValue[], after: readonly TreeValue[]): boolean {
    const lacking = new Int32Array(256)
    for (const { text } of after) for (const byte of utf8(text)) lacking[byte]!++
    for (const { text } of before) for (const byte of utf8(text)) lacking[byte]!--
    for (const file of this.#views.history.files)
      for (const operation of this.#operationsOn(file))
        if (operation.type === 'text') takeTyped(lacking, operation.update)
    return lacking.every((count) => count <= 0)
  }

  #operationsOn(file: FileId): readonly FileOperation[] {
    return this.#views.history.log(file).between(this.#below(file), this.#views.newestState(file))
  }

  /**
   * States of a file that know nothing of how the commit was told, and all that its parents have: everything that is known beside that, and what
   * of it the writers of the last operations before the commit knew, then what may have been known in each feed at its time.
   */
  *of(file: FileId): Generator<FileState> {
    const below = this.#below(file)
    const all = this.#all(file, below)
    const log = this.#views.history.log(file)
    const sorted = [...log.between(below, all)].sort((a, b) => b.lamport - a.lamport || b.number - a.number)
    const last = this.#aroundCommit(sorted)
    const states = [all]
    for (const { feed, number } of last) {
      const before = this.#views.stateBefore(file, feed, number)
      states.push(joinStates(below, withCount(before, feed, number + 1)), joinStates(below, before))
    }
    for (const { lamport } of last) states.push(this.#before(lamport, file, below, all))
    const seen = new Set<string>()
    const isFresh = (state: FileState): boolean => seen.size < seen.add(stateKey(state)).size
    for (const state of states) if (isFresh(state) && isWithin(below, state)) yield state
    for (const state of this.#knownInFeeds(file, below, all)) if (isFresh(state)) yield state
  }

  /**
   * States that may have been known in a feed at the time of the commit. Clocks differ, but in the committer's own feed the times are the commit's: it knew what
   * its last entry before that knew, and not more than the first one after it. Between these are the states of the first and the last operations.
   */
  *#knownInFeeds(file: FileId, below: FileState, all: FileState): Generator<FileState> {
    const { causality } = this.#views.history
    const log = this.#views.history.log(file)
    for (const { feed, before, after } of this.#feedsAround()) {
      const knownIn = (past: Past): FileState =>
        joinStates(below, meetStates(all, this.#views.at(past).currentState(file)))
      const last = before ? new Map(causality.past(feed, before - 1)).set(feed, before) : new Map<FeedId, number>()
      const [least, most] = [knownIn(last), knownIn(causality.past(feed, after))]
      yield least
      yield most
      const sorted = log.between(least, most).toSorted((a, b) => a.lamport - b.lamport)
      const looked =
        sorted.length > 2 * maxLooked ? [...sorted.slice(0, maxLooked), ...sorted.slice(-maxLooked)] : sorted
      for (const { lamport } of looked) yield this.#before(lamport, file, least, most)
    }
  }

  /** Of each feed how many entries are older than the commit, and how many are not younger: the nearest first. Git tells the time in seconds. */
  #feedsAround(): readonly { readonly feed: FeedId; readonly before: number; readonly after: number }[] {
    const { causality, graph } = this.#views.history
    const timeMs = graph.node(this.#commit).timeSeconds * 1000
    const feeds = causality.positions().map(({ feed, length }) => {
      const [before, after] = [causality.lengthAt(feed, timeMs), causality.lengthAt(feed, timeMs + 1000)]
      const farMs = (seq: number): number =>
        seq < 0 || seq >= length ? Number.POSITIVE_INFINITY : Math.abs(causality.timeMs(feed, seq) - timeMs)
      return { feed, before, after, farMs: Math.min(farMs(before - 1), farMs(after)) }
    })
    return feeds.sort((a, b) => a.farMs - b.farMs).slice(0, maxFeeds)
  }

  #below(file: FileId): FileState {
    return this.#parents.map((anchor) => stateOf(anchor, file)).reduce(joinStates, emptyState)
  }

  /** All that is known of the file by those who did not know how the commit was told. */
  #all(file: FileId, below: FileState): FileState {
    const newest = this.#views.newestState(file)
    const counts = new Map(below.counts)
    for (const { feed, number } of this.#views.history.log(file).between(below, newest))
      if (!this.#isTold(this.#views.stateBefore(file, feed, number))) counts.set(feed, number + 1)
    return this.#closed({ counts, authors: newest.authors.filter((id) => !this.#isOwn(id)) })
  }

  /** What of a state had less than a lamport: nothing of it has seen more. */
  #before(lamport: number, file: FileId, below: FileState, all: FileState): FileState {
    const counts = new Map(below.counts)
    for (const operation of this.#views.history.log(file).between(below, all))
      if (operation.lamport < lamport) counts.set(operation.feed, operation.number + 1)
    return this.#closed({ counts, authors: all.authors })
  }

  /** Without the virtual authors that rest on what is not in the state. */
  #closed({ counts, authors }: FileState): FileState {
    for (let state: FileState = { counts, authors }; ;) {
      const left = state.authors.filter((id) => isWithin(this.#views.history.author(id).before, state))
      if (left.length === state.authors.length) return state
      state = { counts, authors: left }
    }
  }

  #isTold({ authors }: FileState): boolean {
    return authors.some((id) => this.#isOwn(id))
  }

  #isOwn(author: AuthorId): boolean {
    return this.#views.history.author(author).commit === this.#commit
  }

  /** The last ones before the commit, then the first ones after it: clocks differ, so what seems to come after may have been there before. */
  #aroundCommit(sorted: readonly FileOperation[]): readonly FileOperation[] {
    const isEarlier = sorted.map((operation) => this.#isEarlier(operation))
    const before = sorted.filter((_, at) => isEarlier[at]).slice(0, maxLooked)
    const after = sorted.filter((_, at) => !isEarlier[at]).slice(-maxLooked)
    return [...before, ...after.reverse()]
  }

  /** Git tells the time in seconds. */
  #isEarlier({ feed, number }: FileOperation): boolean {
    const { causality, graph } = this.#views.history
    return causality.timeMs(feed, causality.entryOf(feed, number)) < (graph.node(this.#commit).timeSeconds + 1) * 1000
  }
}

function takeTyped(lacking: Int32Array, update: Uint8Array): void {
  for (const { textAt, textEnd } of readTextUpdate(update)!.items)
    for (let at = textAt; at < textEnd; at++) lacking[update[at]!]!--
}
