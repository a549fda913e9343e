import assert from 'node:assert/strict'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { utf8 } from '../../../src/lib/bytes.ts'
import { ObjectTransfer, type ObjectPeer } from '../../../src/room/object-transfer.ts'
import { SimWorld } from '../../../src/testing/sim-world.ts'

type Message = Parameters<ObjectPeer['send']>[0]

describe('the exchange of Git objects', () => {
  const blob = (text: string) => ({ type: 'blob' as const, content: utf8(text) })

  /** Three machines that are not linked yet, each with its store and its transfer. `came` counts what the first one is told. */
  async function machines() {
    const came = { times: 0 }
    const world = new SimWorld({ seed: 1, files: { a: 'a\n' } })
    const stores = []
    for (const name of ['asker', 'first', 'second']) {
      const peer = world.peer(name)
      await peer.found()
      stores.push(peer.objects)
    }
    const transfers = stores.map(
      (objects) =>
        new ObjectTransfer({
          objects,
          clock: world.clock,
          base: () => undefined,
          isOfRoom: () => false,
          haves: () => [],
          onObjects: () => void came.times++,
          onProblem: () => undefined,
        }),
    )
    return { world, stores, transfers, came }
  }

  /** The far end of a link: what is sent to it is handled by `to`, which sees the sender as `back`. */
  function peerOf(to: ObjectTransfer, back: () => ObjectPeer): ObjectPeer {
    return {
      bulkReady: () => Promise.resolve(true),
      send: (message: Message) => {
        if (message.type === 'want') void to.serve(back(), message)
        else if (message.type === 'pack') void to.receive(back(), message)
        else to.lacking(back(), message.request)
      },
    }
  }

  function link(a: ObjectTransfer, b: ObjectTransfer): ObjectPeer {
    const asSeenByA: ObjectPeer = peerOf(b, () => asSeenByB)
    const asSeenByB: ObjectPeer = peerOf(a, () => asSeenByA)
    a.addPeer(asSeenByA)
    b.addPeer(asSeenByB)
    return asSeenByA
  }

  it('brings what each of two peers has, though neither has all', async () => {
    const { world, stores, transfers } = await machines()
    const [one] = await world.wait(stores[1]!.write([blob('one')]))
    const [two] = await world.wait(stores[2]!.write([blob('two')]))
    link(transfers[0]!, transfers[1]!)
    link(transfers[0]!, transfers[2]!)
    transfers[0]!.need([one!, two!])
    assert.ok(await world.until(() => stores[0]!.has(one!) && stores[0]!.has(two!)))
  })

  it('asks another where a peer says nothing at all', async () => {
    const { world, stores, transfers } = await machines()
    const [one] = await world.wait(stores[1]!.write([blob('one')]))
    transfers[0]!.addPeer({ bulkReady: () => Promise.resolve(true), send: () => undefined })
    transfers[0]!.need([one!])
    link(transfers[0]!, transfers[1]!)
    assert.ok(await world.until(() => stores[0]!.has(one!)))
  })

  it('notices what has come another way', async () => {
    const { world, stores, transfers, came } = await machines()
    const [one] = await world.wait(stores[1]!.write([blob('one')]))
    transfers[0]!.need([one!])
    await world.wait(stores[0]!.write([blob('one')]))
    assert.ok(await world.until(() => came.times > 0))
    assert.deepEqual(transfers[0]!.needed, [])
  })

  it('takes a pack again that the disk had no room for', async () => {
    const { world, stores, transfers } = await machines()
    const [one] = await world.wait(stores[1]!.write([blob('one')]))
    const unpack = stores[0]!.unpack.bind(stores[0])
    let fails = 2
    stores[0]!.unpack = (pack) => (fails-- > 0 ? Promise.reject(new Error('full')) : unpack(pack))
    link(transfers[0]!, transfers[1]!)
    transfers[0]!.need([one as ObjectId])
    assert.ok(await world.until(() => stores[0]!.has(one!)))
  })
})
