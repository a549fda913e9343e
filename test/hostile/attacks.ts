import assert from 'node:assert/strict'
import { AnvcsError } from '../../src/contracts/errors.ts'
import type { EndpointId, EntryId, KeyId } from '../../src/contracts/ids.ts'
import { controlEpoch, zeroEntry } from '../../src/contracts/ids.ts'
import { writeOperations } from '../../src/history/operations-body.ts'
import { proveAdmission } from '../../src/identity/admission.ts'
import { feedIdOf } from '../../src/identity/ids.ts'
import { epochIdOf } from '../../src/identity/key-schedule.ts'
import { ticketPublicKey } from '../../src/identity/ticket.ts'
import { toHex } from '../../src/lib/bytes.ts'
import type { CborValue } from '../../src/lib/cbor.ts'
import { openEntry } from '../../src/journal/entry.ts'
import { nodeCrypto } from '../../src/node/crypto.ts'
import { nodeDeflate } from '../../src/node/deflate.ts'
import { serializeCommit } from '../../src/objects/commit.ts'
import { forgedUpdate } from '../../src/testing/forged-update.ts'
import { HostileLink } from '../../src/testing/hostile-link.ts'
import { introduce, stranger } from '../../src/testing/mallory.ts'
import type { RoomIdentity } from '../../src/room/room-identity.ts'
import { MemoryLink } from '../../transports/memory/memory-link.ts'
import { HostileRoom } from '../support/hostile-room.ts'
import { pass, path, shows, type Attack } from './attack.ts'
import { linkAttacks } from './link-attacks.ts'

function typing(client: number, clock = 0, text = 'EVIL '): CborValue {
  return writeOperations([{ ref: { basePath: path }, update: forgedUpdate(client, clock, [{ text }]) }])
}

/** The newest of the feeds of an honest peer. */
function feedOf({ room, identity }: HostileRoom['alice']) {
  return room.membership.feedsOf(identity.certificate.device).at(-1)!.feed
}

/** Types in the feed of Alice, signed by the device of Mallory. */
async function typesAsAlice(room: HostileRoom): Promise<readonly string[]> {
  const { mallory, alice } = room
  const feed = feedOf(alice)
  const head = mallory.index.head(feed)!
  const seq = mallory.index.length(feed)
  const fields = { feed, seq, prev: head.id, lamport: head.lamport + 1, deps: [], timeMs: head.timeMs }
  const client = alice.room.engines.history.feedClient(room.file(path), feed)
  const firstOperation = mallory.index.operationsIn(feed, seq)
  const entry = mallory.seal(typing(client), { fields: { ...fields, firstOperation }, aside: true })
  mallory.links[1]!.send({ type: 'entries', entries: [entry.bytes] })
  await pass(room)
  return shows(room, 'EVIL') ? ['forged: Bob takes for typed by Alice what Mallory typed'] : []
}

async function jumpsAhead(room: HostileRoom): Promise<readonly string[]> {
  const { mallory, alice } = room
  mallory.send(mallory.seal(typing(mallory.client), { fields: { lamport: 1e12 } }))
  await pass(room)
  alice.room.files.edit(path, [{ at: 0, remove: 0, insert: 'x' }])
  await pass(room)
  const { lamport } = mallory.index.head(feedOf(alice))!
  return lamport > 1e12 ? [`clock: Alice counts on from ${lamport}`] : []
}

async function turnsBackTime(room: HostileRoom): Promise<readonly string[]> {
  const { mallory, bob } = room
  const before = mallory.index.head(mallory.feed)!.timeMs
  mallory.send(mallory.seal(typing(mallory.client), { fields: { timeMs: 1 } }))
  await pass(room)
  const entry = bob.room.entryCount && shows(room, 'EVIL')
  return entry ? [`time: an entry of 1970 stands behind one of ${before}`] : []
}

