import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'

describe('a file of the room at a path that is not tracked here', function () {
  this.timeout(60_000)

  it('is told, stays as it is, and once it is shared stands beside the other', async () => {
    await using meeting = await RoomMeeting.clones(['alice', 'bob'], { 'a.txt': 'one\n' })
    const [alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
    await alice.run()
    alice.write({ 'new.txt': 'of alice\n' })
    bob.write({ 'new.txt': 'of bob\n' })
    await alice.call('scan')
    await bob.run({ ticket: (await alice.call('invite')) as string })
    await meeting.linked()
    await until(() =>
      bob.events.some((event) => event.event === 'warning' && event.message.startsWith('new.txt is not')),
    )
    assert.deepEqual((await bob.status()).held, ['new.txt'])
    const { commit } = await alice.commit('of alice')
    await until(() => bob.head === commit)
    appendFileSync(join(bob.folder, 'new.txt'), 'more of bob\n')
    // Whatever program looks at the index: what it tracks now is shared.
    bob.git('update-index', '-q', '--really-refresh', '--add', '--', 'a.txt')
    bob.git('add', 'new.txt')
    await until(() => readdirSync(alice.folder).some((name) => name.startsWith('new~')))
    await meeting.equal()
    for (const { folder } of [alice, bob]) {
      const texts = readdirSync(folder)
        .filter((name) => name.startsWith('new'))
        .map((name) => readFileSync(join(folder, name), 'utf8'))
      assert.deepEqual(texts.sort(), ['of alice\n', 'of bob\nmore of bob\n'])
    }
    assert.ok(existsSync(join(alice.folder, 'a.txt')))
  })

  it('and one that was made there before anybody had looked both lie in both clones', async () => {
    await using meeting = await RoomMeeting.running(['alice', 'bob'], { 'a.txt': 'one\n' })
    const [alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
    // Paused, Bob looks only when both files are there.
    await bob.call('pause')
    alice.write({ 'new.txt': 'of alice\n' })
    await until(async () => (await bob.call('text', 'new.txt')) === 'of alice\n')
    bob.write({ 'new.txt': 'of bob\n' })
    await bob.call('resume')
    const textsIn = ({ folder }: RoomPeer) =>
      readdirSync(folder)
        .filter((name) => name.startsWith('new'))
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .sort()
    // Nothing is scanned: that would find what had not been written.
    await until(() => [alice, bob].every((peer) => textsIn(peer).length === 2), 5000)
    for (const peer of [alice, bob]) assert.deepEqual(textsIn(peer), ['of alice\n', 'of bob\n'], peer.name)
  })

  it('is not written where the newcomer ignores its path, until Git tracks it there', async () => {
    await using meeting = await RoomMeeting.running(['alice', 'bob'], { 'a.txt': 'one\n', '.gitignore': '*.log\n' })
    const [alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
    alice.write({ 'new.log': 'of alice\n', 'new.txt': 'of alice\n' })
    alice.git('add', '-f', 'new.log', 'new.txt')
    await until(() => existsSync(join(bob.folder, 'new.txt')))
    appendFileSync(join(alice.folder, 'new.log'), 'more of alice\n')
    appendFileSync(join(alice.folder, 'new.txt'), 'more of alice\n')
    await until(() => readFileSync(join(bob.folder, 'new.txt'), 'utf8').includes('more'))
    assert.ok(!existsSync(join(bob.folder, 'new.log')))
    await alice.commit('of alice')
    await until(() => existsSync(join(bob.folder, 'new.log')))
    await meeting.equal()
    assert.equal(readFileSync(join(bob.folder, 'new.log'), 'utf8'), 'of alice\nmore of alice\n')
  })
})
