import { AnvcsError } from '../contracts/errors.ts'
import { maxStoredEntryBytes, type FeedStore, type StoredEntry } from '../contracts/feed-store.ts'
import type { FeedId } from '../contracts/ids.ts'
import { equalBytes } from '../lib/bytes.ts'

interface MemoryFeed {
  readonly entries: Uint8Array[]
  writer: MemoryFeedStore | undefined
  /** May its author go on? */
  resumable: boolean
}

/** Feeds that live as long as the page. Stores of one such place see each other's entries, as processes of a machine do. */
export class MemoryFeeds {
  readonly feeds = new Map<FeedId, MemoryFeed>()

  feed(id: FeedId): MemoryFeed {
    let feed = this.feeds.get(id)
    if (!feed) this.feeds.set(id, (feed = { entries: [], writer: undefined, resumable: true }))
    return feed
  }
}

/**
 * Feeds in memory only: durable means that they are here, and with the page they are gone. What other peers have received
 * stays with them.
 */
export class MemoryFeedStore implements FeedStore {
  readonly #place: MemoryFeeds
  readonly #authored = new Set<FeedId>()
  #closed = false

  constructor(place: MemoryFeeds = new MemoryFeeds()) {
    this.#place = place
  }

  async feeds(): Promise<readonly FeedId[]> {
    this.#mustBeOpen()
    return [...this.#place.feeds].filter(([, { entries }]) => entries.length > 0).map(([id]) => id)
  }

  async length(feed: FeedId): Promise<number> {
    this.#mustBeOpen()
    return this.#place.feeds.get(feed)?.entries.length ?? 0
  }

  async claim(id: FeedId, { resume = false }: { readonly resume?: boolean } = {}): Promise<boolean> {
    this.#mustBeOpen()
    return this.#claim(id, resume)
  }

  async release(id: FeedId): Promise<void> {
    this.#mustBeOpen()
    this.#release(id)
  }

  async append(entries: readonly StoredEntry[]): Promise<void> {
    this.#mustBeOpen()
    const added = new Map<FeedId, Uint8Array[]>()
    for (const { feed: id, seq, bytes } of entries) {
      if (bytes.length > maxStoredEntryBytes)
        throw new AnvcsError('ENTRY_INVALID', { message: 'The entry is too large.' })
      if (!this.#claim(id, false)) throw new AnvcsError('FEED_LOCKED', { details: { feed: id } })
      const known = this.#place.feed(id).entries
      const news = added.get(id) ?? []
      added.set(id, news)
      const there = known[seq] ?? news[seq - known.length]
      if (there && equalBytes(there, bytes)) continue
      if (seq !== known.length + news.length) throw new AnvcsError('ENTRY_INVALID', { details: { feed: id, seq } })
      news.push(bytes.slice())
    }
    for (const [id, news] of added) this.#place.feed(id).entries.push(...news)
  }

  async *read(feed: FeedId, fromSeq = 0): AsyncGenerator<StoredEntry> {
    const length = await this.length(feed)
    const entries = this.#place.feeds.get(feed)?.entries ?? []
    for (let seq = fromSeq; seq < length; seq++) yield { feed, seq, bytes: entries[seq]!.slice() }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const id of this.#place.feeds.keys()) this.#release(id)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new AnvcsError('ROOM_CLOSED', { message: 'The journal is closed.' })
  }

  #claim(id: FeedId, resume: boolean): boolean {
    const feed = this.#place.feed(id)
    if (feed.writer === this) return !resume || this.#authored.has(id)
    if (feed.writer || (resume && !feed.resumable)) return false
    feed.writer = this
    feed.resumable = false
    if (resume) this.#authored.add(id)
    return true
  }

  #release(id: FeedId): void {
    const feed = this.#place.feed(id)
    if (feed.writer !== this) return
    feed.writer = undefined
    feed.resumable = this.#authored.delete(id) || feed.entries.length === 0
  }
}
