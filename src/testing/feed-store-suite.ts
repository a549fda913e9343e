import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { AnvcsError, type ErrorCode } from '../contracts/errors.ts'
import { maxStoredEntryBytes, type FeedStore, type StoredEntry } from '../contracts/feed-store.ts'
import type { FeedId } from '../contracts/ids.ts'

/** One place that stores are opened on: a directory, a simulated disk. */
export interface FeedStorePlace {
  /** Opens a store as another process on this machine would. */
  open(): Promise<FeedStore>
  /** The process of a store dies in this moment. Tests of crashes are left out where this is missing. */
  crash?(store: FeedStore): Promise<void>
  /** Makes the disk full, or gives it space again. Tests of a full disk are left out where this is missing. */
  setFull?(full: boolean): Promise<void>
  remove(): Promise<void>
}

const feedA = 'a'.repeat(32) as FeedId
const feedB = 'b'.repeat(32) as FeedId

/** Whether a feed store keeps the contract of `FeedStore`. `has` says which of the optional means a place offers. */
export function feedStoreSuite(
  name: string,
  prepare: () => Promise<FeedStorePlace>,
  has: { readonly crash: boolean; readonly setFull: boolean },
): void {
  describe(`${name} keeps the contract of feed stores`, () => {
    let place: FeedStorePlace
    let stores: FeedStore[]

    beforeEach(async () => {
      stores = []
      place = await prepare()
    })
    afterEach(async () => {
      for (const store of stores) await store.close()
      await place.remove()
    })

    async function open(): Promise<FeedStore> {
      const store = await place.open()
      stores.push(store)
      return store
    }

    describeAppending(open)
    describeOwning(open)
    if (has.crash) describeCrashes(open, (store) => place.crash!(store))
    if (has.setFull) describeFullDisk(open, (full) => place.setFull!(full))
  })
}

function describeAppending(open: () => Promise<FeedStore>): void {
  it('gives back what was appended, byte for byte and in order', async () => {
    const store = await open()
    const entries = [...entriesOf(feedA, 0, 3), { feed: feedA, seq: 3, bytes: new Uint8Array(0) }]
    await store.append(entries)
    await store.append(entriesOf(feedA, 4, 200))
    assert.deepEqual(await readAll(store, feedA), [...entries, ...entriesOf(feedA, 4, 200)])
    assert.equal(await store.length(feedA), 204)
  })

  it('reads from any place on', async () => {
    const store = await open()
    await store.append(entriesOf(feedA, 0, 150))
    for (const from of [1, 63, 64, 65, 149])
      assert.deepEqual(await readAll(store, feedA, from), entriesOf(feedA, from, 150 - from))
    assert.deepEqual(await readAll(store, feedA, 150), [])
    assert.deepEqual(await readAll(store, feedA, 1000), [])
  })

  it('knows its feeds, and nothing of others', async () => {
    const store = await open()
    assert.deepEqual(await store.feeds(), [])
    await store.claim(feedB)
    assert.deepEqual(await store.feeds(), [])
    await store.append([...entriesOf(feedB, 0, 1), ...entriesOf(feedA, 0, 2)])
    assert.deepEqual([...(await store.feeds())].sort(), [feedA, feedB])
    const unknown = 'c'.repeat(32) as FeedId
    assert.equal(await store.length(unknown), 0)
    assert.deepEqual(await readAll(store, unknown), [])
  })

  it('keeps the order of appends that are made at once', async () => {
    const store = await open()
    await Promise.all(Array.from({ length: 50 }, (_, i) => store.append(entriesOf(i % 2 ? feedA : feedB, i >> 1, 1))))
    assert.deepEqual(await readAll(store, feedA), entriesOf(feedA, 0, 25))
    assert.deepEqual(await readAll(store, feedB), entriesOf(feedB, 0, 25))
  })

  it('takes entries up to the limit, and none above', async () => {
    const store = await open()
    const largest = { feed: feedA, seq: 0, bytes: new Uint8Array(maxStoredEntryBytes).fill(7) }
    await store.append([largest])
    assert.deepEqual(await readAll(store, feedA), [largest])
    const tooLarge = { feed: feedA, seq: 1, bytes: new Uint8Array(maxStoredEntryBytes + 1) }
    await rejectsWith('ENTRY_INVALID', store.append([tooLarge]))
    assert.equal(await store.length(feedA), 1)
  })

  it('refuses a gap, and nothing of that call is there', async () => {
    const store = await open()
    await store.append(entriesOf(feedA, 0, 2))
    await rejectsWith('ENTRY_INVALID', store.append([...entriesOf(feedB, 0, 1), ...entriesOf(feedA, 3, 1)]))
    assert.deepEqual(await store.feeds(), [feedA])
    await store.append(entriesOf(feedA, 2, 1))
    assert.equal(await store.length(feedA), 3)
  })

  it('passes over what is there already, and refuses other bytes in its place', async () => {
    const store = await open()
    await store.append(entriesOf(feedA, 0, 3))
    await store.append(entriesOf(feedA, 1, 4))
    await Promise.all([store.append(entriesOf(feedA, 5, 2)), store.append(entriesOf(feedA, 5, 2))])
    assert.deepEqual(await readAll(store, feedA), entriesOf(feedA, 0, 7))
    await rejectsWith('ENTRY_INVALID', store.append([{ feed: feedA, seq: 1, bytes: Uint8Array.of(9) }]))
    assert.deepEqual(await readAll(store, feedA), entriesOf(feedA, 0, 7))
  })
}

