import assert from 'node:assert/strict'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { FeedId } from '../../../src/contracts/ids.ts'
import type { StoredEntry } from '../../../src/contracts/feed-store.ts'
import { FaultCounters } from '../../../src/testing/fault-counters.ts'
import { SimClock } from '../../../src/testing/sim-clock.ts'
import { diskFaultKinds, SimDisk, type DiskFaults } from '../../../src/testing/sim-disk.ts'
import { SimFeedStore } from '../../../src/testing/sim-feed-store.ts'
import { SimRandom } from '../../../src/testing/sim-random.ts'
import { SimTrace } from '../../../src/testing/sim-trace.ts'
import { SimVault } from '../../../src/testing/sim-vault.ts'
import { calmDisk } from '../../../src/testing/swarm.ts'

const feed = 'f0'.repeat(16) as FeedId
const otherFeed = 'e1'.repeat(16) as FeedId

function entry(seq: number, of = feed): StoredEntry {
  return { feed: of, seq, bytes: new Uint8Array(40 + (seq % 7)).fill(seq) }
}

function world(seed: number, faults: Partial<DiskFaults> = {}) {
  const clock = new SimClock()
  const trace = new SimTrace(clock)
  const counters = new FaultCounters(diskFaultKinds, trace)
  const random = new SimRandom(seed)
  const disk = new SimDisk({ name: 'ann', clock, random, counters, faults: { ...calmDisk, ...faults } })
  /** Runs virtual time until a promise has settled. */
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    let done = false
    void promise.then(
      () => (done = true),
      () => (done = true),
    )
    assert.ok(await clock.runUntil(() => done, 3_600_000), 'does not settle within an hour')
    return promise
  }
  return { clock, trace, counters, random, disk, settled }
}

async function readAll(store: SimFeedStore, of = feed, fromSeq = 0): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = []
  for await (const one of store.read(of, fromSeq)) entries.push(one)
  return entries
}

describe('the simulated feed store', () => {
  it('shows entries when they are durable, and shares one flush among appends made meanwhile', async () => {
    const { clock, disk, settled } = world(1, { meanFlushMs: 10 })
    const store = await settled(SimFeedStore.open(disk.mount()))
    const first = store.append([entry(0)])
    const later = [1, 2, 3, 4].map((seq) => store.append([entry(seq)]))
    assert.equal(await store.length(feed), 0)
    await settled(first)
    assert.deepEqual(await readAll(store), [entry(0)])
    const ends = later.map(async (append) => {
      await append
      return clock.now()
    })
    const times = await settled(Promise.all(ends))
    assert.equal(new Set(times).size, 1)
    assert.deepEqual(await readAll(store, feed, 3), [entry(3), entry(4)])
    assert.deepEqual(await store.feeds(), [feed])
  })

  it('refuses a gap, and passes over what is there', async () => {
    const { disk, settled } = world(1)
    const store = await settled(SimFeedStore.open(disk.mount()))
    await settled(store.append([entry(0), entry(1)]))
    await assert.rejects(settled(store.append([entry(3)])), (error) => AnvcsError.is(error, 'INTERNAL'))
    await settled(store.append([entry(1), entry(2)]))
    assert.equal((await readAll(store)).length, 3)
  })

  it('keeps after a power cut what was acknowledged, a prefix of the rest and no half entry', async () => {
    const outcomes = new Set<number>()
    let torn = 0
    for (let seed = 0; seed < 60; seed++) {
      const { clock, counters, disk, settled } = world(seed, { meanFlushMs: 20 })
      const store = await settled(SimFeedStore.open(disk.mount()))
      await settled(store.append([entry(0), entry(1)]))
      let acknowledged = false
      void store.append([2, 3, 4].map((seq) => entry(seq))).then(() => (acknowledged = true))
      disk.cutPower()
      await clock.run(clock.now() + 60_000)
      assert.equal(acknowledged, false, 'a flush ended after the power cut')
      const again = await settled(SimFeedStore.open(disk.mount()))
      const found = await readAll(again)
      outcomes.add(found.length)
      assert.deepEqual(
        found,
        found.map((_, seq) => entry(seq)),
      )
      assert.ok(found.length >= 2 && found.length < 5)
      await settled(again.append([entry(found.length)]))
      disk.kill()
      const third = await settled(SimFeedStore.open(disk.mount()))
      assert.deepEqual(await readAll(third), [...found, entry(found.length)])
      torn += counters.of('torn record')
      assert.equal(counters.of('unsynced tail lost'), 1)
    }
    assert.deepEqual(
      [...outcomes].toSorted((a, b) => a - b),
      [2, 3, 4],
    )
    assert.ok(torn > 30, `${torn} torn records`)
  })

  it('keeps everything that was written when only the process is killed', async () => {
    const { disk, settled } = world(4)
    const store = await settled(SimFeedStore.open(disk.mount()))
    void store.append([entry(0), entry(1)])
    disk.kill()
    const again = await settled(SimFeedStore.open(disk.mount()))
    assert.deepEqual(await readAll(again), [entry(0), entry(1)])
  })

  it('writes nothing on a full disk, and goes on when there is space', async () => {
    const { counters, disk, settled } = world(5)
    const store = await settled(SimFeedStore.open(disk.mount()))
    await settled(store.append([entry(0)]))
    disk.setFull(true)
    await assert.rejects(store.append([entry(1)]), (error) => AnvcsError.is(error, 'DISK_FULL'))
    assert.equal(await store.length(feed), 1)
    disk.setFull(false)
    await settled(store.append([entry(1)]))
    assert.deepEqual(await readAll(store), [entry(0), entry(1)])
    assert.equal(counters.of('disk full'), 1)
  })

  it('lets a feed be resumed only after a clean close, and be claimed once', async () => {
    const { disk, settled } = world(6)
    const store = await settled(SimFeedStore.open(disk.mount()))
    assert.equal(await store.claim(feed, { resume: true }), true)
    assert.equal(await store.claim(feed), false)
    await settled(store.append([entry(0)]))
    await settled(store.close())
    disk.kill()
    const second = await settled(SimFeedStore.open(disk.mount()))
    assert.equal(await second.claim(feed, { resume: true }), true)
    await settled(second.append([entry(1)]))
    disk.kill()
    const third = await settled(SimFeedStore.open(disk.mount()))
    assert.equal(await third.claim(feed, { resume: true }), false)
    assert.equal(await third.claim(feed), true)
    await settled(third.append([entry(2), entry(0, otherFeed)]))
    assert.deepEqual(await readAll(third), [entry(0), entry(1), entry(2)])
    await settled(third.close())
    await settled(third.close())
  })

  it('closes on a full disk, and the feed is not resumed then', async () => {
    const { disk, settled } = world(7)
    const store = await settled(SimFeedStore.open(disk.mount()))
    await store.claim(feed)
    await settled(store.append([entry(0)]))
    disk.setFull(true)
    await settled(store.close())
    disk.kill()
    disk.setFull(false)
    const again = await settled(SimFeedStore.open(disk.mount()))
    assert.equal(await again.claim(feed, { resume: true }), false)
  })
})

