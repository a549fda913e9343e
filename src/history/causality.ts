import type { FeedId } from '../contracts/ids.ts'

/** Lengths of feeds: of each, all entries before that number. */
export type Past = ReadonlyMap<FeedId, number>

/** What the rules ask of the journal: which entries lie in the causal past of which. */
export interface Causality {
  /** The causal past of an entry, without itself; everything that is here for the next entry of the own feed. */
  past(feed: FeedId, seq: number): Past
  /** Number of operations in the first `length` entries of a feed. */
  operationsIn(feed: FeedId, length: number): number
  /** The entry that holds an operation; the next one of its feed for an operation that is not sealed yet. */
  entryOf(feed: FeedId, operation: number): number
  /** When the author of an entry says that it was written; for one that is not sealed yet, later than all. */
  timeMs(feed: FeedId, seq: number): number
  /** How many entries of a feed are older than a time, by the clock of their author. */
  lengthAt(feed: FeedId, timeMs: number): number
  /** The length of each feed. */
  positions(): readonly { readonly feed: FeedId; readonly length: number }[]
}
