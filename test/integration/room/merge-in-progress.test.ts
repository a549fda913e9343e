import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'

describe('a merge that Git is in the middle of, in a room', function () {
  this.timeout(90_000)

  for (const program of ['git', 'ai-vcs'])
    it(`is ended by a commit of ${program}, and the others have it once`, async () => {
      await using meeting = await RoomMeeting.running(['alice', 'bob'], {
        'a.txt': 'one\ntwo\nthree\n',
        'b.txt': 'b\n',
      })
      const [alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
      const upstream = meeting.commitUpstream('upstream', { 'a.txt': 'one\nTWO\nthree\n', 'up.txt': 'up\n' })
      alice.write({ 'a.txt': 'one\nzwei\nthree\n' })
      await alice.commit('ours')
      assert.throws(() => alice.git('pull', '-q', '--no-rebase'))
      await until(async () => /merge/.test((await alice.status()).paused ?? ''))
      bob.write({ 'b.txt': 'b\nmeanwhile\n' })
      alice.write({ 'a.txt': 'one\nTWO zwei\nthree\n' })
      alice.git('add', 'a.txt')
      if (program === 'git') alice.git('commit', '-q', '--no-edit')
      else await alice.commit('merged by hand', {})
      const commit = alice.head
      assert.equal(alice.git('rev-parse', 'HEAD^2').trim(), upstream)
      await until(() => bob.head === commit)
      await meeting.equal()
      for (const { folder } of [alice, bob]) {
        const files = ['a.txt', 'b.txt', 'up.txt'].map((name) => readFileSync(join(folder, name), 'utf8'))
        assert.deepEqual(files, ['one\nTWO zwei\nthree\n', 'b\nmeanwhile\n', 'up\n'])
      }
      await until(async () => (await alice.status()).paused === null)
      const last = await bob.commit('and on')
      await until(() => alice.head === last.commit)
      for (const peer of [alice, bob]) assert.equal(peer.git('status', '--porcelain'), '')
    })
})
