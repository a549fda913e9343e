import type { AuthorId, FileId, ObjectId } from '../contracts/ids.ts'
import { readTextUpdate } from '../document/update-reader.ts'
import { utf8 } from '../lib/bytes.ts'
import { stateOf, type Anchor } from './anchor.ts'
import type { FileOperation } from './file-log.ts'
import { emptyState, isWithin, joinStates, stateKey, withCount, type FileState } from './file-state.ts'
import type { TreeValue } from './room-history.ts'
import type { Views } from './views.ts'

/** Of so many operations before a commit, and so many after it, the states after and before each are looked at. */
const maxLooked = 16

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
   * of it the writers of the last operations before the commit knew.
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
    const fresh = new Map(states.map((state) => [stateKey(state), state]))
    for (const state of fresh.values()) if (isWithin(below, state)) yield state
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
