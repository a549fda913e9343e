import type { FeedId } from '../contracts/ids.ts'
import type { FeedStore, StoredEntry } from '../contracts/feed-store.ts'

const maxRecentBytes = 8 << 20

/** Entries for links: the newest from memory, older ones from the store. */
export class EntrySource {
  readonly #store: FeedStore
  readonly #recent = new Map<FeedId, Map<number, Uint8Array>>()
  readonly #order: StoredEntry[] = []
  #recentBytes = 0

  constructor(store: FeedStore) {
    this.#store = store
  }

  /** Remembers an entry that has become durable. */
  add(entry: StoredEntry): void {
    let feed = this.#recent.get(entry.feed)
    if (!feed) this.#recent.set(entry.feed, (feed = new Map()))
    feed.set(entry.seq, entry.bytes)
    this.#order.push(entry)
    this.#recentBytes += entry.bytes.length
    while (this.#recentBytes > maxRecentBytes) this.#forget(this.#order.shift()!)
  }

  #forget({ feed, seq, bytes }: StoredEntry): void {
    this.#recent.get(feed)?.delete(seq)
    this.#recentBytes -= bytes.length
  }

  /** Entries `from` to before `to`, as many as fit into `maxBytes` and at least one. */
  async read(feed: FeedId, from: number, to: number, maxBytes: number): Promise<readonly Uint8Array[]> {
    const out: Uint8Array[] = []
    let size = 0
    const take = (bytes: Uint8Array): boolean => {
      if (out.length && size + bytes.length > maxBytes) return false
      out.push(bytes)
      size += bytes.length
      return true
    }
    const recent = this.#recent.get(feed)
    for (let seq = from; seq < to; seq++) {
      const bytes = recent?.get(seq)
      if (!bytes) break
      if (!take(bytes)) return out
    }
    if (out.length || from >= to) return out
    for await (const entry of this.#store.read(feed, from)) if (entry.seq >= to || !take(entry.bytes)) break
    return out
  }
}