/** An operation with a number that none of its feed leads up to: a file made by it would have an id to choose. */
async function choosesNumbers(room: HostileRoom): Promise<readonly string[]> {
  const { mallory, bob } = room
  mallory.send(mallory.seal(typing(mallory.client), { fields: { firstOperation: 1000 } }))
  await pass(room)
  const count = bob.room.engines.live.stateOf(room.file(path)).counts.get(mallory.feed) ?? 0
  return count > 1000 ? [`number: the only operation of the feed is its ${count}th`] : []
}

async function leavesTheChain(room: HostileRoom): Promise<readonly string[]> {
  const { mallory } = room
  mallory.send(mallory.seal(typing(mallory.client), { fields: { prev: zeroEntry } }))
  await pass(room)
  return shows(room, 'EVIL') ? ['chain: an entry counts that vouches for none before it'] : []
}

/** Builds on an entry of Alice that she never wrote: nobody could ever hold that past against it. */
async function inventsPast(room: HostileRoom): Promise<readonly string[]> {
  const { mallory, alice } = room
  const feed = feedOf(alice)
  const id = '11'.repeat(32) as EntryId
  mallory.send(mallory.seal(typing(mallory.client), { fields: { deps: [{ feed, seq: mallory.index.length(feed) - 1, id }] } })) // prettier-ignore
  await pass(room)
  return shows(room, 'EVIL') ? ['past: an entry counts that answers what Alice never said'] : []
}

/** Seals a text under the control key, which is never rotated: former members go on reading it. */
async function typesUnderControlKey(room: HostileRoom): Promise<readonly string[]> {
  const { mallory } = room
  const entry = mallory.seal(typing(mallory.client), { fields: { epoch: controlEpoch } })
  mallory.send(entry)
  await pass(room)
  const keys = mallory.keys.forEntry(entry.room, controlEpoch, entry.feed)!
  const opens = openEntry(nodeCrypto, nodeDeflate, keys, entry) !== undefined
  return opens && shows(room, 'EVIL') ? ['sealed: a text counts that the control key opens'] : []
}

async function bombs(room: HostileRoom): Promise<readonly string[]> {
  const { mallory } = room
  const unpacked = 64 << 20
  const entry = mallory.seal([9, [new Uint8Array(unpacked)]])
  mallory.send(entry)
  await pass(room)
  const wasRead = room.alice.room.voided.some(({ id, reason }) => id === entry.id && reason !== 'unreadable')
  return wasRead ? [`bomb: ${entry.bytes.length} bytes were unpacked to ${unpacked}`] : []
}

async function floods(room: HostileRoom): Promise<readonly string[]> {
  const { mallory } = room
  const operations = Array.from({ length: 20_000 }, (_, i) => ({
    ref: { basePath: path },
    update: forgedUpdate(mallory.client, i, [{ text: 'x' }]),
  }))
  mallory.send(mallory.sealOperations(operations))
  await pass(room)
  return shows(room, 'x'.repeat(operations.length)) ? ['flood: one entry of 20,000 operations counts'] : []
}

/** The path of a hook, which Git would run. */
async function namesHook(room: HostileRoom): Promise<readonly string[]> {
  const { mallory, alice } = room
  const value = { register: 'path', path: '.git/hooks/post-commit' } as const
  mallory.send(mallory.sealOperations([{ ref: { basePath: path }, value }]))
  await pass(room)
  const shown = [...alice.room.files.touchedPaths].filter((each) => each.startsWith('.git/'))
  return shown.length ? [`path: Alice shows ${shown.join()}`] : []
}

/** Certifies a device of its own in the name of Bob, and types as him. */
async function typesAsBob(room: HostileRoom): Promise<readonly string[]> {
  const { mallory, bob, alice } = room
  const { id: admission } = bob.room.self!
  const { device } = mallory.identity.certificate
  const certificate = { ...bob.identity.certificate, device, number: 1 }
  mallory.feed = feedIdOf(nodeCrypto, mallory.keys.room, admission, 1, 0)
  mallory.send(mallory.sealControl({ kind: 'opening', admission, run: 0, certificate, salt: new Uint8Array(16) }))
  mallory.send(mallory.seal(typing(mallory.client)))
  await pass(room)
  const owner = alice.room.membership.owner(mallory.feed)?.admission.person.name
  return owner === 'bob' && shows(room, 'EVIL') ? ['stolen: Mallory types as Bob'] : []
}

