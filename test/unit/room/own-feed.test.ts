import assert from 'node:assert/strict'
import type { FeedId, RoomId } from '../../../src/contracts/ids.ts'
import { controlEpoch } from '../../../src/contracts/ids.ts'
import { FeedIndex } from '../../../src/journal/feed-index.ts'
import { decodeEntry, maxDependencies, type Entry } from '../../../src/journal/entry.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { hexBytes } from '../../../src/lib/bytes.ts'
import { nodeCrypto as crypto } from '../../../src/node/crypto.ts'
import { nodeDeflate as deflate } from '../../../src/node/deflate.ts'
import { JournalWriter } from '../../../src/room/journal-writer.ts'
import { RoomKeys } from '../../../src/room/keys.ts'
import { OwnFeed } from '../../../src/room/own-feed.ts'
import { MemoryFeedDisk } from '../../../src/testing/memory-feed-disk.ts'
import { MemoryFeedStore } from '../../../src/testing/memory-feed-store.ts'
import { SimClock } from '../../../src/testing/sim-clock.ts'

const feedNumber = (i: number) => i.toString(16).padStart(32, '0') as FeedId
const others = 3000
const feed = feedNumber(7)
/** The last one by id: a list that is cut off would leave it out. */
const admittedIn = 'ff'.repeat(16) as FeedId

function keysOfRoom(): RoomKeys {
  const keys = new RoomKeys(crypto, '11'.repeat(16) as RoomId)
  keys.add(new Uint8Array(32), [new Uint8Array(32).fill(1)])
  return keys
}

/** An index that knows the first entry of many feeds, and a feed that is written in it. */
function manyFeeds() {
  const index = new FeedIndex()
  const add = (of: FeedId, seq: number) => {
    const id = crypto.sha256(hexBytes(of), Uint8Array.of(seq)).reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '') // prettier-ignore
    const head = { seq, deps: [], lamport: 1 + seq, timeMs: 0, firstOperation: 0 }
    index.add({ feed: of, id, head } as unknown as Entry, 0)
  }
  const feeds = [...Array.from({ length: others }, (_, i) => feedNumber(i + 100)), admittedIn]
  for (const each of feeds) add(each, 0)
  const entries: Entry[] = []
  const clock = new SimClock()
  const writer = new JournalWriter({
    store: new MemoryFeedStore(new MemoryFeedDisk(new SeededRandom(1))),
    clock,
    beforeWrite: () => own.sealOperations(),
    onDurable: (durable) => entries.push(...durable),
    onFailure: (error) => assert.fail(String(error)),
  })
  const keys = keysOfRoom()
  const signingSeed = new Uint8Array(32)
  const own = new OwnFeed({ crypto, deflate, clock, index, keys, writer, feed, admittedIn, signingSeed })
  const type = () =>
    own.operation(
      { ref: { basePath: 'a' }, update: Uint8Array.of(0, 0) },
      { feed, number: own.nextOperation, lamport: 0, type: 'text', update: Uint8Array.of(0, 0), clock: 0 },
    )
  return { index, feeds, entries, writer, own, add, type }
}

describe('the feed of a device in a room of thousands of feeds', () => {
  it('is opened on top of the admission of its member', async () => {
    const { own, index } = manyFeeds()
    const opening = await own.write([1], () => undefined, controlEpoch)
    assert.equal(opening.head.deps.length, maxDependencies)
    assert.equal(index.pastOfNext(opening).get(admittedIn), 1)
    assert.ok(decodeEntry(crypto, opening.bytes), 'what it builds on is sorted')
  })

  it('has with each operation everything in its causal past that was known when it was made', async () => {
    const { own, index, feeds, entries, writer, add, type } = manyFeeds()
    await own.write([1], () => undefined, controlEpoch)
    for (let round = 0; round < 3; round++) {
      if (round) for (const each of feeds) add(each, round)
      type()
      await writer.flush()
      const last = entries.at(-1)!
      const past = index.past(feed, last.head.seq)
      assert.deepEqual(
        feeds.filter((each) => past.get(each) !== round + 1),
        [],
      )
      assert.equal(index.operationsIn(feed, last.head.seq + 1), round + 1)
    }
    for (const entry of entries) assert.ok(entry.head.deps.length <= maxDependencies)
    assert.deepEqual(
      entries.map(({ head }) => head.seq),
      entries.map((_, seq) => seq),
    )
  })

  it('names nothing twice', async () => {
    const { own, entries, writer, type } = manyFeeds()
    await own.write([1], () => undefined, controlEpoch)
    type()
    await writer.flush()
    const { length } = entries
    type()
    await writer.flush()
    assert.equal(entries.length, length + 1)
    assert.deepEqual(entries.at(-1)!.head.deps, [])
    assert.equal(new Set(entries.flatMap(({ head }) => head.deps.map((dep) => dep.feed))).size, others + 1)
  })
})
