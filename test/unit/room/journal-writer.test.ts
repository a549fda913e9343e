import assert from 'node:assert/strict'
import type { Entry } from '../../../src/journal/entry.ts'
import type { FeedId } from '../../../src/contracts/ids.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { JournalWriter } from '../../../src/room/journal-writer.ts'
import { MemoryFeedDisk } from '../../../src/testing/memory-feed-disk.ts'
import { MemoryFeedStore } from '../../../src/testing/memory-feed-store.ts'
import { SimClock } from '../../../src/testing/sim-clock.ts'
import { until } from '../../support/until.ts'

const feed = 'ab'.repeat(16) as FeedId
const entry = (seq: number) => ({ feed, head: { seq }, bytes: Uint8Array.of(seq) }) as unknown as Entry

describe('the writer of the journal', () => {
  it('comes to rest whenever others wait for it, too', async () => {
    // Waiting comes in at every moment of a write; one that wakes the writer at the wrong one kept it busy for ever.
    for (let ticks = 0; ticks < 12; ticks++) {
      let writes = 0
      const writer = new JournalWriter({
        store: new MemoryFeedStore(new MemoryFeedDisk(new SeededRandom(1))),
        clock: new SimClock(),
        beforeWrite: () => assert.ok(++writes < 1000, `the writer does not rest (${ticks} ticks)`),
        onDurable: () => undefined,
        onFailure: (error) => assert.fail(String(error)),
      })
      writer.push(entry(0))
      const flushed = [writer.flush()]
      for (let i = 0; i < 20; i++) {
        for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
        writer.wake()
        flushed.push(writer.flush())
      }
      await Promise.all(flushed)
    }
  })

  it('tells of entries only when they are durable, and never of those that could not be written', async () => {
    const told: number[] = []
    const disk = new MemoryFeedDisk(new SeededRandom(1))
    let ends: (() => void) | undefined
    const store = new MemoryFeedStore(disk, () => new Promise((resolve) => (ends = resolve)))
    const clock = new SimClock()
    const writer = new JournalWriter({
      store,
      clock,
      beforeWrite: () => undefined,
      onDurable: (entries) => told.push(...entries.map(({ head }) => head.seq)),
      onFailure: () => undefined,
    })
    const waits: string[] = []
    const waiting = { durable: () => waits.push('durable'), failed: () => waits.push('failed') }
    writer.push(entry(0), waiting)
    await until(() => ends !== undefined)
    assert.deepEqual([told, waits], [[], []])
    ends!()
    await until(() => waits.length > 0)
    assert.deepEqual([told, waits], [[0], ['durable']])
    ends = undefined
    disk.full = true
    writer.push(entry(1), waiting)
    await until(() => ends !== undefined)
    ends!()
    await until(() => waits.length > 1)
    assert.deepEqual([told, waits], [[0], ['durable', 'failed']])
    disk.full = false
    ends = undefined
    await clock.run(clock.now() + 2000)
    await until(() => ends !== undefined)
    assert.deepEqual(told, [0])
    ends!()
    await until(() => told.length > 1)
    assert.deepEqual(told, [0, 1])
  })
})
