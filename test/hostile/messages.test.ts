import assert from 'node:assert/strict'
import type { EntryId, FeedId, KeyId, ObjectId } from '../../src/contracts/ids.ts'
import { hexBytes } from '../../src/lib/bytes.ts'
import { decodeCbor, encodeCbor } from '../../src/lib/cbor.ts'
import { SeededRandom } from '../../src/lib/seeded-random.ts'
import { framesOf } from '../../src/sync/frames.ts'
import { encodeMessage, type PeerMessage } from '../../src/sync/messages.ts'
import { HostileRoom } from '../support/hostile-room.ts'
import { mutatedValue } from '../support/mutated-value.ts'

const messages = 3000

/** One of each kind, true or nearly. */
function messagesOf({ mallory, alice, world }: HostileRoom): readonly PeerMessage[] {
  const positions = mallory.index.positions()
  const id = 'ab'.repeat(20) as ObjectId
  return [
    { type: 'digest', digest: hexBytes(alice.room.digest) },
    { type: 'vector', whole: true, positions },
    { type: 'vector', whole: false, positions: [{ feed: '12'.repeat(16) as FeedId, length: 3, head: '34'.repeat(32) as EntryId }] }, // prettier-ignore
    { type: 'credit', stream: 'entries', bytes: 1000 },
    { type: 'neighbours', devices: ['56'.repeat(32) as KeyId] },
    { type: 'keys', box: new Uint8Array(100) },
    { type: 'entries', entries: [mallory.entry(mallory.feed, 0)!.bytes] },
    { type: 'want', request: 1, wants: [world.base], haves: [id] },
    { type: 'history', request: 2, wants: [world.base], haves: [] },
    { type: 'pack', request: 1, chunk: new Uint8Array(50), last: true },
    { type: 'lacking', request: 1, reason: 'none' },
    { type: 'presence', content: new Uint8Array(20) },
  ]
}

describe('three thousand messages and frames of a member that were mutated before they were sent', () => {
  it('close its link or say something, throw nowhere, and hold nobody up', async function () {
    this.timeout(120_000)
    const room = await HostileRoom.open(12, { 'a.txt': 'one two three\n' })
    const { mallory, alice, world } = room
    const random = new SeededRandom(12)
    const heard = new Set<string>()
    let link = await mallory.meet(alice.room)
    let closed = 0
    for (let i = 1; i <= messages; i++) {
      const { stream, bytes } = encodeMessage(random.pick(messagesOf(room)))
      const value = mutatedValue(random, decodeCbor(bytes)!)
      for (const frame of framesOf({ stream, bytes: encodeCbor(value) })) {
        if (random.chance(0.1)) frame[random.below(frame.length)]! ^= 1 << random.below(8)
        link.sendBytes(frame)
      }
      await world.clock.run(world.clock.now() + 1)
      if (link.closed !== undefined) {
        closed++
        heard.add(link.closed)
        mallory.links.pop()
        link = await mallory.meet(alice.room)
      }
      if (i % 1000 === 0) await room.assertWorking('a.txt')
    }
    assert.ok(closed > messages / 10 && closed < (messages * 9) / 10, `${closed} links were closed`)
    assert.deepEqual([...heard].sort(), ['malformed', 'protocol error'])
    await room.close()
  })
})
