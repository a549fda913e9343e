import type { FeedId } from '../../../src/contracts/ids.ts'
import { FeedFiles } from '../../../src/node/feed-files/feed-files.ts'
import { entryOf } from './entry-of.ts'

/** Creates two feeds, then makes 200 appends at once to each of them. Run with: directory, markers. */
const [directory, markers] = process.argv.slice(2) as [string, string]
const feeds = ['1', '2'].map((digit) => digit.repeat(32) as FeedId)
await using store = await FeedFiles.open({ directory, markers })
for (const feed of feeds) await store.append([entryOf(feed, 0)])
const appends = Array.from({ length: 200 }, (_, i) => feeds.map((feed) => store.append([entryOf(feed, i + 1)])))
await Promise.all(appends.flat())
