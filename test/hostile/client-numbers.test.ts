import assert from 'node:assert/strict'
import * as Y from 'yjs'
import type { AuthorId, FeedId } from '../../src/contracts/ids.ts'
import { outsideAnchor } from '../../src/history/outside.ts'
import { computedClientId, feedClientId, feedIdOf } from '../../src/identity/ids.ts'
import { hexBytes } from '../../src/lib/bytes.ts'
import type { Entry } from '../../src/journal/entry.ts'
import { forgedUpdate, type ForgedItem } from '../../src/testing/forged-update.ts'
import { stageText, writeCommit } from '../../src/testing/sim-commits.ts'
import { HostileRoom } from '../support/hostile-room.ts'

const path = 'a.txt'
const text = 'one two three\nfour five six\n'
/** Feeds have one number of 16, so that one out of 16 runs has the number that is looked for: else 2^49. */
const clients = { bits: 8 }
const most = 0xfff

let room: HostileRoom

function feedOf(peer: HostileRoom['alice']): FeedId {
  return peer.room.membership.feedsOf(peer.identity.certificate.device).at(-1)!.feed
}

function numberOf(feed: FeedId): number {
  return feedClientId(room.world.crypto, room.mallory.keys.room, feed)
}

/** Mallory looks for a run whose feed has this number, and opens it. */
function grind(number: number, fits: (feed: FeedId) => boolean = () => true): FeedId {
  const { mallory, world } = room
  for (let run = 1; run < most; run++) {
    const feed = feedIdOf(world.crypto, mallory.keys.room, mallory.admission, mallory.identity.certificate.number, run)
    if (numberOf(feed) !== number || mallory.index.length(feed) || !fits(feed)) continue
    mallory.send(mallory.openRun(run))
    return feed
  }
  throw new Error('no such run')
}

/** An entry of Mallory that types an item in the name of a number. */
function types(feed: FeedId, number: number, clock: number, item: ForgedItem, unseen: readonly FeedId[] = []): Entry {
  room.mallory.feed = feed
  const update = forgedUpdate(number, clock, [item])
  return room.mallory.sealOperations([{ ref: { basePath: path }, update }], { unseen: new Set(unseen) })
}

function atStart(insert: string): ForgedItem {
  return { right: [room.alice.room.engines.history.seedClient(room.file(path)), 0], text: insert }
}

/** Each honest peer gets the entries in another order. */
function sendApart(...entries: readonly Entry[]): void {
  const [toAlice, toBob] = room.mallory.links
  for (const { bytes } of entries) toAlice!.send({ type: 'entries', entries: [bytes] })
  for (const { bytes } of entries.toReversed()) toBob!.send({ type: 'entries', entries: [bytes] })
}

function part(): void {
  room.world.network.cut(['alice'], ['bob'])
  room.world.network.cut(['bob'], ['alice'])
}

/** What was typed stands once at both. */
function assertOnce(...words: readonly string[]): void {
  for (const peer of room.honest) {
    const shown = peer.room.files.text(path)!
    for (const word of words) assert.equal(shown.split(word).length - 1, 1, `${word} at ${peer.name}: ${shown}`)
  }
}

/** Honest members type at the same place at once, commit, and are killed and come back; all see the same. */
async function assertGoesOn(...words: readonly string[]): Promise<void> {
  const { world, alice, bob } = room
  await room.settled()
  room.assertEqual([path])
  assertOnce(...words)
  assert.ok(alice.room.engines.history.log(room.file(path)).clients.isShared)
  part()
  for (const peer of room.honest)
    for (let i = 0; i < 3; i++) peer.room.files.edit(path, [{ at: 0, remove: 0, insert: `<${peer.name}${i}>` }])
  await world.clock.run(world.clock.now() + 500)
  world.network.heal()
  await room.settled()
  room.assertEqual([path])
  const typed = room.honest.flatMap(({ name }) => [0, 1, 2].map((i) => `<${name}${i}>`))
  assertOnce(...typed)
  const commit = await world.wait(alice.commit([path]))
  assert.ok(await world.until(() => bob.room.commits.isNamed(commit)))
  await room.settled()
  for (const { room: honest } of room.honest) {
    const { history } = honest.engines
    assert.deepEqual(honest.engines.commits.heads().map((head) => head.commit), [commit]) // prettier-ignore
    assert.equal(history.valueInTree(history.graph.node(commit).tree, path).text, honest.files.text(path))
  }
  const shown = bob.room.files.text(path)
  bob.kill()
  await bob.open()
  await world.wait(bob.room.ready())
  await room.settled()
  assert.equal(bob.room.files.text(path), shown)
  await room.assertWorking(path)
  assert.deepEqual(room.voidReasons, [])
  assert.deepEqual(room.problems, [])
}

async function open(seed: number): Promise<void> {
  room = await HostileRoom.open(seed, { [path]: text }, clients)
}

