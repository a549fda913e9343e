import assert from 'node:assert/strict'
import type { EndpointId, EntryId, KeyId } from '../../src/contracts/ids.ts'
import { controlEpoch } from '../../src/contracts/ids.ts'
import { proveAdmission } from '../../src/identity/admission.ts'
import { feedIdOf } from '../../src/identity/ids.ts'
import { epochIdOf } from '../../src/identity/key-schedule.ts'
import { ticketPublicKey, type Ticket } from '../../src/identity/ticket.ts'
import { toHex } from '../../src/lib/bytes.ts'
import { nodeCrypto } from '../../src/node/crypto.ts'
import { writeHello, type Hello } from '../../src/room/handshake.ts'
import { RoomKeys } from '../../src/room/keys.ts'
import type { RoomIdentity } from '../../src/room/room-identity.ts'
import { HostileLink } from '../../src/testing/hostile-link.ts'
import { stageText, writeCommit } from '../../src/testing/sim-commits.ts'
import { introduce, stranger } from '../../src/testing/mallory.ts'
import { MemoryLink } from '../../transports/memory/memory-link.ts'
import { HostileRoom } from '../support/hostile-room.ts'

const files = { 'a.txt': 'one two three\n' }
let room: HostileRoom

/** Knocks at Alice's room with a ticket. What Alice says in the end. */
async function knock(identity: RoomIdentity, ticket: Ticket, lie: (hello: Hello) => Partial<Hello> = () => ({})) {
  const link = HostileLink.open(room.alice.room, room.world.random)
  const hello = identity.hello(room.alice.room.id, link.link, room.world.random, ticket)
  await introduce(room.world, link, identity, room.alice.room.id, { ...hello, ...lie(hello) })
  await room.world.clock.run(room.world.clock.now() + 500)
  return link.closed ?? 'open'
}

function invite(options: { uses?: number; lifeMs?: number } = {}): Promise<Ticket> {
  return room.world.wait(room.alice.room.invite(options))
}

async function isRefused(outcome: Promise<string>, reason: RegExp): Promise<void> {
  const members = [...room.alice.room.membership.admissions].length
  assert.match(await outcome, reason)
  assert.equal([...room.alice.room.membership.admissions].length, members)
  await room.assertWorking('a.txt')
}

