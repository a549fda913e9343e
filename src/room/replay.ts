import type { FeedStore, StoredEntry } from '../contracts/feed-store.ts'
import type { FeedId } from '../contracts/ids.ts'
import type { Replica } from './replica.ts'

const batchEntries = 1000

/**
 * Reads the journal in batches, feed by feed, and no further in a feed whose entries wait for those of others, unless all
 * do: an entry may wait for the signature of a later one of its feed.
 */
export async function* replayJournal(store: FeedStore, replica: Replica): AsyncGenerator<readonly StoredEntry[]> {
  const readers = new Map<FeedId, AsyncIterator<StoredEntry>>()
  for (const feed of await store.feeds()) readers.set(feed, store.read(feed)[Symbol.asyncIterator]())
  for (let progress = true, isStuck = false; (progress || !isStuck) && readers.size;) {
    isStuck = !progress
    progress = false
    for (const [feed, reader] of readers) {
      if (replica.waiting.has(feed) && !isStuck) continue
      const batch = await take(reader)
      if (batch.length < batchEntries) readers.delete(feed)
      if (!batch.length) continue
      progress = true
      yield batch
    }
  }
}

async function take(reader: AsyncIterator<StoredEntry>): Promise<readonly StoredEntry[]> {
  const batch: StoredEntry[] = []
  while (batch.length < batchEntries) {
    const next = await reader.next()
    if (next.done) break
    batch.push(next.value)
  }
  return batch
}
