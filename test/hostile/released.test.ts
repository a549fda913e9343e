import assert from 'node:assert/strict'
import { writeNaming } from '../../src/history/naming-entry.ts'
import { HostileRoom } from '../support/hostile-room.ts'

describe('an entry that waits for another one', () => {
  it('is sent on to the peer whose message sets it free', async () => {
    const room = await HostileRoom.open(1, { 'a.txt': 'one\ntwo\n' })
    const { world, alice, bob, mallory } = room
    const [toAlice, toBob] = mallory.links
    world.network.cut(['alice', 'bob'], ['alice', 'bob'])
    alice.room.files.edit('a.txt', [{ at: 0, remove: 0, insert: 'zero\n' }])
    await world.wait(alice.room.flush())
    await world.clock.run(world.clock.now() + 1000)
    // Void, and an entry all the same: it depends on what Alice has typed, and Bob alone gets it.
    const lie = mallory.seal(
      writeNaming({
        kind: 'join',
        commit: world.base,
        named: { states: new Map(), partial: new Set() },
        key: '0'.repeat(64),
        lines: [],
      }),
    )
    toBob!.send({ type: 'entries', entries: [lie.bytes] })
    await world.clock.run(world.clock.now() + 1000)
    assert.equal(bob.room.waitingEntries, 1)
    await Promise.all([toAlice!.link.close('away'), toBob!.link.close('away')])
    world.network.heal()
    await room.settled()
    assert.ok(alice.room.voided.some(({ id }) => id === lie.id))
    await room.close()
  })
})
