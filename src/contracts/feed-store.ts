import type { FeedId } from './ids.ts'

/** No entry is larger. */
export const maxStoredEntryBytes = 1 << 20

/** One entry as it lies in its feed: the received bytes, untouched. */
export interface StoredEntry {
  readonly feed: FeedId
  /** Position in the feed, from 0 without gaps. */
  readonly seq: number
  readonly bytes: Uint8Array
}

/**
 * Durable, append-only feeds of one room. One process writes a feed at a time; any process may read.
 * What `append` has acknowledged survives a kill and a power cut, in order and without gaps.
 */
export interface FeedStore extends AsyncDisposable {
  /** Feeds that hold at least one entry. */
  feeds(): Promise<readonly FeedId[]>
  /** Number of entries of a feed that are durable (0 for an unknown feed). */
  length(feed: FeedId): Promise<number>
  /**
   * Takes the writer's lock of a feed; true where this store has it already. False where another process holds it.
   *
   * `resume` is for the author of the feed: it is also false unless the feed is new on this machine or its author released
   * it here and nobody has written it since; then the author starts a new run. Without `resume` one keeps entries of
   * others: what an interrupted writer left half written is dropped.
   */
  claim(feed: FeedId, options?: { readonly resume?: boolean }): Promise<boolean>
  /** Gives the lock back; the author of the feed can resume it later. Nothing happens for a feed that is not claimed. */
  release(feed: FeedId): Promise<void>
  /**
   * Appends entries in order, and claims (without `resume`) the feeds that are not claimed yet. Resolves when all are
   * durable; calls made meanwhile share one flush. An entry that is there already with the same bytes is passed over, so
   * that a call that failed can be repeated whole.
   *
   * Rejects with FEED_LOCKED (another process writes the feed), ENTRY_INVALID (too large, a gap, or other bytes at this
   * place) or JOURNAL_UNWRITABLE (a full disk, say): then nothing of the call is acknowledged, though parts may be there.
   */
  append(entries: readonly StoredEntry[]): Promise<void>
  /**
   * Entries from `fromSeq` on, in order, as many as are durable when they are asked for. Throws FEED_CORRUPT at the first
   * entry that was durable and cannot be read any more.
   */
  read(feed: FeedId, fromSeq?: number): AsyncIterable<StoredEntry>
  /** Finishes what is under way, releases all feeds. Idempotent; whatever is asked for later rejects with ROOM_CLOSED. */
  close(): Promise<void>
}
