import assert from 'node:assert/strict'
import { cp, mkdtemp, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AnvcsError } from '../../../../src/contracts/errors.ts'
import type { StoredEntry } from '../../../../src/contracts/feed-store.ts'
import type { FeedId } from '../../../../src/contracts/ids.ts'
import { SeededRandom } from '../../../../src/lib/seeded-random.ts'
import { FeedFiles } from '../../../../src/node/feed-files/feed-files.ts'

const feed = 'a'.repeat(32) as FeedId
const other = 'b'.repeat(32) as FeedId

describe('feeds on disk', () => {
  let root: string

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'anvcs-damage-'))
  })
  afterEach(() => rm(root, { recursive: true }))

  const openStore = (): Promise<FeedFiles> =>
    FeedFiles.open({ directory: join(root, 'feeds'), markers: join(root, 'markers') })
  const pathOf = (name: string, of: FeedId = feed): string => join(root, 'feeds', of, name)

  /** Writes a feed and closes the store. */
  async function write(count: number, sizeBytes: number, to: FeedId = feed): Promise<readonly StoredEntry[]> {
    await using store = await openStore()
    const entries = entriesOf(to, 0, count, sizeBytes)
    await store.append(entries)
    return entries
  }

  it('span several segments, of which all but the last are closed', async () => {
    const entries = await write(900, 400)
    const names = (await readdir(join(root, 'feeds', feed))).filter((name) => !name.startsWith('writer'))
    assert.equal(names.filter((name) => name.endsWith('.closed')).length, 2)
    assert.equal(names.filter((name) => name.endsWith('.seg')).length, 1)
    assert.equal((await stat(pathOf('0.closed'))).size <= 64 * 1024, true)
    await using store = await openStore()
    assert.deepEqual(await readAll(store), entries)
    for (const from of [0, 100, 156, 157, 500, 899]) assert.deepEqual(await readAll(store, from), entries.slice(from))
  })

  it('tell of a flipped bit in a closed segment, and take what comes after it again once they are mended', async () => {
    const entries = await write(900, 400)
    const file = await open(pathOf('0.closed'), 'r+')
    const byte = Buffer.alloc(1)
    await file.read(byte, 0, 1, 30_000)
    await file.write(Buffer.of(byte[0]! ^ 16), 0, 1, 30_000)
    await file.close()
    await using store = await openStore()
    assert.equal(await store.length(feed), 900)
    const found: StoredEntry[] = []
    for (let again = 0; again < 2; again++) {
      found.length = 0
      await assert.rejects(async () => {
        for await (const entry of store.read(feed)) found.push(entry)
      }, isCorrupt)
    }
    assert.ok(found.length > 60 && found.length < 90)
    assert.deepEqual(await store.mend(), [{ feed, seq: found.length }])
    assert.equal(await store.length(feed), found.length)
    assert.deepEqual(await readAll(store), entries.slice(0, found.length))
    const corrupt = (await readdir(join(root, 'feeds', feed))).filter((name) => name.endsWith('.corrupt'))
    assert.equal(corrupt.length, 3)
    await store.append(entries.slice(found.length))
    assert.deepEqual(await readAll(store), entries)
  })

  it('find every flipped bit of a closed segment, wherever it is', async () => {
    const entries = await write(300, 400)
    const whole = await readFile(pathOf('0.closed'))
    // Another process writes the feed, so that nothing is set aside here.
    await using writer = await openStore()
    await writer.claim(feed)
    for (let at = 0; at < whole.length; at += 1999) {
      const bytes = Buffer.from(whole)
      bytes[at]! ^= 1 << (at % 8)
      await writeFile(pathOf('0.closed'), bytes)
      await using reader = await openStore()
      const found: StoredEntry[] = []
      const read = async (): Promise<void> => {
        for await (const entry of reader.read(feed)) found.push(entry)
      }
      if (at < 60_000) await assert.rejects(read, isCorrupt, `bit at ${at}`)
      else await read().catch((error: unknown) => assert.ok(isCorrupt(error)))
      assert.deepEqual(found, entries.slice(0, found.length))
    }
  })

  it('lose nothing where only the footer of the last closed segment is damaged', async () => {
    const entries = await write(300, 400)
    const bytes = await readFile(pathOf('0.closed'))
    bytes[bytes.length - 30]! ^= 1
    await writeFile(pathOf('0.closed'), bytes)
    await using store = await openStore()
    assert.equal(await store.claim(feed), true)
    assert.deepEqual(await readAll(store), entries)
    await store.append(entriesOf(feed, 300, 300, 400))
    assert.deepEqual(await readAll(await openStore()), [...entries, ...entriesOf(feed, 300, 300, 400)])
  })

  it('go on where a writer died while it closed a segment', async () => {
    const entries = await write(300, 400)
    const next = (await readdir(join(root, 'feeds', feed))).find((name) => name.endsWith('.seg'))!
    const count = Number(next.split('.')[0])
    await rm(pathOf(next))
    await forgetLock()
    await rename(pathOf('0.closed'), pathOf('0.seg'))
    await using store = await openStore()
    assert.deepEqual(await readAll(store), entries.slice(0, count))
    await store.append(entries.slice(count))
    assert.deepEqual(await readAll(store), entries)
  })

  it('do not take the segment of another feed, or of another place, for theirs', async () => {
    await write(300, 400)
    await write(300, 300, other)
    await cp(pathOf('0.closed', other), pathOf('0.closed'))
    await using store = await openStore()
    await assert.rejects(readAll(store), isCorrupt)
  })

  it('tell of a live segment that holds less than a killed writer has acknowledged, and keep it beside when mended', async () => {
    const entries = await write(20, 110)
    const dying = await openStore()
    await dying.append(entriesOf(feed, 20, 1, 110))
    const bytes = await readFile(pathOf('0.seg'))
    bytes[1000]! ^= 1
    await writeFile(pathOf('0.seg'), bytes)
    // Its process is gone: the same boot, another start.
    const lock = pathOf(await lockName())
    await writeFile(lock, (await readFile(lock, 'latin1')).replace(/"start":"\d+"/, '"start":"1"'), 'latin1')
    await using next = await openStore()
    await assert.rejects(next.claim(feed), isCorrupt)
    await assert.rejects(readAll(next), isCorrupt)
    assert.deepEqual(await readFile(pathOf('0.seg')), bytes)
    const [damage] = await next.mend()
    assert.ok(damage!.seq > 3 && damage!.seq < 10)
    assert.deepEqual(await readFile(pathOf('0.seg.corrupt')), bytes)
    assert.deepEqual(await readAll(next), entries.slice(0, damage!.seq))
    await next.append(entries)
    assert.deepEqual(await readAll(next), entries)
    await dying.close()
  })

  for (const [what, harm] of [
    ['two bytes of an entry', (bytes: Buffer) => bytes.write('xx', 900)],
    ['its head', (bytes: Buffer) => bytes.write('x', 20)],
    ['the end of what was written', (bytes: Buffer) => bytes.fill(0, 2000)],
  ] as const)
    it(`tell of damage to a live segment that was left in order: ${what}`, async () => {
      const entries = await write(20, 110)
      const bytes = await readFile(pathOf('0.seg'))
      harm(bytes)
      await writeFile(pathOf('0.seg'), bytes)
      for (let again = 0; again < 2; again++) {
        await using store = await openStore()
        assert.deepEqual(await store.feeds(), [feed])
        await assert.rejects(readAll(store), isCorrupt)
        await assert.rejects(store.append(entries.slice(0, 1)), isCorrupt)
      }
      await using store = await openStore()
      const [damage] = await store.mend()
      assert.deepEqual(await readFile(pathOf('0.seg.corrupt')), bytes)
      assert.deepEqual(await store.damages(), [])
      assert.deepEqual(await readAll(store), entries.slice(0, damage!.seq))
      await store.append(entries)
      assert.deepEqual(await readAll(store), entries)
    })

  it('end in silence at a torn end that a power cut has left, whatever the lock holds', async () => {
    const entries = await write(20, 110)
    const bytes = await readFile(pathOf('0.seg'))
    await writeFile(pathOf('0.seg'), bytes.fill(0, 2000))
    await writeFile(pathOf(await lockName()), '')
    await using store = await openStore()
    const found = await readAll(store)
    assert.ok(found.length > 10 && found.length < 20)
    await store.append(entries)
    assert.deepEqual(await readAll(store), entries)
  })

  describe('and their author', () => {
    async function author(count: number): Promise<void> {
      await using store = await openStore()
      assert.equal(await store.claim(feed, { resume: true }), true)
      const length = await store.length(feed)
      await store.append(entriesOf(feed, length, count, 300))
    }
    async function canResume(): Promise<boolean> {
      const store = await openStore()
      const can = await store.claim(feed, { resume: true })
      await store.close()
      return can
    }

    it('goes on after a clean end, over segments', async () => {
      for (let i = 0; i < 6; i++) await author(120)
      assert.equal(await canResume(), true)
      await using store = await openStore()
      assert.deepEqual(await readAll(store), entriesOf(feed, 0, 720, 300))
    })

    it('does not go on in a copy of the directory', async () => {
      await author(3)
      await cp(join(root, 'feeds'), join(root, 'copy'), { recursive: true })
      await rm(join(root, 'feeds'), { recursive: true })
      await rename(join(root, 'copy'), join(root, 'feeds'))
      assert.equal(await canResume(), false)
    })

    it('is told of damage before its mark of a clean end, and does not go on there after it was mended', async () => {
      await author(3)
      await forgetLock()
      const bytes = await readFile(pathOf('0.seg'))
      await writeFile(pathOf('0.seg'), bytes.fill(7, 500, 502))
      await assert.rejects(canResume(), isCorrupt)
      const store = await openStore()
      assert.deepEqual(await store.mend(), [{ feed, seq: 1 }])
      await store.close()
      assert.equal(await canResume(), false)
      await using later = await openStore()
      assert.deepEqual(await later.damages(), [])
      await later.append(entriesOf(feed, 1, 2, 300))
      assert.deepEqual(await readAll(later), entriesOf(feed, 0, 3, 300))
    })

    it('does not go on in a restored backup', async () => {
      await author(3)
      const backup = await readFile(pathOf('0.seg'))
      await author(3)
      await writeFile(pathOf('0.seg'), backup)
      await assert.rejects(canResume(), isCorrupt)
    })

    it('does not go on where the feed is gone, or its end is', async () => {
      await author(3)
      await truncate(pathOf('0.seg'), 1000)
      await assert.rejects(canResume(), isCorrupt)
      await rm(join(root, 'feeds', feed), { recursive: true })
      assert.equal(await canResume(), false)
    })

    it('does not go on without the marker', async () => {
      await author(3)
      await rm(join(root, 'markers'), { recursive: true })
      assert.equal(await canResume(), false)
    })
  })

  async function lockName(): Promise<string> {
    return (await readdir(join(root, 'feeds', feed))).find((name) => name.startsWith('writer'))!
  }

  /** A power cut can have done that: it is not synced. */
  async function forgetLock(): Promise<void> {
    await rm(pathOf(await lockName()))
  }

  async function readAll(store: FeedFiles, from?: number): Promise<StoredEntry[]> {
    const entries: StoredEntry[] = []
    for await (const entry of store.read(feed, from)) entries.push(entry)
    return entries
  }
})

function isCorrupt(error: unknown): boolean {
  return AnvcsError.is(error, 'FEED_CORRUPT')
}

function entriesOf(feed: FeedId, from: number, count: number, sizeBytes: number): StoredEntry[] {
  return Array.from({ length: count }, (_, i) => {
    const random = new SeededRandom(from + i + sizeBytes)
    return { feed, seq: from + i, bytes: random.bytes(sizeBytes) }
  })
}
