import assert from 'node:assert/strict'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FeedId } from '../../../src/contracts/ids.ts'
import { equalBytes } from '../../../src/lib/bytes.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { FeedFiles } from '../../../src/node/feed-files/feed-files.ts'
import { entryOf } from './entry-of.ts'
import { restore, VolatileDisk } from './volatile-disk.ts'

const feed = '3'.repeat(32) as FeedId
const cuts = 20
const batches = 60

/** The disk at the moment of the cut, and what had been promised and begun by then. */
interface Cut {
  readonly files: ReadonlyMap<string, Buffer>
  readonly acknowledged: number
  readonly begun: number
}

describe('a machine whose power is cut while its journal is written', function () {
  this.timeout(60_000)
  let root: string

  beforeEach(async () => (root = await realpath(await mkdtemp(join(tmpdir(), 'anvcs-power-')))))
  afterEach(() => rm(root, { recursive: true }))

  const openStore = (at: string): Promise<FeedFiles> =>
    FeedFiles.open({ directory: join(at, 'feeds'), markers: join(at, 'markers') })

  /** Writes a journal over several segments, and cuts the power at random steps of it. */
  async function written(random: SeededRandom, disk: VolatileDisk): Promise<readonly Cut[]> {
    const taken: Cut[] = []
    let [acknowledged, begun] = [0, 0]
    disk.onStep = () => {
      if (taken.length < cuts && random.chance(0.08)) taken.push({ files: disk.cut(random), acknowledged, begun })
    }
    const store = await openStore(join(root, 'whole'))
    assert.ok(await store.claim(feed))
    for (let batch = 0; batch < batches || taken.length < cuts; batch++) {
      const entries = Array.from({ length: 1 + random.below(40) }, (_, i) => entryOf(feed, begun + i))
      begun += entries.length
      await store.append(entries)
      acknowledged = begun
    }
    disk.onStep = () => {}
    await store.close()
    return taken
  }

  it(`has all that was acknowledged, and a prefix of the rest, ${cuts} times`, async () => {
    const random = new SeededRandom(7)
    const disk = await VolatileDisk.watch(root)
    const taken = await written(random, disk).finally(() => disk.stop())
    assert.equal(taken.length, cuts)
    let torn = 0
    for (const [number, { files, acknowledged, begun }] of taken.entries()) {
      const at = join(root, String(number), 'whole')
      // A lock of the boot before counts for nothing; it may be there or not.
      restore(join(root, String(number)), new Map([...files].filter(([name]) => !name.includes('writer.'))))
      await using store = await openStore(at)
      let found = 0
      for await (const { bytes } of store.read(feed)) assert.ok(equalBytes(bytes, entryOf(feed, found++).bytes))
      assert.ok(found >= acknowledged, `cut ${number}: ${acknowledged} acknowledged, ${found} found`)
      assert.ok(found <= begun, `cut ${number}: ${begun} begun, ${found} found`)
      if (found < begun) torn++
      await store.append([entryOf(feed, found)])
      await using again = await openStore(at)
      assert.equal(await again.length(feed), found + 1)
    }
    assert.ok(torn >= 5, `${torn} cuts came amid a batch`)
    assert.ok(taken.at(-1)!.acknowledged > 1000)
  })
})
