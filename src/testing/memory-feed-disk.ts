import type { FeedId } from '../contracts/ids.ts'
import type { SeededRandom } from '../lib/seeded-random.ts'

/** One feed on a simulated disk. */
export interface MemoryFeed {
  /** Entries that survive whatever happens. */
  readonly durable: Uint8Array[]
  /** Written behind them but not synced: what becomes of these is open. */
  unsynced: readonly Uint8Array[]
  /** Who holds the writer's lock. */
  writer: object | undefined
  /** May its author go on? Not while one writes, and not after a crash or another writer. */
  resumable: boolean
}

/** The disk of a simulated machine, shared by the stores of its processes. What happens to unsynced entries comes from a seed. */
export class MemoryFeedDisk {
  readonly feeds = new Map<FeedId, MemoryFeed>()
  /** While it is full no write succeeds, though some of its entries may get there. */
  full = false
  readonly #random: SeededRandom

  constructor(random: SeededRandom) {
    this.#random = random
  }

  /** The feed, made if there is none. */
  feed(id: FeedId): MemoryFeed {
    let feed = this.feeds.get(id)
    if (!feed) {
      feed = { durable: [], unsynced: [], writer: undefined, resumable: true }
      this.feeds.set(id, feed)
    }
    return feed
  }

  /** Loses the end of what is unsynced, an entry that is cut off included: any number of entries before it is kept. */
  tear(feed: MemoryFeed): void {
    feed.durable.push(...feed.unsynced.slice(0, this.#random.below(feed.unsynced.length + 1)))
    feed.unsynced = []
  }

  /** The process that holds these feeds dies, or with `undefined` all do: a power cut. */
  crash(writer?: object): void {
    for (const feed of this.feeds.values()) {
      if (feed.writer === undefined || (writer !== undefined && feed.writer !== writer)) continue
      this.tear(feed)
      feed.writer = undefined
      feed.resumable = false
    }
  }
}