function describeOwning(open: () => Promise<FeedStore>): void {
  it('lets one process write a feed and any process read it', async () => {
    const [writer, other] = [await open(), await open()]
    assert.equal(await writer.claim(feedA), true)
    assert.equal(await writer.claim(feedA), true)
    assert.equal(await other.claim(feedA), false)
    await writer.append(entriesOf(feedA, 0, 10))
    assert.deepEqual(await readAll(other, feedA), entriesOf(feedA, 0, 10))
    await rejectsWith('FEED_LOCKED', other.append(entriesOf(feedA, 10, 1)))
    await writer.append(entriesOf(feedA, 10, 5))
    assert.equal(await other.length(feedA), 15)
    await writer.release(feedA)
    await other.append(entriesOf(feedA, 15, 1))
    assert.equal(await other.length(feedA), 16)
    assert.equal(await writer.length(feedA), 16)
  })

  it('lets an author go on where it left, in the same store or a later one', async () => {
    const first = await open()
    assert.equal(await first.claim(feedA, { resume: true }), true)
    await first.append(entriesOf(feedA, 0, 3))
    await first.release(feedA)
    assert.equal(await first.claim(feedA, { resume: true }), true)
    await first.append(entriesOf(feedA, 3, 1))
    await first.close()
    const second = await open()
    assert.equal(await second.claim(feedA, { resume: true }), true)
    await second.append(entriesOf(feedA, 4, 1))
    assert.deepEqual(await readAll(second, feedA), entriesOf(feedA, 0, 5))
  })

  it('lets no author go on in a feed that somebody else has written', async () => {
    const store = await open()
    await store.append(entriesOf(feedA, 0, 1))
    await store.release(feedA)
    assert.equal(await store.claim(feedA, { resume: true }), false)
    assert.equal(await store.claim(feedA), true)
  })

  it('gives all feeds back when it closes, and asks nothing of the disk afterwards', async () => {
    const [first, second] = [await open(), await open()]
    const pending = first.append(entriesOf(feedA, 0, 1))
    await first.close()
    await first.close()
    await pending
    assert.equal(await second.claim(feedA), true)
    assert.equal(await second.length(feedA), 1)
    await rejectsWith('ROOM_CLOSED', first.append(entriesOf(feedA, 1, 1)))
  })
}

function describeCrashes(open: () => Promise<FeedStore>, crash: (store: FeedStore) => Promise<void>): void {
  it('keeps what it acknowledged when its process dies, and the author does not go on', async () => {
    const dying = await open()
    assert.equal(await dying.claim(feedA, { resume: true }), true)
    await dying.append(entriesOf(feedA, 0, 20))
    const lost = dying.append(entriesOf(feedA, 20, 20)).catch(() => undefined)
    await crash(dying)
    const next = await open()
    const found = await readAll(next, feedA)
    assert.ok(found.length >= 20)
    assert.deepEqual(found, entriesOf(feedA, 0, found.length))
    assert.equal(await next.claim(feedA, { resume: true }), false)
    assert.equal(await next.claim(feedA), true)
    // What was built on this reading would else meet entries again that it has written anew.
    assert.equal(await next.length(feedA), found.length, 'as much as was read')
    await next.append(entriesOf(feedA, found.length, 3))
    assert.deepEqual(await readAll(next, feedA), entriesOf(feedA, 0, found.length + 3))
    await lost
  })
}

function describeFullDisk(open: () => Promise<FeedStore>, setFull: (full: boolean) => Promise<void>): void {
  it('acknowledges nothing on a full disk, and goes on without gap or double when there is space again', async () => {
    const store = await open()
    await store.append(entriesOf(feedA, 0, 5))
    await setFull(true)
    const large = (seq: number): StoredEntry => ({ feed: feedA, seq, bytes: new Uint8Array(200_000).fill(seq) })
    await rejectsWith('JOURNAL_UNWRITABLE', store.append([large(5), large(6), ...entriesOf(feedB, 0, 1)]))
    await rejectsWith('JOURNAL_UNWRITABLE', store.append([large(5)]))
    assert.ok((await store.length(feedA)) >= 5)
    assert.deepEqual((await readAll(store, feedA)).slice(0, 5), entriesOf(feedA, 0, 5))
    await setFull(false)
    await store.append([large(5), large(6), ...entriesOf(feedB, 0, 1)])
    assert.deepEqual(await readAll(store, feedA), [...entriesOf(feedA, 0, 5), large(5), large(6)])
    assert.deepEqual(await readAll(await open(), feedA), [...entriesOf(feedA, 0, 5), large(5), large(6)])
  })
}

function entriesOf(feed: FeedId, from: number, count: number): StoredEntry[] {
  return Array.from({ length: count }, (_, i) => {
    const seq = from + i
    return { feed, seq, bytes: Uint8Array.from({ length: (seq * 37) % 300 }, (_, at) => seq + at) }
  })
}

async function readAll(store: FeedStore, feed: FeedId, from?: number): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = []
  for await (const entry of store.read(feed, from)) entries.push(entry)
  return entries
}

async function rejectsWith(code: ErrorCode, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => AnvcsError.is(error, code))
}
