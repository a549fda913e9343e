import { zeroEntry, type EntryId, type FeedId } from '../contracts/ids.ts'
import type { Entry } from './entry.ts'

/** How far a feed is known. */
export interface Position {
  readonly feed: FeedId
  /** Number of entries. */
  readonly length: number
  /** The last of them. */
  readonly head: EntryId
}

interface Row {
  readonly id: EntryId
  readonly lamport: number
  readonly timeMs: number
  readonly firstOperation: number
  /** Lengths of all feeds in the causal past, the own one included; shared with the row before where nothing else changed. */
  readonly past: ReadonlyMap<FeedId, number>
}

interface Feed {
  readonly rows: Row[]
  operations: number
}

export type Chain =
  | 'next'
  | 'gap'
  | 'fork'
  | 'broken chain'
  | 'false lamport'
  | 'time runs back'
  | 'false operation number'

/** Which entries are known, and which of them lie in the causal past of which. */
export class FeedIndex {
  readonly #feeds = new Map<FeedId, Feed>()
  #greatestLamport = 0

  get greatestLamport(): number {
    return this.#greatestLamport
  }

  length(feed: FeedId): number {
    return this.#feeds.get(feed)?.rows.length ?? 0
  }

  idOf(feed: FeedId, seq: number): EntryId | undefined {
    return this.#feeds.get(feed)?.rows[seq]?.id
  }

  lamportOf(feed: FeedId, seq: number): number {
    return this.#feeds.get(feed)?.rows[seq]?.lamport ?? 0
  }

  /** The last entry of a feed. */
  head(feed: FeedId): { readonly id: EntryId; readonly lamport: number; readonly timeMs: number } | undefined {
    return this.#feeds.get(feed)?.rows.at(-1)
  }

  /** For how long a feed has gone on since a time, in ms: from the first entry that is not older to the last one. */
  goneOnMs(feed: FeedId, sinceMs: number): number {
    const rows = this.#feeds.get(feed)?.rows ?? []
    const first = rows[this.lengthAt(feed, sinceMs)]
    return first ? rows.at(-1)!.timeMs - first.timeMs : 0
  }

  /** The room vector, sorted by feed. */
  positions(): readonly Position[] {
    return [...this.#feeds]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([feed, { rows }]) => ({ feed, length: rows.length, head: rows.at(-1)!.id }))
  }

  /** Can this entry be taken next? 'gap': something before it is not here. All else is refused for good. */
  follows(entry: Entry): Chain {
    const { seq, prev, deps, lamport, timeMs, firstOperation } = entry.head
    const { feed } = entry
    const known = this.#feeds.get(feed)
    const length = known?.rows.length ?? 0
    if (seq < length) return 'fork'
    if (seq > length) return 'gap'
    const last = known?.rows.at(-1)
    if (prev !== (last?.id ?? zeroEntry)) return 'broken chain'
    for (const dep of deps) {
      const id = this.idOf(dep.feed, dep.seq)
      if (id === undefined) return 'gap'
      if (id !== dep.id) return 'fork'
    }
    const greatest = Math.max(last?.lamport ?? 0, ...deps.map((dep) => this.lamportOf(dep.feed, dep.seq)))
    if (lamport !== greatest + 1) return 'false lamport'
    if (timeMs < (last?.timeMs ?? 0)) return 'time runs back'
    return firstOperation === (known?.operations ?? 0) ? 'next' : 'false operation number'
  }

  /** Takes an entry that follows, with the number of operations it holds. */
  add(entry: Entry, operations: number): void {
    const { seq, deps, lamport, timeMs, firstOperation } = entry.head
    const { feed } = entry
    let known = this.#feeds.get(feed)
    if (!known) this.#feeds.set(feed, (known = { rows: [], operations: 0 }))
    known.rows.push({
      id: entry.id,
      lamport,
      timeMs,
      firstOperation,
      past: this.#pastOf(known.rows[seq - 1]?.past, deps),
    })
    known.operations = firstOperation + operations
    this.#greatestLamport = Math.max(this.#greatestLamport, lamport)
  }

  /** Takes back an entry without operations that was added last to its feed. */
  removeLast(entry: Entry): void {
    const known = this.#feeds.get(entry.feed)
    if (known?.rows.at(-1)?.id !== entry.id) return
    known.rows.pop()
    if (!known.rows.length) this.#feeds.delete(entry.feed)
  }

  #pastOf(previous: ReadonlyMap<FeedId, number> | undefined, deps: Entry['head']['deps']): ReadonlyMap<FeedId, number> {
    if (previous && !deps.length) return previous
    const past = new Map(previous)
    const raise = (feed: FeedId, length: number): void => {
      if (length > (past.get(feed) ?? 0)) past.set(feed, length)
    }
    for (const dep of deps) {
      for (const [feed, length] of this.#feeds.get(dep.feed)!.rows[dep.seq]!.past) raise(feed, length)
      raise(dep.feed, dep.seq + 1)
    }
    return past
  }

  /**
   * Lengths of all feeds in the causal past of an entry, without the entry itself. The next one of the own feed has everything in its
   * past: it is sealed before anything else is taken in.
   */
  past(feed: FeedId, seq: number): ReadonlyMap<FeedId, number> {
    const row = this.#feeds.get(feed)?.rows[seq]
    if (!row) return new Map([...this.#feeds].map(([of, { rows }]) => [of, rows.length]))
    return seq === 0 ? row.past : new Map(row.past).set(feed, seq)
  }

  /** The same for an entry that has not been added yet. */
  pastOfNext(entry: Entry): ReadonlyMap<FeedId, number> {
    const { seq, deps } = entry.head
    const { feed } = entry
    const past = new Map(this.#pastOf(this.#feeds.get(feed)?.rows[seq - 1]?.past, deps))
    return seq === 0 ? past : past.set(feed, seq)
  }

  /** Number of operations in the first `length` entries of a feed. */
  operationsIn(feed: FeedId, length: number): number {
    const known = this.#feeds.get(feed)
    if (!known || length === 0) return 0
    return length >= known.rows.length ? known.operations : known.rows[length]!.firstOperation
  }

  timeMs(feed: FeedId, seq: number): number {
    return this.#feeds.get(feed)?.rows[seq]?.timeMs ?? Number.POSITIVE_INFINITY
  }

  /** How many entries of a feed are older than a time, by the clock of their author: it never runs back. */
  lengthAt(feed: FeedId, timeMs: number): number {
    return (this.#feeds.get(feed)?.rows ?? []).findLastIndex((row) => row.timeMs < timeMs) + 1
  }

  /** The entry that holds an operation: the next one where none does yet. */
  entryOf(feed: FeedId, operation: number): number {
    const { rows, operations } = this.#feeds.get(feed) ?? { rows: [], operations: 0 }
    if (operation >= operations) return rows.length
    let low = 0
    let high = rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (rows[middle]!.firstOperation <= operation) low = middle + 1
      else high = middle
    }
    // Entries without operations share their number with the next one: the last that begins there holds the operation.
    return low - 1
  }
}
