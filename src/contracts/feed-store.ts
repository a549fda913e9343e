import type { FeedId } from './ids.ts'

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
   * Takes the writer's lock of a feed. False where another process holds it, or where an earlier writer did not close
   * the feed cleanly and `resume` was asked: then the caller starts a new run.
   */
  claim(feed: FeedId, options?: { readonly resume?: boolean }): Promise<boolean>
  /** Closes a claimed feed cleanly, so that a later run may resume it. */
  release(feed: FeedId): Promise<void>
  /** Appends entries in order. Resolves when all are durable; calls made meanwhile share one flush. */
  append(entries: readonly StoredEntry[]): Promise<void>
  /** Entries from `fromSeq` on, in order, as many as are durable when they are asked for. */
  read(feed: FeedId, fromSeq?: number): AsyncIterable<StoredEntry>
  close(): Promise<void>
}
