import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoredEntry } from '../../../src/contracts/feed-store.ts'
import type { FeedId } from '../../../src/contracts/ids.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { FeedFiles } from '../../../src/node/feed-files/feed-files.ts'

const feed = 'a'.repeat(32) as FeedId
const sizeBytes = 110
const frameBytes = 16 + sizeBytes
const kinds = ['truncate', 'zero', 'garbage', 'hole'] as const

describe('a live segment with a torn end', function () {
  this.timeout(120_000)
  let root: string
  let path: string

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'anvcs-torn-'))
    path = join(root, 'feeds', feed, '0.seg')
  })
  afterEach(() => rm(root, { recursive: true }))

  const openStore = (): Promise<FeedFiles> =>
    FeedFiles.open({ directory: join(root, 'feeds'), markers: join(root, 'markers') })

  it('is a valid prefix, whatever happened at every fourth byte, and can be gone on with', async () => {
    const entries = entriesOf(0, 40)
    const more = entriesOf(40, 2)
    {
      await using store = await openStore()
      await store.append(entries)
    }
    const whole = await readFile(path)
    const end = whole.findLastIndex((byte) => byte !== 0) + 1
    const random = new SeededRandom(5)
    const reached = new Set<number>()
    let cases = 0
    for (let at = 0; at < end + 26; at += 4)
      for (const kind of kinds) {
        await rm(join(root, 'feeds', feed), { recursive: true })
        await mkdir(join(root, 'feeds', feed))
        await writeFile(path, damaged(whole, kind, at, random))
        await using store = await openStore()
        const found = await readAll(store)
        assert.deepEqual(found, entries.slice(0, found.length), `${kind} at ${at}`)
        assert.ok((found.length + 2) * frameBytes >= Math.min(at, end), `${kind} at ${at}: ${found.length}`)
        reached.add(found.length)
        cases++
        if (at % 460) continue
        await store.append([...entries.slice(found.length), ...more])
        await using reader = await openStore()
        assert.deepEqual(await readAll(reader), [...entries, ...more])
      }
    assert.equal(reached.size, 41)
    assert.ok(cases >= 5000, `${cases} cases`)
  })
})

function damaged(whole: Buffer, kind: (typeof kinds)[number], at: number, random: SeededRandom): Buffer {
  if (kind === 'truncate') return whole.subarray(0, at)
  const bytes = Buffer.from(whole)
  if (kind === 'zero') bytes.fill(0, at)
  else if (kind === 'hole') bytes.fill(0, at, at + 64)
  else bytes.set(random.bytes(Math.min(200, bytes.length - at)), at)
  return bytes
}

function entriesOf(from: number, count: number): StoredEntry[] {
  return Array.from({ length: count }, (_, i) => ({
    feed,
    seq: from + i,
    bytes: new SeededRandom(from + i).bytes(sizeBytes),
  }))
}

async function readAll(store: FeedFiles): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = []
  for await (const entry of store.read(feed)) entries.push(entry)
  return entries
}
