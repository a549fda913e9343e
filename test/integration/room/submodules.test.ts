import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gitIn, RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'

describe('a submodule in a repository with a room', function () {
  this.timeout(90_000)

  it("is nobody else's, whatever is done in it, and holds nothing up", async () => {
    await using meeting = await RoomMeeting.clones(['alice', 'bob'], { 'a.txt': 'one\n' })
    const [alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
    for (const { folder } of [alice, bob]) {
      gitIn(folder, 'clone', '-q', meeting.upstream, 'lib')
      gitIn(folder, 'update-index', '--add', '--cacheinfo', `160000,${alice.head},lib`)
    }
    await alice.run()
    await bob.run({ ticket: (await alice.call('invite')) as string, shareChanges: true })
    await meeting.linked()
    appendFileSync(join(alice.folder, 'lib/a.txt'), 'changed in the submodule\n')
    alice.write({ 'lib/new.txt': 'new in the submodule\n', 'beside.txt': 'beside it\n' })
    await until(() => existsSync(join(bob.folder, 'beside.txt')))
    alice.write({ 'a.txt': 'one\ntwo\n' })
    const { commit } = await alice.commit('all of it')
    await until(() => bob.head === commit)
    assert.equal(readFileSync(join(bob.folder, 'lib/a.txt'), 'utf8'), 'one\n')
    assert.ok(!existsSync(join(bob.folder, 'lib/new.txt')))
    const warnings = [...alice.events, ...bob.events].filter(({ event }) => event === 'warning')
    assert.deepEqual(warnings, [])
  })

  it('or another repository that is cloned into the folder is not shared', async () => {
    await using meeting = await RoomMeeting.running(['alice', 'bob'], { 'a.txt': 'one\n', 'deep/b.txt': 'two\n' })
    const [alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
    gitIn(alice.folder, 'clone', '-q', meeting.upstream, 'nested')
    alice.write({ 'nested/deep/new.txt': 'new there\n', 'beside.txt': 'beside it\n' })
    await until(() => existsSync(join(bob.folder, 'beside.txt')))
    await meeting.equal()
    assert.ok(!existsSync(join(bob.folder, 'nested')))
  })
})