describe('somebody who knocks at a room', () => {
  beforeEach(async () => {
    room = await HostileRoom.open(2, files)
  })
  afterEach(() => room.close())

  it('is let in with a ticket, once', async () => {
    const ticket = await invite()
    assert.equal(await knock(stranger(room.world), ticket), 'open')
    await isRefused(knock(stranger(room.world, 'second'), ticket), /used up/)
  })

  it('is waited for like every member when its commit comes by Git, also before a feed of it is known', async () => {
    const newcomer = stranger(room.world, 'newcomer')
    assert.equal(await knock(newcomer, await invite()), 'open')
    await room.settled()
    const { world, bob, alice } = room
    const tell = async (identity: RoomIdentity) => {
      const staged = new Map([['a.txt', stageText(`one two three\nby ${identity.person.name}\n`)]])
      const timeSeconds = Math.floor(world.clock.now() / 1000)
      const of = { room: bob.room, objects: bob.objects, identity, parents: [world.base], staged, timeSeconds }
      const { commit } = (await world.wait(writeCommit({ ...of, message: 'Theirs', isStock: true })))!
      await world.wait(alice.objects.unpack(await world.wait(bob.objects.pack([commit], []))))
      await world.wait(bob.room.commits.tell(commit))
      return { commit, isNamed: bob.room.commits.isNamed(commit) }
    }
    assert.ok((await tell(stranger(world))).isNamed, 'nobody waits for whom the room does not know')
    const { commit, isNamed } = await tell(newcomer)
    assert.ok(!isNamed)
    assert.deepEqual(bob.room.commits.waiting, [{ commit, reason: 'its author has not been heard from since' }])
    await world.wait(bob.room.commits.adopt())
    assert.ok(bob.room.commits.isNamed(commit))
  })

  it('is not let in with an expired or an unknown ticket', async () => {
    const ticket = await invite({ lifeMs: 1000 })
    await room.world.clock.run(room.world.clock.now() + 2000)
    await isRefused(knock(stranger(room.world), ticket), /expired/)
    await isRefused(knock(stranger(room.world), { ...ticket, seed: new Uint8Array(32) }), /unknown/)
  })

  it('is not let in by a proof that was made over another link, with another key, or for another name', async () => {
    const ticket = await invite()
    const identity = stranger(room.world)
    const ticketKey = toHex(ticketPublicKey(nodeCrypto, ticket.seed)) as KeyId
    const proofOver = (binding: Uint8Array, seed = ticket.seed, name = 'stranger') => {
      const { certificate, person } = identity
      const admission = { room: room.alice.room.id, ticket: ticketKey, certificate, ...person, name, binding }
      return (hello: Hello) => ({ claim: { ...hello.claim!, proof: proveAdmission(nodeCrypto, seed, admission) } })
    }
    await isRefused(knock(identity, ticket, proofOver(new Uint8Array(32))), /not proved/)
    await isRefused(knock(identity, ticket, proofOver(new Uint8Array(32), new Uint8Array(32))), /not proved/)
    const renamed = (hello: Hello) => ({ claim: { ...hello.claim!, person: { name: 'a\nb', email: '' } } })
    await isRefused(knock(identity, ticket, renamed), /not proved/)
    // The ticket is as good as before, and so is Alice's feed.
    assert.equal(await knock(identity, ticket), 'open')
    await room.settled()
    assert.equal(room.bob.room.waitingEntries, 0)
  })

  it('cannot pass for another device by showing its certificate', async () => {
    const ticket = await invite()
    const { certificate } = room.bob.identity
    await isRefused(
      knock(stranger(room.world), ticket, () => ({ certificate, claim: undefined })),
      /could not prove/,
    )
  })

  it('cannot say again what another said', async () => {
    const ticket = await invite()
    const identity = stranger(room.world)
    const first = HostileLink.open(room.alice.room, room.world.random)
    const hello = identity.hello(room.alice.room.id, first.link, room.world.random, ticket)
    await introduce(room.world, first, identity, room.alice.room.id, hello)
    const proof = first.early[1]!
    const replay = HostileLink.open(room.alice.room, room.world.random)
    replay.sendBytes(writeHello(hello))
    replay.sendBytes(proof)
    await room.world.clock.run(room.world.clock.now() + 500)
    assert.match(replay.closed!, /could not prove|not proved/)
  })

  it('cannot stand between two honest peers: each link has its own binding', async () => {
    const { alice, bob, world } = room
    const id = () => toHex(world.random.bytes(16)) as EndpointId
    const [toAlice, atAlice] = MemoryLink.pair(id(), id(), world.random.bytes(32))
    const [toBob, atBob] = MemoryLink.pair(id(), id(), world.random.bytes(32))
    let relayed = 0
    const relay = (from: MemoryLink, to: MemoryLink) =>
      from.onMessage((message) => {
        relayed++
        if (to.isOpen) to.send(message)
      })
    relay(toAlice, toBob)
    relay(toBob, toAlice)
    alice.room.attach(atAlice)
    bob.room.attach(atBob)
    const [ofAlice, ofBob] = await world.wait(Promise.all([atAlice.closed, atBob.closed]))
    assert.match(`${ofAlice.reason} ${ofBob.reason}`, /could not prove/)
    assert.ok(relayed <= 4, 'nothing but the handshake went over it')
    await room.assertWorking('a.txt')
  })

  it('has ten seconds and 4 KiB to say who it is', async () => {
    const silent = HostileLink.open(room.alice.room, room.world.random)
    const loud = HostileLink.open(room.alice.room, room.world.random)
    loud.sendBytes(new Uint8Array(4097))
    await room.world.clock.run(room.world.clock.now() + 500)
    assert.match(loud.closed!, /malformed/)
    assert.equal(silent.closed, undefined)
    await room.world.clock.run(room.world.clock.now() + 10_000)
    assert.match(silent.closed!, /too long/)
  })

  it('finds only so many others waiting at the door', async () => {
    const links = Array.from({ length: 200 }, () => HostileLink.open(room.alice.room, room.world.random))
    await room.world.clock.run(room.world.clock.now() + 500)
    assert.ok(links.filter(({ closed }) => closed === undefined).length <= 64)
    await room.assertWorking('a.txt')
    await room.world.clock.run(room.world.clock.now() + 11_000)
    assert.equal(await knock(stranger(room.world), await invite()), 'open')
  })
})

