import assert from 'node:assert/strict'
import type { ObjectId } from '../../src/contracts/ids.ts'
import { framesOf } from '../../src/sync/frames.ts'
import { encodeMessage } from '../../src/sync/messages.ts'
import { HostileRoom } from '../support/hostile-room.ts'

const files = { 'a.txt': 'one two three\n' }
let room: HostileRoom

describe('a hostile member at its link', () => {
  beforeEach(async () => {
    room = await HostileRoom.open(9, files)
  })
  afterEach(() => room.close())

  async function isClosed(send: () => void): Promise<void> {
    send()
    await room.world.clock.run(room.world.clock.now() + 500)
    assert.ok(room.mallory.links[0]!.closed !== undefined)
    await room.assertWorking('a.txt')
  }

  it('that breaks the frames, the streams or the messages is closed out', async () => {
    const { mallory, alice, world } = room
    const frames = [...framesOf(encodeMessage({ type: 'presence', content: new Uint8Array(9) }))]
    const broken = [
      Uint8Array.of(0xff, 3, 0, 0, 0, 1, 0),
      Uint8Array.of(0x10, 0),
      Uint8Array.of(0x10, 1, 0xff, 0xff, 0xff, 0xff, 0),
      frames[0]!.map((byte, i) => (i === 0 ? 0x10 : byte)),
      Uint8Array.of(0x10, 3, 0, 0, 0, 1, 0xff),
    ]
    for (const frame of broken) {
      const link = await mallory.meet(alice.room)
      link.sendBytes(frame)
      await world.clock.run(world.clock.now() + 200)
      assert.match(link.closed!, /protocol/)
    }
    await room.assertWorking('a.txt')
  })

  it('that ignores the credit of a stream is closed out', () =>
    isClosed(() => {
      const haves = Array.from({ length: 4096 }, (_, i) => i.toString(16).padStart(40, '0') as ObjectId)
      // No answer is ready, so no credit is given back.
      room.alice.objects.pack = () => new Promise(() => undefined)
      for (let request = 0; request < 40; request++)
        room.mallory.links[0]!.send({ type: 'want', request, wants: [room.world.base], haves })
    }))

  it('that asks for packs without end is served one after the other, and holds nobody up', async () => {
    const { mallory, alice, world } = room
    const { base } = world
    let atOnce = 0
    let most = 0
    let served = 0
    const pack = alice.objects.pack.bind(alice.objects)
    alice.objects.pack = async (...given) => {
      most = Math.max(most, ++atOnce)
      served++
      const made = await pack(...given)
      await new Promise<void>((resolve) => world.clock.schedule(5, resolve))
      atOnce--
      return made
    }
    for (let request = 1; request <= 200; request++)
      mallory.links[0]!.send({ type: 'want', request, wants: [base], haves: [] })
    await room.assertWorking('a.txt')
    await world.clock.run(world.clock.now() + 5000)
    assert.equal(most, 1)
    assert.ok(served <= 200)
  })

  it('that claims to have everything, or to be a neighbour of everybody, harms only itself', async () => {
    const { mallory } = room
    const positions = mallory.index.positions().map((each) => ({ ...each, length: 2 ** 40 }))
    for (const link of mallory.links) {
      link.send({ type: 'vector', whole: true, positions })
      link.send({ type: 'neighbours', devices: room.honest.map(({ identity }) => identity.certificate.device) })
      link.send({ type: 'credit', stream: 'entries', bytes: 1 << 24 })
    }
    await room.assertWorking('a.txt')
  })
})