describe('two writers with one Yjs client number', () => {
  afterEach(() => room.close())

  it('let plain Yjs drift apart, and not a room: two feeds of a hostile member', async () => {
    await open(1)
    const first = room.mallory.feed
    const number = numberOf(first)
    const second = grind(number)
    await room.settled()
    const a = types(first, number, 0, atStart('good '), [second])
    const b = types(second, number, 0, atStart('EVIL '), [first])
    sendApart(a, b)
    await assertGoesOn('good ', 'EVIL ')
  })

  it('and go on where one knows the other', async () => {
    await open(5)
    const first = room.mallory.feed
    const number = numberOf(first)
    const second = grind(number)
    await room.settled()
    const [lesser, greater] = [first, second].sort() as [FeedId, FeedId]
    const a = types(greater, number, 0, atStart('good '), [lesser])
    // Who has seen the greater one's units means those by the number that they have among all that it has seen.
    const b = types(lesser, number, 0, { left: [number + 1, 1], right: [number + 1, 2], text: 'EVIL ' })
    const c = types(greater, number + 1, 5, { left: [number, 2], right: [number, 3], text: 'worse ' })
    sendApart(a, b, c)
    await room.settled()
    assert.equal(room.alice.room.files.text(path), `goEVIworse L od ${text}`)
    await assertGoesOn('worse ')
  })

  for (const isGreater of [false, true])
    it(`lose nothing of an honest member that one was ground against: its feed is the ${isGreater ? 'lesser' : 'greater'} one`, async () => {
      await open(3)
      const { world, alice, bob } = room
      const honest = feedOf(alice)
      const number = numberOf(honest)
      const foe = grind(number, (feed) => feed > honest === isGreater)
      await room.settled()
      part()
      alice.room.files.edit(path, [{ at: 0, remove: 0, insert: 'honest words ' }])
      const [, toBob] = room.mallory.links
      toBob!.send({ type: 'entries', entries: [types(foe, number, 0, atStart('EVIL '), [honest]).bytes] })
      await world.clock.run(world.clock.now() + 500)
      // Each builds on units under one number that are another's.
      alice.room.files.edit(path, [{ at: 6, remove: 1, insert: '-' }])
      bob.room.files.edit(path, [{ at: 2, remove: 0, insert: '(bob)' }])
      assert.equal(bob.room.files.text(path), `EV(bob)IL ${text}`)
      world.network.heal()
      await room.settled()
      assertOnce('honest-words ', 'EV(bob)IL ')
      alice.room.files.edit(path, [{ at: 0, remove: 0, insert: 'and more ' }])
      await assertGoesOn('honest-words ', 'EV(bob)IL ', 'and more ')
    })

  it('are a feed and a virtual author as well', async () => {
    await open(4)
    const { world, alice, mallory } = room
    const eyes = world.peer('eyes')
    await eyes.join(await world.wait(alice.room.invite()))
    await world.wait(eyes.room.ready())
    // A commit from outside whose virtual author has a number that a feed can have.
    let commit = world.base
    let number = 1
    for (let i = 0; number % 16; i++) {
      const { room: its, objects } = eyes
      const staged = new Map([[path, stageText(`outside ${text}`)]])
      const fields = { room: its, objects, identity: eyes.identity, parents: [world.base], staged }
      const made = await world.wait(writeCommit({ ...fields, timeSeconds: 1_700_000_000 + i, message: 'x', isStock: true })) // prettier-ignore
      commit = made!.commit
      const anchor = outsideAnchor(its.engines.views.live(), commit)
      const [author] = [...anchor.states.values()].flatMap(({ authors }) => authors) as [AuthorId]
      number = computedClientId(world.crypto, mallory.keys.idKey, 'author', hexBytes(author))
    }
    const pack = await world.wait(eyes.objects.pack([commit], [world.base]))
    await eyes.stop()
    const foe = grind(number)
    await room.settled()
    part()
    await world.wait(alice.objects.unpack(pack))
    await world.wait(alice.room.commits.tell(commit, new Set([commit])))
    const [, toBob] = mallory.links
    const unseen = [feedOf(alice)]
    toBob!.send({ type: 'entries', entries: [types(foe, number, 0, atStart('EVIL '), unseen).bytes] })
    await world.clock.run(world.clock.now() + 500)
    room.bob.room.files.edit(path, [{ at: 2, remove: 0, insert: '(bob)' }])
    world.network.heal()
    await room.settled()
    alice.room.files.edit(path, [{ at: 0, remove: 0, insert: 'and more ' }])
    await assertGoesOn('outside ', 'EV(bob)IL ', 'and more ')
  })
})

describe('plain Yjs', () => {
  it('drifts apart for good by two authors with one number', () => {
    const [a, b] = ['good ', 'EVIL '].map((insert) => forgedUpdate(7, 0, [{ right: [9, 0], text: insert }]))
    const texts = [
      [a!, b!],
      [b!, a!],
    ].map((updates) => {
      const doc = new Y.Doc()
      Y.applyUpdate(doc, forgedUpdate(9, 0, [{ text }]))
      for (const update of updates) Y.applyUpdate(doc, update)
      return doc.getText('t').toJSON()
    })
    assert.deepEqual(texts, [`good ${text}`, `EVIL ${text}`])
  })
})
