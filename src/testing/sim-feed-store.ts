import { AnvcsError } from '../contracts/errors.ts'
import type { FeedStore, StoredEntry } from '../contracts/feed-store.ts'
import type { FeedId } from '../contracts/ids.ts'
import { concat } from '../lib/bytes.ts'
import type { FileWrite, SimMount } from './sim-disk.ts'
import { recordWrite, recoverRecords } from './sim-records.ts'

const prefix = 'feeds/'
/** What a record of a feed's file is, by its first byte. */
const entryMark = 0
const closeMark = 1

interface StoredFeed {
  /** Durable entries. */
  readonly entries: Uint8Array[]
  /** Entries written, durable or not. */
  written: number
  closedCleanly: boolean
}

/** Feeds on a simulated disk: one file for each, a record for each entry, and a mark where a writer closed it cleanly. */
export class SimFeedStore implements FeedStore {
  readonly #mount: SimMount
  readonly #feeds: Map<FeedId, StoredFeed>
  readonly #claimed = new Set<FeedId>()
  #open = true

  private constructor(mount: SimMount, feeds: Map<FeedId, StoredFeed>) {
    this.#mount = mount
    this.#feeds = feeds
  }

  /** Reads what the last process has left, without its torn tail. */
  static async open(mount: SimMount): Promise<SimFeedStore> {
    const feeds = new Map<FeedId, StoredFeed>()
    for (const name of mount.names(prefix)) {
      const records = await recoverRecords(mount, name)
      const entries = records.filter((record) => record[0] === entryMark).map((record) => record.slice(1))
      const closedCleanly = records.at(-1)?.[0] === closeMark
      feeds.set(name.slice(prefix.length) as FeedId, { entries, written: entries.length, closedCleanly })
    }
    return new SimFeedStore(mount, feeds)
  }

  feeds(): Promise<readonly FeedId[]> {
    return Promise.resolve([...this.#feeds].flatMap(([feed, { entries }]) => (entries.length ? [feed] : [])))
  }

  length(feed: FeedId): Promise<number> {
    return Promise.resolve(this.#feeds.get(feed)?.entries.length ?? 0)
  }

  claim(feed: FeedId, options: { readonly resume?: boolean } = {}): Promise<boolean> {
    const known = this.#feeds.get(feed)
    if (options.resume && known?.written && !known.closedCleanly) return Promise.resolve(false)
    const taken = this.#mount.lock(feed)
    if (taken) this.#claimed.add(feed)
    return Promise.resolve(taken)
  }

  async release(feed: FeedId): Promise<void> {
    if (!this.#claimed.has(feed)) return
    try {
      this.#mount.append([recordWrite(prefix + feed, Uint8Array.of(closeMark))])
      await this.#mount.flush()
      this.#feedOf(feed).closedCleanly = true
    } finally {
      this.#claimed.delete(feed)
      this.#mount.unlock(feed)
    }
  }

  async append(entries: readonly StoredEntry[]): Promise<void> {
    if (!this.#open) throw new AnvcsError('ROOM_CLOSED')
    const next = new Map<FeedId, number>()
    const writes: FileWrite[] = []
    for (const { feed, seq, bytes } of entries) {
      const expected = next.get(feed) ?? this.#feeds.get(feed)?.written ?? 0
      if (seq < (this.#feeds.get(feed)?.entries.length ?? 0)) continue
      if (seq !== expected)
        throw new AnvcsError('INTERNAL', { message: `entry ${seq} is appended where ${expected} follows` })
      next.set(feed, seq + 1)
      writes.push(recordWrite(prefix + feed, concat(Uint8Array.of(entryMark), bytes)))
    }
    this.#mount.append(writes)
    for (const [feed, written] of next) Object.assign(this.#feedOf(feed), { written, closedCleanly: false })
    await this.#mount.flush()
    for (const { feed, seq, bytes } of entries) {
      const known = this.#feedOf(feed).entries
      if (seq === known.length) known.push(bytes.slice())
    }
  }

  async *read(feed: FeedId, fromSeq = 0): AsyncIterable<StoredEntry> {
    const entries = this.#feeds.get(feed)?.entries ?? []
    const { length } = entries
    for (let seq = fromSeq; seq < length; seq++) yield await Promise.resolve({ feed, seq, bytes: entries[seq]! })
  }

  async close(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    // Where the disk has no room for the mark the feed is not resumed later: the next process begins another.
    await Promise.allSettled([...this.#claimed].map((feed) => this.release(feed)))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #feedOf(feed: FeedId): StoredFeed {
    let known = this.#feeds.get(feed)
    if (!known) this.#feeds.set(feed, (known = { entries: [], written: 0, closedCleanly: false }))
    return known
  }
}
