import assert from 'node:assert/strict'
import { SimWorld } from '../../../src/testing/sim-world.ts'

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
})