/** Opens the feed that will be the next one of Bob. */
async function takesNextFeed(room: HostileRoom): Promise<readonly string[]> {
  const { mallory, bob, alice } = room
  const next = feedIdOf(nodeCrypto, mallory.keys.room, bob.room.self!.id, 0, 1)
  mallory.feed = next
  const { certificate } = mallory.identity
  const salt = new Uint8Array(16)
  mallory.send(mallory.sealControl({ kind: 'opening', admission: mallory.admission, run: 0, certificate, salt }))
  await pass(room)
  const owner = alice.room.membership.owner(next)?.admission.person.name
  return owner === undefined ? [] : [`taken: the next feed of Bob belongs to ${owner}`]
}

/** An epoch whose key Alice gets, and Bob does not. */
async function leavesBobOut(room: HostileRoom): Promise<readonly string[]> {
  const { mallory, alice, world } = room
  const key = new Uint8Array(32).fill(7)
  const epoch = epochIdOf(nodeCrypto, key, mallory.keys.room)
  mallory.keys.addEpoch(key)
  const box = mallory.keys.epochBoxFor(world.random, epoch, alice.identity.certificate)!
  const boxes = [{ device: alice.identity.certificate.device, box }]
  mallory.send(mallory.sealControl({ kind: 'epoch', epoch, parents: [], boxes }))
  await pass(room)
  alice.room.files.edit(path, [{ at: 0, remove: 0, insert: 'hello ' }])
  await pass(room, 10_000)
  return shows(room, 'hello ') ? [] : ['left out: Bob cannot read what Alice types']
}

/** Lets strangers in: with a ticket that is used up, one that has expired, and one that it does not hold. */
async function letsIn(room: HostileRoom): Promise<readonly string[]> {
  const { mallory, world, alice } = room
  const seed = world.random.bytes(32)
  const ticketKey = toHex(ticketPublicKey(nodeCrypto, seed)) as KeyId
  const binding = new Uint8Array(32)
  const addFor = ({ certificate, person }: RoomIdentity, ticket: EntryId, by = seed) => {
    const admission = { room: mallory.keys.room, ticket: ticketKey, certificate, ...person, binding }
    const proof = proveAdmission(nodeCrypto, by, admission)
    return { kind: 'add' as const, ticket, certificate, person, binding, proof }
  }
  const expiresMs = Math.floor(world.clock.now()) + 60_000
  const issue = (uses: number) => mallory.sealControl({ kind: 'ticket', ticketKey, scopes: ['read'], uses, expiresMs })
  const [once, often] = [issue(1), issue(9)]
  mallory.send(once, often, mallory.sealControl(addFor(stranger(world, 'guest'), once.id)))
  mallory.send(mallory.sealControl(addFor(stranger(world, 'second'), once.id)))
  mallory.send(mallory.sealControl(addFor(stranger(world, 'holds nothing'), often.id, new Uint8Array(32))))
  const late = { epoch: controlEpoch, timeMs: expiresMs + 1 }
  mallory.send(mallory.sealControl(addFor(stranger(world, 'late'), often.id), { fields: late }))
  await pass(room)
  const names = [...alice.room.membership.admissions].map(({ person }) => person.name)
  return names.filter((name) => !['alice', 'bob', 'mallory', 'guest'].includes(name)).map((name) => `let in: ${name}`)
}

