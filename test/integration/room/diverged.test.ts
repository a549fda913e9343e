import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprints } from '../../support/folder-content.ts'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'
import { Words } from '../../support/words.ts'

describe('a room whose links are cut and come back', function () {
  this.timeout(120_000)
  let meeting: RoomMeeting
  let alice: RoomPeer
  let bob: RoomPeer
  let carol: RoomPeer
  const words = new Words()

  before(async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join('')
    meeting = await RoomMeeting.running(['alice', 'bob', 'carol'], {
      'shared.txt': lines,
      'alice.txt': 'a\n',
      'bob.txt': 'b\n',
    })
    ;[alice, bob, carol] = meeting.peers as [RoomPeer, RoomPeer, RoomPeer]
  })

  after(async () => {
    await meeting?.[Symbol.asyncDispose]()
  })

  const cut = () => Promise.all(meeting.peers.map((peer) => peer.call('cut')))

  async function mend(): Promise<void> {
    await Promise.all(meeting.peers.map((peer) => peer.call('mend')))
    await Promise.all(meeting.peers.map((peer) => peer.rejoin()))
    await meeting.linked()
    await meeting.equal()
  }

  async function agreeOnHead(): Promise<void> {
    await until(() => new Set(meeting.peers.map(({ head }) => head)).size === 1)
    await meeting.equal()
    for (const peer of meeting.peers) {
      assert.deepEqual(words.wrongIn(peer.folder), [])
      assert.equal(peer.git('status', '--porcelain'), '')
      peer.git('fsck', '--strict', '--no-dangling', '--no-progress')
      assert.deepEqual(fingerprints(peer.folder), fingerprints(alice.folder))
      assert.deepEqual(await peer.call('voided'), [])
    }
  }

  function replace(peer: RoomPeer, from: string, to: string): void {
    const text = readFileSync(join(peer.folder, 'shared.txt'), 'utf8')
    assert.ok(text.includes(from))
    peer.write({ 'shared.txt': text.replace(from, to) })
  }

  it('ends in one merge commit, the same at all, when commits do not conflict', async () => {
    await cut()
    words.append(alice, 'alice.txt')
    replace(alice, 'line 2\n', 'line 2 by-alice\n')
    words.append(bob, 'bob.txt')
    replace(bob, 'line 25\n', 'line 25 by-bob\n')
    words.all.push('by-alice', 'by-bob')
    const commits = [await alice.commit('hers'), await bob.commit('his')]
    words.append(carol, 'new-by-carol.txt')
    await mend()
    await until(() => meeting.peers.every(({ head }) => !commits.some(({ commit }) => commit === head)))
    await carol.call('add', ['new-by-carol.txt'])
    await until(() => new Set(meeting.peers.map(({ head }) => head)).size === 1)
    const parents = alice.git('show', '-s', '--format=%P', 'HEAD').trim().split(' ')
    assert.deepEqual([...parents].sort(), commits.map(({ commit }) => commit).sort())
    await carol.commit('carols', { all: false })
    await agreeOnHead()
  })

  it('keeps heads that conflict apart, over one text, and says so', async () => {
    await cut()
    replace(alice, 'line 10\n', 'line 10 one-way\n')
    replace(bob, 'line 10\n', 'line 10 other-way\n')
    const commits = [await alice.commit('one way'), await bob.commit('other way')]
    await mend()
    for (const peer of meeting.peers) {
      const { heads } = await peer.status()
      assert.deepEqual([...heads].sort(), commits.map(({ commit }) => commit).sort())
    }
    assert.equal(alice.head, commits[0]!.commit)
    assert.equal(bob.head, commits[1]!.commit)
    for (const { folder } of meeting.peers) assert.deepEqual(words.wrongIn(folder), [])
    assert.deepEqual(fingerprints(bob.folder), fingerprints(alice.folder))
    const report = await alice.rejoin()
    assert.equal(report.heads.length, 2)
  })

  it('follows a merge that somebody makes by hand', async () => {
    const [other] = (await alice.status()).heads.filter((head) => head !== alice.head)
    alice.git('stash')
    assert.throws(() => alice.git('merge', '-q', other!))
    const text = readFileSync(join(alice.folder, 'shared.txt'), 'utf8')
    alice.write({ 'shared.txt': text.replace(/<<<<<<<[^]*>>>>>>> .*\n/, 'line 10 both-ways\n') })
    words.all.push('both-ways')
    alice.git('add', 'shared.txt')
    alice.git('commit', '-q', '-m', 'merged by hand')
    alice.git('stash', 'drop', '-q')
    await agreeOnHead()
    assert.equal(alice.git('show', '-s', '--format=%s').trim(), 'merged by hand')
    assert.doesNotMatch(readFileSync(join(bob.folder, 'shared.txt'), 'utf8'), /one-way|other-way|<<<</)
  })
})
