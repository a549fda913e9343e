import type { EntryId, FeedId, ObjectId, RoomId } from '../../src/contracts/ids.ts'
import { writeOperations, type OperationBody } from '../../src/history/operations-body.ts'
import { utf8 } from '../../src/lib/bytes.ts'
import { encodeCbor } from '../../src/lib/cbor.ts'
import { nodeCrypto } from '../../src/node/crypto.ts'
import { objectId } from '../../src/objects/object-id.ts'
import { forgedUpdate } from '../../src/testing/forged-update.ts'
import { HostileLink } from '../../src/testing/hostile-link.ts'
import type { HostileRoom } from '../support/hostile-room.ts'
import { pass, path, shows, type Attack } from './attack.ts'

const blob = { type: 'blob', content: utf8('wanted\n') } as const
const blobId = objectId(nodeCrypto, 'sha1', blob)

/** Begins a message that never ends: whoever collects it keeps as much as comes. */
async function neverEnds(room: HostileRoom): Promise<readonly string[]> {
  const [link] = room.mallory.links
  const parts = 200
  const frame = new Uint8Array(16 * 1024)
  for (let part = 0; part < parts; part++) {
    frame.set(part ? [0x10, 0] : [0x10, 1, 0x40, 0, 0, 0])
    link!.sendBytes(frame)
  }
  await pass(room, 500)
  return link!.closed === undefined ? [`frames: Alice keeps ${parts * frame.length} bytes of one message`] : []
}

/** Asks on and on although nothing of it is answered yet. */
async function ignoresCredit(room: HostileRoom): Promise<readonly string[]> {
  const { alice, mallory, world } = room
  const [link] = mallory.links
  const haves = Array.from({ length: 4096 }, (_, i) => i.toString(16).padStart(40, '0') as ObjectId)
  alice.objects.pack = () => new Promise(() => undefined)
  for (let request = 0; request < 40; request++) link!.send({ type: 'want', request, wants: [world.base], haves })
  await pass(room, 500)
  return link!.closed === undefined ? ['credit: Alice keeps 3 MiB of requests'] : []
}

/** Each pack is the work of a program. */
async function asksAllAtOnce(room: HostileRoom): Promise<readonly string[]> {
  const { alice, mallory, world } = room
  let now = 0
  let most = 0
  const pack = alice.objects.pack.bind(alice.objects)
  alice.objects.pack = async (...given) => {
    most = Math.max(most, ++now)
    const made = await pack(...given)
    await new Promise<void>((resolve) => world.clock.schedule(5, resolve))
    now--
    return made
  }
  for (let request = 1; request <= 50; request++)
    mallory.links[0]!.send({ type: 'want', request, wants: [world.base], haves: [] })
  await pass(room)
  return most > 1 ? [`at once: Alice makes ${most} packs at a time`] : []
}

async function tellsOfFeedsWithoutEnd(room: HostileRoom): Promise<readonly string[]> {
  const [link] = room.mallory.links
  const head = '11'.repeat(32) as EntryId
  let told = 0
  while (link!.closed === undefined && told < 150_000) {
    const name = (i: number) => (told + i + 1).toString(16).padStart(32, 'f') as FeedId
    const positions = Array.from({ length: 10_000 }, (_, i) => ({ feed: name(i), length: 1, head }))
    link!.send({ type: 'vector', whole: false, positions })
    told += positions.length
    await pass(room, 100)
  }
  return link!.closed === undefined ? [`feeds: Alice remembers ${told} that do not exist`] : []
}

async function fillsTheDoor({ alice, world }: HostileRoom): Promise<readonly string[]> {
  const links = Array.from({ length: 200 }, () => HostileLink.open(alice.room, world.random))
  await world.clock.run(world.clock.now() + 500)
  const open = links.filter(({ closed }) => closed === undefined).length
  return open > 64 ? [`door: ${open} strangers wait at once`] : []
}

async function staysAtTheDoor({ alice, world }: HostileRoom): Promise<readonly string[]> {
  const link = HostileLink.open(alice.room, world.random)
  await world.clock.run(world.clock.now() + 11_000)
  return link.closed === undefined ? ['door: a stranger says nothing, and stays'] : []
}

