import assert from 'node:assert/strict'
import type { FeedId } from '../../../src/contracts/ids.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { feedStoreSuite } from '../../../src/testing/feed-store-suite.ts'
import { MemoryFeedDisk } from '../../../src/testing/memory-feed-disk.ts'
import { MemoryFeedStore } from '../../../src/testing/memory-feed-store.ts'

feedStoreSuite(
  'MemoryFeedStore',
  async () => {
    const disk = new MemoryFeedDisk(new SeededRandom(7))
    return {
      open: async () => new MemoryFeedStore(disk),
      crash: async (store) => (store as MemoryFeedStore).crash(),
      setFull: async (full) => {
        disk.full = full
      },
      remove: async () => undefined,
    }
  },
  { crash: true, setFull: true },
)

describe('a power cut of a simulated machine', () => {
  const feed = 'a'.repeat(32) as FeedId
  const entries = Array.from({ length: 6 }, (_, seq) => ({ feed, seq, bytes: Uint8Array.of(seq) }))

  /** How many of four unsynced entries survive behind two durable ones. */
  async function survivors(seed: number): Promise<number> {
    const disk = new MemoryFeedDisk(new SeededRandom(seed))
    let finish = (): void => undefined
    let hold = false
    const store = new MemoryFeedStore(disk, () =>
      hold ? new Promise((resolve) => (finish = resolve)) : Promise.resolve(),
    )
    await store.append(entries.slice(0, 2))
    hold = true
    const lost = store.append(entries.slice(2))
    await new Promise(setImmediate)
    disk.crash()
    finish()
    await assert.rejects(lost, { code: 'ROOM_CLOSED' })
    return (await new MemoryFeedStore(disk).length(feed)) - 2
  }

  it('keeps any number of the unsynced entries, as its seed says', async () => {
    const counts = await Promise.all(Array.from({ length: 60 }, (_, seed) => survivors(seed)))
    assert.deepEqual(new Set(counts), new Set([0, 1, 2, 3, 4]))
    assert.equal(await survivors(3), counts[3])
  })
})
