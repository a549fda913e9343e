import type { FeedId } from '../contracts/ids.ts'
import type { Entry } from '../journal/entry.ts'

/** What is kept of entries that cannot be judged yet, at most; beyond it they are dropped and asked for again later. */
const maxWaitingBytes = 64 << 20

/** Entries that wait for their predecessor, their past, a key or an object. */
export class WaitingEntries {
  readonly #feeds = new Map<FeedId, Map<number, Entry>>()
  #bytes = 0

  /** False where there is no room for it. */
  add(entry: Entry): boolean {
    if (this.#bytes + entry.bytes.length > maxWaitingBytes) return false
    let feed = this.#feeds.get(entry.feed)
    if (!feed) this.#feeds.set(entry.feed, (feed = new Map()))
    if (feed.has(entry.head.seq)) return true
    feed.set(entry.head.seq, entry)
    this.#bytes += entry.bytes.length
    return true
  }

  get(feed: FeedId, seq: number): Entry | undefined {
    return this.#feeds.get(feed)?.get(seq)
  }

  delete(entry: Entry): void {
    const feed = this.#feeds.get(entry.feed)
    if (!feed?.delete(entry.head.seq)) return
    this.#bytes -= entry.bytes.length
    if (!feed.size) this.#feeds.delete(entry.feed)
  }

  has(feed: FeedId): boolean {
    return this.#feeds.has(feed)
  }

  get feeds(): readonly FeedId[] {
    return [...this.#feeds.keys()]
  }

  get size(): number {
    let size = 0
    for (const feed of this.#feeds.values()) size += feed.size
    return size
  }
}
