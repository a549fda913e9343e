import assert from 'node:assert/strict'
import { controlEpoch, zeroEntry, type EntryId, type FeedId } from '../../src/contracts/ids.ts'
import { writeOperations } from '../../src/history/operations-body.ts'
import { concat } from '../../src/lib/bytes.ts'
import type { CborValue } from '../../src/lib/cbor.ts'
import { nodeDeflate } from '../../src/node/deflate.ts'
import { forgedUpdate } from '../../src/testing/forged-update.ts'
import type { Lie } from '../../src/testing/mallory.ts'
import { HostileRoom } from '../support/hostile-room.ts'

const files = { 'a.txt': 'one two three\n', 'b.txt': 'four\n' }
let room: HostileRoom

function typing(text: string, at = 0): CborValue {
  const update = forgedUpdate(room.mallory.client, at, [{ text }])
  return writeOperations([{ ref: { basePath: 'a.txt' }, update }])
}

/** The entry is nothing at both honest peers: they go on as if it had never come. */
async function isNothing(lie: Lie, reason: RegExp, body: CborValue = typing('EVIL')): Promise<void> {
  const before = room.alice.room.entryCount
  room.mallory.send(room.mallory.seal(body, { ...lie, aside: true }))
  await room.settled()
  assert.equal(room.alice.room.entryCount, before)
  for (const name of ['alice', 'bob'])
    assert.ok(
      room.problems.some((problem) => problem.startsWith(name) && reason.test(problem)),
      room.problems.join('\n'),
    )
  await room.assertWorking('a.txt')
}

/** The entry stays in its feed, without effect. */
async function isVoid(body: CborValue, reason: RegExp, lie: Lie = {}): Promise<void> {
  room.mallory.send(room.mallory.seal(body, lie))
  await room.settled()
  for (const { room: honest } of room.honest) assert.match(honest.voided.at(-1)?.reason ?? 'not void', reason)
  await room.assertWorking('a.txt')
}

