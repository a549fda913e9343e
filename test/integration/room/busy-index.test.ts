import assert from 'node:assert/strict'
import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'

describe('a clone in which another program writes the index all the time', function () {
  this.timeout(180_000)
  let meeting: RoomMeeting
  let alice: RoomPeer
  let bob: RoomPeer

  before(async () => {
    meeting = await RoomMeeting.running(['alice', 'bob'], { 'a.txt': 'one\n' })
    ;[alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
  })
  after(() => meeting?.[Symbol.asyncDispose]())

  // Files are left alone meanwhile: that may be a checkout.
  it('has no branch that is ahead of its files, and goes on when that has ended', async () => {
    const index = join(bob.folder, '.git/index')
    const touching = setInterval(() => utimesSync(index, new Date(), new Date()), 30)
    try {
      alice.write({ 'a.txt': 'one\ntwo\n' })
      const { commit } = await alice.commit('two')
      await until(async () => (await bob.status()).heads.includes(commit))
      const endMs = Date.now() + 14_000
      while (Date.now() < endMs) {
        if (bob.head === commit) assert.equal(bob.git('diff', 'HEAD'), '')
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    } finally {
      clearInterval(touching)
    }
    await until(() => bob.head === alice.head)
    assert.equal(bob.git('status', '--porcelain'), '')
  })
})
