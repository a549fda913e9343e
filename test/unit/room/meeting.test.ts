import assert from 'node:assert/strict'
import type { EndpointId } from '../../../src/contracts/ids.ts'
import { toHex } from '../../../src/lib/bytes.ts'
import type { SimPeer } from '../../../src/testing/sim-peer.ts'
import { SimWorld } from '../../../src/testing/sim-world.ts'
import { MemoryLink } from '../../../transports/memory/memory-link.ts'

const files = { 'a.txt': 'one\ntwo\nthree\n', 'src/b.ts': 'export const b = 1\n' }

describe('two peers of a room', () => {
  it('see what the other types, and hold the same commit', async () => {
    const world = new SimWorld({ seed: 1, files })
    const alice = world.peer('alice')
    const bob = world.peer('bob')
    for (const peer of [alice, bob]) void peer
    await alice.found()
    alice.room.events.on('problem', ({ message }) => console.log('alice', message))
    const ticket = await world.wait(alice.room.invite())
    await bob.join(ticket)
    bob.room.events.on('problem', ({ message }) => console.log('bob', message))
    await world.wait(bob.room.ready())
    alice.room.files.edit('a.txt', [{ at: 0, remove: 0, insert: 'zero\n' }])
    assert.ok(await world.until(() => bob.room.files.text('a.txt') === 'zero\none\ntwo\nthree\n'))
    bob.room.files.edit('a.txt', [{ at: 0, remove: 5, insert: '' }])
    bob.room.files.create('new.md', { text: '# New\n' })
    assert.ok(await world.until(() => alice.room.files.text('new.md') === '# New\n'))
    assert.equal(alice.room.files.text('a.txt'), files['a.txt'])
    const commit = await world.wait(alice.commit(['a.txt', 'new.md']))
    assert.ok(await world.until(() => bob.room.commits.isNamed(commit)))
    assert.deepEqual(
      bob.room.commits.heads().map((head) => head.commit),
      [commit],
    )
    assert.deepEqual([...alice.room.voided, ...bob.room.voided], [])
    assert.deepEqual(bob.room.commits.newest(), [commit, world.base], 'what packs for bob may build upon')
  })

  it('that are both still to be let in part without a complaint, and meet again as members', async () => {
    const world = new SimWorld({ seed: 2, files })
    const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => world.peer(name)) as [SimPeer, SimPeer, SimPeer]
    await alice.found()
    const ticket = await world.wait(alice.room.invite({ uses: 2 }))
    await alice.stop()
    await bob.join(ticket)
    await carol.join(ticket)
    const id = () => toHex(world.random.bytes(16)) as EndpointId
    const [atBob, atCarol] = MemoryLink.pair(id(), id(), world.random.bytes(32))
    bob.room.attach(atBob)
    carol.room.attach(atCarol)
    const closed = await world.wait(Promise.all([atBob.closed, atCarol.closed]))
    assert.ok(closed.some(({ reason }) => reason === 'neither side is a member yet'))
    await alice.open()
    await world.wait(Promise.all([bob.room.ready(), carol.room.ready()]))
    const isMet = () => [bob, carol].every(({ room }) => room.peers.length === 2)
    assert.ok(await world.until(isMet, 60_000))
    assert.deepEqual([...bob.problems, ...carol.problems], [])
  })
})
