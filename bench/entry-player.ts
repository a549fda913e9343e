import { once } from 'node:events'
import type { EndpointId, FeedId } from '../src/contracts/ids.ts'
import type { Crypto } from '../src/contracts/crypto.ts'
import type { FeedStore } from '../src/contracts/feed-store.ts'
import { decodeEntry, type Entry } from '../src/journal/entry.ts'
import { nodeClock } from '../src/node/clock.ts'
import { nodeRandom } from '../src/node/random.ts'
import { EntrySource } from '../src/room/entry-source.ts'
import type { RoomIdentity } from '../src/room/room-identity.ts'
import { RoomLinks } from '../src/room/room-links.ts'
import type { Room } from '../src/room/room.ts'
import { MemoryLink } from '../transports/memory/memory-link.ts'
import { countBytes } from './counted-link.ts'

/** What one device has written in a room, and who it is. */
export interface Recording {
  readonly identity: RoomIdentity
  readonly feed: FeedId
  readonly entries: readonly Entry[]
  /** So many of them the others have already. */
  readonly known: number
}

export async function recordFeed(crypto: Crypto, store: FeedStore, feed: FeedId): Promise<readonly Entry[]> {
  const entries: Entry[] = []
  for await (const { bytes } of store.read(feed)) entries.push(decodeEntry(crypto, bytes)!)
  return entries
}

/**
 * A peer that has written its entries long ago and gives them to a room one after the other, over a real link with
 * handshake, session and frames: what is measured is the work of the receiver, and hardly that of the sender. Returns the
 * bytes that it took on the link.
 */
export async function playEntries(
  crypto: Crypto,
  { identity, feed, entries, known }: Recording,
  room: Room,
): Promise<number> {
  const source = new EntrySource(noStore)
  for (const { head, bytes } of entries) source.add({ feed, seq: head.seq, bytes })
  let given = known
  const linked = new EventTarget()
  const links = new RoomLinks({
    crypto,
    clock: nodeClock,
    deviceSeed: identity.deviceSeed,
    source,
    replica: {
      positions: () => [{ feed, length: given, head: entries[given - 1]!.id }],
      digest: () => new Uint8Array(32),
      length: (of) => (of === feed ? given : 0),
      deviceOf: () => undefined,
    },
    hello: (link) => identity.hello(room.id, link, nodeRandom, undefined),
    welcome: ({ certificate }) => Promise.resolve({ status: 'member', member: certificate.member }),
    onEvents: () => undefined,
    onPeer: (_, state) => state === 'linked' && linked.dispatchEvent(new Event('linked')),
    onProblem: (message) => console.error(message),
  })
  const [ours, theirs] = MemoryLink.pair(
    '1'.repeat(32) as EndpointId,
    '2'.repeat(32) as EndpointId,
    nodeRandom.bytes(16),
  )
  const bytes = countBytes(ours)
  const meeting = once(linked, 'linked')
  room.attach(theirs)
  links.attach(ours)
  await meeting
  while (given < entries.length) {
    given++
    const durable = isDurable(room)
    links.advanced(new Set([feed]))
    await durable
  }
  await links.close()
  return bytes.afterHandshake
}

const noStore = {
  async *read() {
    // Everything is in memory.
  },
} as unknown as FeedStore

function isDurable(room: Room): Promise<void> {
  return new Promise((resolve) => {
    const stop = room.events.on('durable', () => {
      stop()
      resolve()
    })
  })
}
