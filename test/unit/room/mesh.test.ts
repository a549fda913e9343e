import assert from 'node:assert/strict'
import { utf8 } from '../../../src/lib/bytes.ts'
import type { SimPeer } from '../../../src/testing/sim-peer.ts'
import { SimWorld } from '../../../src/testing/sim-world.ts'

const files = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}.txt`, `file ${i}\n`]))

describe('three peers in a row: the first and the last have no link', () => {
  let world: SimWorld
  let alice: SimPeer
  let bob: SimPeer
  let carol: SimPeer

  beforeEach(async () => {
    world = new SimWorld({ seed: 3, files })
    ;[alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => world.peer(name)) as [SimPeer, SimPeer, SimPeer]
    await alice.found()
    const ticket = await world.wait(alice.room.invite({ uses: 2 }))
    await bob.join(ticket)
    await carol.join(ticket)
    await world.wait(Promise.all([bob.room.ready(), carol.room.ready()]))
    const isMet = () => [alice, bob, carol].every(({ room }) => room.peers.length === 2)
    assert.ok(await world.until(isMet))
    // Whoever comes to Alice from now on is turned away, and Carol is sent away.
    alice.room.attach = (link) => void link.close('kept apart')
    const { device } = carol.identity.certificate
    await world.wait(alice.room.peers.find((peer) => peer.device === device)!.close('kept apart'))
    assert.ok(await world.until(() => carol.room.peers.length === 1))
  })
  afterEach(async () => {
    for (const peer of [alice, bob, carol]) await peer.stop()
  })

  const areApart = (): void =>
    assert.deepEqual(
      [alice, bob, carol].map(({ room }) => room.peers.length),
      [1, 2, 1],
    )

  it('have what each types, and commits with their objects, over the one between them', async () => {
    alice.room.files.edit('7.txt', [{ at: 0, remove: 0, insert: 'from alice\n' }])
    carol.room.files.edit('7.txt', [{ at: 0, remove: 0, insert: 'from carol\n' }])
    const has = (peer: SimPeer, text: string) => () => peer.room.files.text('7.txt')!.includes(text)
    assert.ok(await world.until(has(carol, 'from alice')))
    assert.ok(await world.until(has(alice, 'from carol')))
    const commit = await world.wait(alice.commit(['7.txt']))
    assert.ok(await world.until(() => carol.room.commits.isNamed(commit)))
    assert.ok(carol.objects.has(commit))
    assert.ok(await world.until(() => carol.room.digest === alice.room.digest))
    areApart()
  })

  it('see the presence of who is linked to them, also when they come later, and of nobody else', async () => {
    const seen: string[] = []
    for (const [name, { room }] of Object.entries({ bob, carol }))
      room.events.on('presence', ({ member, content }) => {
        const { name: of } = room.membership.personOf(member)!
        seen.push(`${name} sees ${of}: ${Buffer.from(content).toString()}`)
      })
    const entries = bob.room.entryCount
    alice.room.setPresence(utf8('at line 3'))
    bob.room.setPresence(utf8('reads'))
    await world.clock.run(world.clock.now() + 2000)
    assert.deepEqual(seen.sort(), ['bob sees alice: at line 3', 'carol sees bob: reads'])
    assert.equal(bob.room.entryCount, entries, 'none of it is journaled')
    await carol.stop()
    await carol.open()
    const again: string[] = []
    carol.room.events.on('presence', ({ content }) => void again.push(Buffer.from(content).toString()))
    assert.ok(await world.until(() => again.length > 0))
    assert.deepEqual(again, ['reads'])
  })

  it('open the document of a file when somebody looks into it, and no other', async () => {
    const { evaluator } = carol.room.engines.history
    const opened = new Set<string>()
    const documentAt = evaluator.documentAt.bind(evaluator)
    evaluator.documentAt = (file, state) => {
      opened.add(file)
      return documentAt(file, state)
    }
    alice.room.files.edit('7.txt', [{ at: 0, remove: 0, insert: 'x' }])
    alice.room.files.edit('8.txt', [{ at: 0, remove: 0, insert: 'x' }])
    await world.wait(alice.room.flush())
    assert.ok(await world.until(() => carol.room.digest === alice.room.digest))
    assert.equal(carol.room.files.text('8.txt'), 'xfile 8\n')
    assert.deepEqual([...opened], [carol.room.engines.history.baseFile('8.txt')])
  })
})
