import type { StoredEntry } from '../../../src/contracts/feed-store.ts'
import type { FeedId } from '../../../src/contracts/ids.ts'

/** The only content that an entry of these tests may have: it follows from feed and seq. */
export function entryOf(feed: FeedId, seq: number): StoredEntry {
  const start = seq * 31 + feed.charCodeAt(0)
  return { feed, seq, bytes: Uint8Array.from({ length: 60 + (seq % 180) }, (_, at) => start + at) }
}