describe('an entry of a hostile member', () => {
  beforeEach(async () => {
    room = await HostileRoom.open(1, files)
  })
  afterEach(() => room.close())

  it('with a lamport that is not one more than its past is nothing', () =>
    isNothing({ fields: { lamport: 1_000_000 } }, /false lamport/))

  it('whose time runs back is nothing', () => isNothing({ fields: { timeMs: 0 } }, /time runs back/))

  it('with a false number of its first operation is nothing', () =>
    isNothing({ fields: { firstOperation: 7 } }, /false operation number/))

  it('after another entry than the last one is nothing', () =>
    isNothing({ fields: { prev: zeroEntry } }, /broken chain/))

  it('that names another entry at a place of a feed is nothing', async () => {
    const [other] = room.mallory.index.positions().filter(({ feed }) => feed !== room.mallory.feed)
    const id = '11'.repeat(32) as EntryId
    await isNothing({ fields: { deps: [{ feed: other!.feed, seq: other!.length - 1, id }] } }, /fork/)
  })

  it('that builds on what does not exist waits, and holds nobody up', async () => {
    const feed = '22'.repeat(16) as FeedId
    const deps = [{ feed, seq: 3, id: '33'.repeat(32) as EntryId }]
    room.mallory.send(room.mallory.seal(typing('EVIL'), { fields: { deps }, aside: true }))
    await room.assertWorking('a.txt')
    assert.equal(room.alice.room.waitingEntries, 1)
  })

  it('that another key has signed is never taken', async () => {
    const before = room.alice.room.entryCount
    room.mallory.send(room.mallory.seal(typing('EVIL'), { signingSeed: new Uint8Array(32), aside: true }))
    await room.settled()
    assert.equal(room.alice.room.entryCount, before)
    await room.assertWorking('a.txt')
  })

  it('with a bad signature stands by the good one of a later entry, at every peer', async () => {
    const { mallory } = room
    const first = mallory.seal(typing('A'), { signingSeed: new Uint8Array(32) })
    const second = mallory.seal(typing('B', 1))
    // Alice hears both at once; Bob, and whoever gets them from him, one by one.
    mallory.links[0]!.send({ type: 'entries', entries: [first.bytes, second.bytes] })
    await room.settled()
    mallory.links[1]!.send({ type: 'entries', entries: [first.bytes] })
    mallory.links[1]!.send({ type: 'entries', entries: [second.bytes] })
    await room.settled()
    room.assertEqual(['a.txt'])
    assert.ok(room.alice.room.files.text('a.txt')!.includes('A'))
    await room.assertWorking('a.txt')
    // What was journaled opens again.
    await room.bob.stop()
    await room.bob.open()
    assert.ok(await room.world.until(() => room.bob.room.digest === room.alice.room.digest))
    assert.equal(room.bob.room.files.text('a.txt'), room.alice.room.files.text('a.txt'))
  })

  it('that is the second of its number is nothing for who has the first', async () => {
    const { mallory } = room
    const other = mallory.seal(typing('EVIL'), { aside: true })
    mallory.send(mallory.seal(typing('first')))
    await room.settled()
    mallory.send(other)
    await room.settled()
    assert.ok(room.problems.some((problem) => problem.includes('fork')))
    assert.ok(!room.alice.room.files.text('a.txt')!.includes('EVIL'))
    await room.assertWorking('a.txt')
  })

  it('that is sealed by the wrong kind of epoch is void', () =>
    isVoid(typing('EVIL'), /wrong kind of epoch/, { fields: { epoch: controlEpoch }, operations: 0 }))

  it('whose body is no deterministic CBOR, or too large when inflated, is void', async () => {
    await isVoid('no kind', /no kind/)
    await isVoid([9, [], 'x'], /malformed operations/)
    await isVoid([9, [new Uint8Array(8 << 20)]], /unreadable/)
  })

  it('of more than 4,096 operations is void', async () => {
    const row: CborValue = [0, 0, new Uint8Array(0)]
    await isVoid([9, ['a.txt'], Array.from({ length: 4097 }, () => row)], /malformed operations/, { operations: 0 })
  })

  it('above 1 MiB is nothing', async () => {
    const noise = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * i * 2654435761) >>> 13)
    const entry = room.mallory.seal([9, [noise]], { aside: true, compress: false })
    assert.ok(entry.bytes.length > 1 << 20)
    for (const link of room.mallory.links) link.send({ type: 'entries', entries: [entry.bytes] })
    await room.settled()
    assert.equal(room.mallory.links.filter(({ closed }) => closed !== undefined).length, 2)
    await room.assertWorking('a.txt')
  })

  for (const kind of [4, 5, 7])
    it(`of a kind that is not known waits, whichever key seals it, and only its own feed with it: ${kind}`, async () => {
      const { mallory } = room
      mallory.send(mallory.seal([kind, 'later'], { fields: { epoch: controlEpoch } }), mallory.seal(typing('EVIL')))
      await room.assertWorking('a.txt')
      assert.equal(room.alice.room.waitingEntries, 2)
      assert.deepEqual(room.voidReasons, [])
    })

  it('that comes again, in parts and out of order, changes nothing', async () => {
    const { mallory } = room
    const entries = ['a', 'b', 'c'].map((text, i) => mallory.seal(typing(text, i)))
    mallory.send(...entries.toReversed(), ...entries, entries[1]!)
    await room.settled()
    room.assertEqual(['a.txt'])
    assert.equal(room.alice.room.files.text('a.txt'), `cba${files['a.txt']}`)
    await room.assertWorking('a.txt')
  })

  it('in place of one of Alice does not keep the true one away', async () => {
    const { mallory, alice } = room
    const [, link] = mallory.links
    const position = mallory.index.positions().find(({ feed }) => feed === alice.room.membership.feedsOf(alice.identity.certificate.device).at(-1)!.feed)! // prettier-ignore
    const head = mallory.entry(position.feed, position.length - 1)!.head
    for (let ahead = 0; ahead < 4; ahead++) {
      const fields = { feed: position.feed, seq: position.length + ahead, prev: ahead ? zeroEntry : position.head, lamport: head.lamport + 1 + ahead, deps: [], timeMs: head.timeMs } // prettier-ignore
      link!.send({ type: 'entries', entries: [mallory.seal(typing('EVIL'), { fields, aside: true }).bytes] })
    }
    room.world.network.partition('halves', 'symmetric')
    for (let i = 0; i < 4; i++) {
      alice.room.files.edit('b.txt', [{ at: 0, remove: 0, insert: `${i} ` }])
      await room.world.wait(alice.room.flush())
    }
    room.world.network.heal()
    await room.settled()
    await room.assertWorking('a.txt')
    await room.assertWorking('b.txt')
    assert.equal(room.bob.room.waitingEntries, 0)
  })

  it('of feeds that nobody opened fills no more than the share of its sender', async function () {
    this.timeout(300_000)
    const { mallory } = room
    const body: CborValue = [
      9,
      [concat(...Array.from({ length: 100 }, (_, i) => nodeDeflate.deflate(Uint8Array.of(i))))],
    ]
    for (let i = 0; i < 6000; i++) {
      const feed = i.toString(16).padStart(32, '0') as FeedId
      mallory.send(mallory.seal(body, { fields: { feed, seq: 5 }, aside: true }))
      if (i % 500 === 0) await room.world.clock.run(room.world.clock.now() + 10)
    }
    await room.assertWorking('a.txt')
    assert.ok(room.bob.room.waitingEntries <= 4096, `${room.bob.room.waitingEntries} wait`)
  })
})