describe('a hostile member', () => {
  beforeEach(async () => {
    room = await HostileRoom.open(3, files)
  })
  afterEach(() => room.close())

  it('cannot take the place of the next feed of another device', async () => {
    const { mallory, bob, world } = room
    const { feed } = mallory
    const { id: admission } = bob.room.self!
    // Bob's machine is off; the others hear of a feed that will be his next one.
    bob.cutPower()
    for (const run of [1, 2]) {
      const next = feedIdOf(nodeCrypto, mallory.keys.room, admission, 0, run)
      for (const certificate of [mallory.identity.certificate, bob.identity.certificate]) {
        const opening = { kind: 'opening' as const, admission, run, certificate, salt: new Uint8Array(16) }
        mallory.feed = next
        mallory.send(mallory.sealControl(opening, { aside: true }))
      }
    }
    mallory.feed = feed
    await world.clock.run(world.clock.now() + 500)
    assert.ok(room.problems.some((problem) => problem.includes('does not begin with its opening')))
    await bob.open()
    await room.settled()
    await room.assertWorking('a.txt')
  })

  it('cannot begin an epoch that leaves others out', async () => {
    const { mallory, alice } = room
    const key = new Uint8Array(32).fill(7)
    const epoch = epochIdOf(nodeCrypto, key, mallory.keys.room)
    mallory.keys.addEpoch(key)
    const box = mallory.keys.epochBoxFor(room.world.random, epoch, alice.identity.certificate)!
    const boxes = [{ device: alice.identity.certificate.device, box }]
    mallory.send(mallory.sealControl({ kind: 'epoch', epoch, parents: [], boxes }))
    await room.assertWorking('a.txt')
    assert.equal(room.bob.room.waitingEntries, 1)
  })

  it('cannot admit with a used up, expired or foreign ticket, or a device twice', async () => {
    const { mallory, world } = room
    const identity = stranger(world)
    const seed = world.random.bytes(32)
    const ticketKey = toHex(ticketPublicKey(nodeCrypto, seed)) as KeyId
    const binding = new Uint8Array(32)
    const addFor = (who: RoomIdentity, ticket: EntryId, by = seed) => {
      const { certificate, person } = who
      const admission = { room: mallory.keys.room, ticket: ticketKey, certificate, ...person, binding }
      const proof = proveAdmission(nodeCrypto, by, admission)
      return { kind: 'add' as const, ticket, certificate, person, binding, proof }
    }
    const expiresMs = Math.floor(world.clock.now()) + 60_000
    const ticket = mallory.sealControl({ kind: 'ticket', ticketKey, scopes: ['read'], uses: 1, expiresMs })
    const late = { fields: { epoch: controlEpoch, timeMs: expiresMs + 1 } }
    mallory.send(
      ticket,
      mallory.sealControl(addFor(stranger(world), ticket.id, new Uint8Array(32))),
      mallory.sealControl(addFor(identity, '44'.repeat(32) as EntryId)),
      mallory.sealControl(addFor(room.bob.identity, ticket.id)),
      mallory.sealControl(addFor(identity, ticket.id)),
      mallory.sealControl(addFor(stranger(world), ticket.id)),
      mallory.sealControl(addFor(stranger(world), ticket.id), late),
    )
    await room.settled()
    const reasons = ['is not proved', 'is unknown', 'was admitted before', 'is used up', 'has expired']
    assert.equal(room.voidReasons.length, reasons.length)
    for (const [i, reason] of reasons.entries()) assert.match(room.voidReasons[i]!, new RegExp(reason))
    assert.equal(room.bob.room.membership.personOf(room.bob.identity.certificate.member)?.name, 'bob')
    await room.assertWorking('a.txt')
  })

  it('cannot keep a newcomer out with false keys', async () => {
    const { world, alice } = room
    const carol = world.peer('carol')
    const ticket = await invite()
    const joining = carol.join(ticket)
    await joining
    // The false box comes before Alice's: with a control key that opens nothing, and an epoch that nobody else has.
    const keys = new RoomKeys(nodeCrypto, alice.room.id)
    keys.add(new Uint8Array(32).fill(1), [new Uint8Array(32).fill(2)])
    const link = HostileLink.open(carol.room, world.random)
    await introduce(world, link, stranger(world, 'liar'), alice.room.id)
    link.send({ type: 'keys', box: keys.boxFor(world.random, carol.identity.certificate)! })
    const genesis = room.mallory.entry(alice.room.membership.feedsOf(alice.identity.certificate.device)[0]!.feed, 0)!
    link.send({ type: 'entries', entries: [genesis.bytes] })
    await world.wait(carol.room.ready())
    carol.room.files.edit('a.txt', [{ at: 0, remove: 0, insert: 'carol ' }])
    assert.ok(await world.until(() => alice.room.files.text('a.txt')!.startsWith('carol ')))
    await carol.stop()
  })
})
