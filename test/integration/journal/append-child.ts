import { writeSync } from 'node:fs'
import type { FeedId } from '../../../src/contracts/ids.ts'
import { FeedFiles } from '../../../src/node/feed-files/feed-files.ts'
import { entryOf } from './entry-of.ts'

/**
 * Appends to two feeds without end, in batches of random size, and says on standard output what it begins (`begin N`) and
 * what was acknowledged (`ack N`, entries of the first feed). Run with: directory, markers, first feed, second feed.
 */
const [directory, markers, first, second] = process.argv.slice(2) as [string, string, FeedId, FeedId]
const store = await FeedFiles.open({ directory, markers })
if (!(await store.claim(first))) throw new Error('the feed is locked')
let length = await store.length(first)
let other = await store.length(second)
for (;;) {
  const count = 1 + Math.floor(Math.random() * 200)
  const batch = Array.from({ length: count }, (_, i) => entryOf(first, length + i))
  writeSync(1, `begin ${length + count}\n`)
  await Promise.all([store.append(batch), store.append([entryOf(second, other++)])])
  length += count
  writeSync(1, `ack ${length}\n`)
}