describe('the simulated disk', () => {
  it('is slow sometimes', async () => {
    const { clock, counters, disk, settled } = world(8, { slowFlush: 1, slowFlushMs: 9000 })
    const mount = disk.mount()
    const start = clock.now()
    await settled(mount.flush())
    assert.ok(clock.now() - start >= 9000)
    assert.equal(counters.of('flush slow'), 1)
  })

  it('serves one process at a time', () => {
    const { disk } = world(9)
    const mount = disk.mount()
    assert.throws(
      () => disk.mount(),
      (error) => AnvcsError.is(error, 'INTERNAL'),
    )
    mount.close()
    disk.mount()
  })

  it('has the same faults for the same seed, every kind of them', async () => {
    const run = async (seed: number): Promise<{ digest: string; counts: ReadonlyMap<string, number> }> => {
      const faults = { meanFlushMs: 30, slowFlush: 0.2, slowFlushMs: 500, full: 0.05, fullMs: 300 }
      const { clock, trace, counters, random, disk } = world(seed, faults)
      let store: SimFeedStore | undefined
      void SimFeedStore.open(disk.mount()).then((opened) => (store = opened))
      for (let step = 0; step < 300; step++) {
        await clock.run(clock.now() + random.between(0, 60))
        if (store && random.chance(0.9)) {
          const seq = (await store.length(feed)) + 0
          void store.append([entry(seq), entry(seq + 1)]).catch((error: unknown) => trace.add(String(error)))
        } else if (random.chance(0.5)) {
          if (random.chance(0.5)) disk.cutPower()
          else disk.kill()
          store = undefined
          void SimFeedStore.open(disk.mount()).then((opened) => (store = opened))
        }
        trace.add(`length ${await store?.length(feed)}`)
      }
      return { digest: trace.digest, counts: counters.all }
    }
    const first = await run(11)
    assert.equal((await run(11)).digest, first.digest)
    assert.notEqual((await run(12)).digest, first.digest)
    for (const [kind, count] of first.counts) assert.ok(count > 0, `no ${kind}`)
  })
})

describe('the simulated vault', () => {
  it('holds after a crash the old keys or the new ones', async () => {
    const seen = new Set<number>()
    for (let seed = 0; seed < 40; seed++) {
      const { disk, settled } = world(seed)
      const vault = new SimVault(disk.mount())
      assert.equal(await settled(vault.load()), undefined)
      await settled(vault.save(Uint8Array.of(1, 1)))
      void vault.save(Uint8Array.of(2, 2))
      if (seed % 2) disk.kill()
      else disk.cutPower()
      const loaded = await settled(new SimVault(disk.mount()).load())
      seen.add(loaded![0]!)
      assert.ok(loaded!.length === 2 && loaded![0] === loaded![1])
    }
    assert.deepEqual(
      [...seen].toSorted((a, b) => a - b),
      [1, 2],
    )
  })
})