/** Shows the certificate of Bob at the door, without his key, while he is away. */
async function comesAsBob(room: HostileRoom): Promise<readonly string[]> {
  const { world, alice, bob } = room
  await bob.stop()
  await pass(room)
  const link = HostileLink.open(alice.room, world.random)
  const { certificate } = bob.identity
  await introduce(world, link, stranger(world), alice.room.id, { certificate, claim: undefined })
  await pass(room, 500)
  return link.closed === undefined ? ['door: Alice talks to a stranger as to Bob'] : []
}

/** Stands between two honest peers and passes on what they say. */
async function standsBetween(room: HostileRoom): Promise<readonly string[]> {
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
  await pass(room, 5000)
  return relayed > 4 ? ['between: a third reads what Alice and Bob say'] : []
}

/** An entry of the year 9999: a clock that follows the greatest time it has heard of would stay there for ever. */
async function livesInTheFuture(room: HostileRoom): Promise<readonly string[]> {
  const { mallory, alice } = room
  mallory.send(mallory.seal(typing(mallory.client), { fields: { timeMs: Date.UTC(9999, 11, 31) } }))
  await pass(room)
  assert.ok(shows(room, 'EVIL'), 'what it typed stands: no clock is judged')
  alice.room.files.edit(path, [{ at: 0, remove: 0, insert: 'x' }])
  await pass(room)
  const { timeMs } = mallory.index.head(feedOf(alice))!
  return timeMs > room.world.clock.now() + 60_000
    ? [`future: Alice writes in ${new Date(timeMs).getUTCFullYear()}`]
    : []
}

/** A ticket says that Bob has founded the room, which he has not. */
async function luresIn({ world, alice, bob }: HostileRoom): Promise<readonly string[]> {
  const carol = world.peer('carol')
  const ticket = await world.wait(alice.room.invite())
  await carol.join({ ...ticket, founder: bob.identity.certificate.member })
  const isIn = await world.wait(carol.room.ready().then(() => true, (error) => !AnvcsError.is(error, 'ROOM_MISMATCH'))) // prettier-ignore
  await carol.stop()
  return isIn ? ['lured: Carol takes the room of Alice for one that Bob has founded'] : []
}

/** Asks for a commit that was never shared. */
async function asksForSecrets(room: HostileRoom): Promise<readonly string[]> {
  const { alice, mallory, world } = room
  const { tree } = alice.room.engines.history.graph.node(world.base)
  const person = { name: 'Alice', email: 'alice@example.org', timeSeconds: 1_700_000_100, zone: '+0000' }
  const fields = { tree, parents: [world.base], author: person, committer: person, message: 'secret plan\n' }
  const [secret] = await world.wait(alice.objects.write([{ type: 'commit', content: serializeCommit(fields) }]))
  const [link] = mallory.links
  link!.send({ type: 'want', request: 1, wants: [secret!], haves: [] })
  await pass(room, 500)
  const packs = link!.messages.flatMap((message) => (message.type === 'pack' ? [message.chunk] : []))
  return packs.some((chunk) => Buffer.from(chunk).includes('secret plan')) ? ['leak: an unpushed commit'] : []
}

const attempts = {
  typesAsAlice,
  jumpsAhead,
  turnsBackTime,
  choosesNumbers,
  leavesTheChain,
  inventsPast,
  typesUnderControlKey,
  bombs,
  floods,
  namesHook,
  typesAsBob,
  takesNextFeed,
  leavesBobOut,
  letsIn,
  comesAsBob,
  standsBetween,
  livesInTheFuture,
  luresIn,
  asksForSecrets,
  ...linkAttacks,
} satisfies Readonly<Record<string, Attack>>

export type AttackName = keyof typeof attempts
export const attackNames = Object.keys(attempts) as AttackName[]

/** Tries one attack in a room of its own; tells the harm. */
export async function attack(name: AttackName): Promise<readonly string[]> {
  const room = await HostileRoom.open(31, { [path]: 'one two three\n' })
  try {
    return await attempts[name](room)
  } finally {
    await room.close()
  }
}
