import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RoomMeeting } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'

describe('a commit from outside with a path that nobody may write', function () {
  this.timeout(60_000)

  it('does not keep the mirror of the others from the rest', async () => {
    await using meeting = await RoomMeeting.running(['alice', 'bob'], { 'a.txt': 'one\n' })
    const [alice, bob] = meeting.peers as [(typeof meeting.peers)[0], (typeof meeting.peers)[0]]
    meeting.commitUpstream('unsafe', { '.ai/evil': 'evil\n', 'aux/x': 'device\n', 'b.txt': 'good\n' })
    alice.git('pull', '-q', '--no-rebase', '--no-edit')
    await until(() => existsSync(join(bob.folder, 'b.txt')), 10_000)
    alice.write({ 'a.txt': 'two\n' })
    await until(() => readFileSync(join(bob.folder, 'a.txt'), 'utf8') === 'two\n', 10_000)
    assert.ok(!existsSync(join(bob.folder, '.ai/evil')))
  })
})
