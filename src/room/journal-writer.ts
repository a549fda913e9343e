import type { Clock } from '../contracts/clock.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { FeedStore, StoredEntry } from '../contracts/feed-store.ts'
import type { FeedId } from '../contracts/ids.ts'
import type { Entry } from '../journal/entry.ts'

export interface JournalWriterOptions {
  readonly store: FeedStore
  readonly clock: Clock
  /** Called before each write: operations that have gathered are sealed now. */
  readonly beforeWrite: () => void
  /** Entries have become durable, others' and ours: they can be sent. */
  readonly onDurable: (entries: readonly Entry[]) => void
  /** The store failed: what was not written is kept and tried again. */
  readonly onFailure: (error: unknown) => void
}

/** Somebody who waits for an entry. */
export interface DurableWait {
  readonly durable: () => void
  /** It could not be written this time; that is tried again all the same. */
  readonly failed: (error: Error) => void
}

interface Unwritten {
  readonly entry: Entry
  wait: DurableWait | undefined
}

const retryMs = 1000

/**
 * The only way of entries to disk, in the order in which they build on each other. While one write is under way, the next
 * one gathers.
 */
export class JournalWriter {
  readonly #options: JournalWriterOptions
  readonly #unwritten: Unwritten[] = []
  readonly #claimed = new Set<FeedId>()
  #running: Promise<void> | undefined
  #due = false
  #failure: Error | undefined
  #cancelRetry: () => void = () => {}
  #closed = false

  constructor(options: JournalWriterOptions) {
    this.#options = options
  }

  /** Queues an entry. Who waits is told once: when it is durable, or when the store first fails. */
  push(entry: Entry, wait?: DurableWait): void {
    this.#unwritten.push({ entry, wait })
    this.wake()
  }

  /** Something waits to be sealed or written. */
  wake(): void {
    this.#due = true
    if (this.#failure) return
    this.#running ??= Promise.resolve()
      .then(() => this.#run())
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#running = undefined
        if (this.#due) this.wake()
      })
  }

  /** Resolves when everything queued so far is durable. Rejects where the store fails; it is tried again all the same. */
  async flush(): Promise<void> {
    while (this.#due || this.#running) {
      if (this.#failure) throw this.#failure
      // A run that is ending looks at what is due by itself; to wake it once more each time would never end.
      if (!this.#running) this.wake()
      await this.#running
    }
  }

  /** Writes what waits, by a last try where the store has failed, and rests for good. Rejects where the store fails. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancelRetry()
    this.#failure = undefined
    await this.flush()
  }

  /** This process writes the feed already. */
  claimed(feed: FeedId): void {
    this.#claimed.add(feed)
  }

  async #run(): Promise<void> {
    while (this.#due) {
      this.#options.beforeWrite()
      this.#due = false
      const batch = [...this.#unwritten]
      if (!batch.length) return
      await this.#claim(batch)
      await this.#options.store.append(batch.map(({ entry }) => stored(entry)))
      this.#unwritten.splice(0, batch.length)
      this.#options.onDurable(batch.map(({ entry }) => entry))
      for (const { wait } of batch) wait?.durable()
    }
  }

  /** Other feeds have one writer on this machine, too: this process. */
  async #claim(batch: readonly Unwritten[]): Promise<void> {
    for (const feed of new Set(batch.map(({ entry }) => entry.feed))) {
      if (this.#claimed.has(feed)) continue
      if (!(await this.#options.store.claim(feed))) throw new AnvcsError('FEED_LOCKED', { details: { feed } })
      this.#claimed.add(feed)
    }
  }

  #failed(error: unknown): void {
    this.#failure = error instanceof Error ? error : new AnvcsError('INTERNAL', { cause: error })
    this.#due = true
    this.#options.onFailure(error)
    for (const unwritten of this.#unwritten) {
      unwritten.wait?.failed(this.#failure)
      unwritten.wait = undefined
    }
    if (this.#closed) return
    this.#cancelRetry = this.#options.clock.schedule(retryMs, () => {
      this.#failure = undefined
      this.wake()
    })
  }
}

function stored(entry: Entry): StoredEntry {
  return { feed: entry.feed, seq: entry.head.seq, bytes: entry.bytes }
}