/** Puts objects into the store of Alice that she never asked for. */
async function givesUnasked(room: HostileRoom): Promise<readonly string[]> {
  const { alice, mallory } = room
  const chunk = encodeCbor([[blob.type, blob.content]])
  mallory.links[0]!.send({ type: 'pack', request: 1, chunk, last: true })
  await pass(room, 500)
  return alice.objects.has(blobId) ? ['unasked: Alice keeps what she never asked for'] : []
}

/** Alice asks Mallory for a blob while Bob is away, who has it and comes back. The number of her request. */
async function isAskedFirst({ alice, bob, mallory, world }: HostileRoom): Promise<number> {
  await world.wait(bob.objects.write([blob]))
  await bob.stop()
  await world.clock.run(world.clock.now() + 2000)
  alice.room.fetch([blobId])
  await world.clock.run(world.clock.now() + 500)
  await bob.open()
  await world.until(() => alice.room.peers.length === 2)
  for (const message of mallory.links[0]!.messages) if (message.type === 'want') return message.request
  throw new Error('Mallory was not asked')
}

/** Answers with a pack that goes on for days. */
async function sendsSlowly(room: HostileRoom): Promise<readonly string[]> {
  const { alice, mallory } = room
  const request = await isAskedFirst(room)
  for (let i = 0; i < 12 && !alice.objects.has(blobId); i++) {
    mallory.links[0]!.send({ type: 'pack', request, chunk: new Uint8Array(32 * 1024), last: false })
    await pass(room, 10_000)
  }
  return alice.objects.has(blobId) ? [] : ['slow: in two minutes nobody else was asked']
}

/** Answers with a pack in parts of one byte, each of which costs a hundred. */
async function sendsCrumbs(room: HostileRoom): Promise<readonly string[]> {
  const { alice, mallory } = room
  const request = await isAskedFirst(room)
  const parts = 35_000
  for (let i = 0; i < parts; i++) {
    mallory.links[0]!.send({ type: 'pack', request, chunk: new Uint8Array(1), last: false })
    if (i % 1000 === 0) await pass(room, 10)
  }
  await pass(room)
  return alice.objects.has(blobId) ? [] : [`crumbs: Alice keeps ${parts} parts of one byte`]
}

/** Names more blobs that nobody has than are asked for at once. */
async function namesWhatIsNowhere(room: HostileRoom): Promise<readonly string[]> {
  const { mallory, alice, bob, world } = room
  const names = Array.from({ length: 3000 }, (_, i) => i.toString(16).padStart(40, '0') as ObjectId)
  const value = (id: ObjectId) => ({ register: 'content', blob: id }) as const
  mallory.send(
    mallory.sealOperations(names.map((id): OperationBody => ({ ref: { basePath: path }, value: value(id) }))),
  )
  await pass(room)
  await world.wait(alice.objects.write([blob]))
  alice.room.files.create('image.bin', { blob: blobId })
  await pass(room, 30_000)
  return bob.objects.has(blobId) ? [] : ['names: Bob does not get the blob of Alice']
}

/** Repeats in this room what was said in another one. */
async function speaksOfAnotherRoom(room: HostileRoom): Promise<readonly string[]> {
  const { mallory } = room
  const update = forgedUpdate(mallory.client, 0, [{ text: 'EVIL ' }])
  const body = writeOperations([{ ref: { basePath: path }, update }])
  mallory.send(mallory.seal(body, { fields: { room: '77'.repeat(16) as RoomId } }))
  await pass(room)
  return shows(room, 'EVIL') ? ['room: what was said in another room counts'] : []
}

/** What goes over a link besides entries, and entries that are out of place. */
export const linkAttacks = {
  neverEnds,
  ignoresCredit,
  asksAllAtOnce,
  tellsOfFeedsWithoutEnd,
  fillsTheDoor,
  staysAtTheDoor,
  givesUnasked,
  sendsSlowly,
  sendsCrumbs,
  namesWhatIsNowhere,
  speaksOfAnotherRoom,
} satisfies Readonly<Record<string, Attack>>
