import { AnvcsError } from '../contracts/errors.ts'
import { maxStoredEntryBytes, type FeedStore, type StoredEntry } from '../contracts/feed-store.ts'
import type { FeedId } from '../contracts/ids.ts'
import { equalBytes } from '../lib/bytes.ts'
import type { MemoryFeedDisk } from './memory-feed-disk.ts'

interface Pending {
  readonly feed: FeedId
  readonly entries: Uint8Array[]
}

/**
 * Feeds in memory, for simulations and tests: one store for each simulated process, on the disk of its machine. Entries
 * are durable when `sync` has resolved; a crash before that may lose them.
 */
export class MemoryFeedStore implements FeedStore {
  readonly #disk: MemoryFeedDisk
  readonly #sync: () => Promise<void>
  readonly #authored = new Set<FeedId>()
  #last: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined
  #crashed = false

  constructor(disk: MemoryFeedDisk, sync: () => Promise<void> = () => Promise.resolve()) {
    this.#disk = disk
    this.#sync = sync
  }

  async feeds(): Promise<readonly FeedId[]> {
    this.#mustBeOpen()
    return [...this.#disk.feeds].filter(([, { durable }]) => durable.length > 0).map(([feed]) => feed)
  }

  async length(feed: FeedId): Promise<number> {
    this.#mustBeOpen()
    return this.#disk.feeds.get(feed)?.durable.length ?? 0
  }

  async claim(feed: FeedId, { resume = false }: { readonly resume?: boolean } = {}): Promise<boolean> {
    this.#mustBeOpen()
    return this.#inTurn(async () => this.#claim(feed, resume))
  }

  async release(feed: FeedId): Promise<void> {
    this.#mustBeOpen()
    await this.#inTurn(async () => this.#release(feed))
  }

  async append(entries: readonly StoredEntry[]): Promise<void> {
    this.#mustBeOpen()
    await this.#inTurn(() => this.#append(entries))
  }

  async *read(feed: FeedId, fromSeq = 0): AsyncGenerator<StoredEntry> {
    const length = await this.length(feed)
    const durable = this.#disk.feeds.get(feed)?.durable ?? []
    for (let seq = fromSeq; seq < length; seq++) yield { feed, seq, bytes: durable[seq]!.slice() }
  }

  /** The process dies: nothing is released, and what is under way never ends well. */
  crash(): void {
    this.#crashed = true
    this.#disk.crash(this)
    this.#closing = Promise.resolve()
  }

  close(): Promise<void> {
    this.#closing ??= this.#inTurn(async () => {
      for (const feed of this.#disk.feeds.keys()) this.#release(feed)
    })
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #mustBeOpen(): void {
    if (this.#closing) throw new AnvcsError('ROOM_CLOSED', { message: 'The journal is closed.' })
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run)
    this.#last = result.catch(() => undefined)
    return result
  }

  #claim(id: FeedId, resume: boolean): boolean {
    const feed = this.#disk.feed(id)
    if (feed.writer === this) return !resume || this.#authored.has(id)
    if (feed.writer || (resume && !feed.resumable)) return false
    feed.writer = this
    feed.resumable = false
    if (resume) this.#authored.add(id)
    return true
  }

  #release(id: FeedId): void {
    const feed = this.#disk.feed(id)
    if (feed.writer !== this) return
    feed.writer = undefined
    feed.resumable = this.#authored.delete(id) || feed.durable.length === 0
  }

  async #append(entries: readonly StoredEntry[]): Promise<void> {
    if (this.#crashed) throw crashed()
    const pending = this.#accept(entries)
    for (const { feed, entries } of pending) this.#disk.feed(feed).unsynced = entries
    await this.#sync()
    for (const { feed: id, entries } of pending) {
      const feed = this.#disk.feed(id)
      if (feed.writer !== this) throw crashed()
      if (this.#disk.full) this.#disk.tear(feed)
      else feed.durable.push(...entries)
      feed.unsynced = []
    }
    if (this.#disk.full && pending.length) throw new AnvcsError('JOURNAL_UNWRITABLE')
  }

  /** What has to be written. */
  #accept(entries: readonly StoredEntry[]): readonly Pending[] {
    const pending = new Map<FeedId, Pending>()
    for (const { feed, seq, bytes } of entries) {
      if (bytes.length > maxStoredEntryBytes)
        throw new AnvcsError('ENTRY_INVALID', { message: 'The entry is too large.' })
      if (!this.#claim(feed, false)) throw new AnvcsError('FEED_LOCKED', { details: { feed } })
      const { durable } = this.#disk.feed(feed)
      let share = pending.get(feed)
      if (!share) pending.set(feed, (share = { feed, entries: [] }))
      const known = durable[seq] ?? share.entries[seq - durable.length]
      if (known && equalBytes(known, bytes)) continue
      if (seq !== durable.length + share.entries.length)
        throw new AnvcsError('ENTRY_INVALID', { details: { feed, seq } })
      share.entries.push(bytes.slice())
    }
    return [...pending.values()]
  }
}

function crashed(): AnvcsError {
  return new AnvcsError('ROOM_CLOSED', { message: 'The process of this store has crashed.' })
}
