import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { memberKeyPath } from '../../../src/node/member-key-file.ts'
import { RoomMeeting } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'

describe('a member whose key is out of reach', function () {
  this.timeout(60_000)

  it('merges heads as all do, does not vouch for the merge, and commits again when the key is back', async () => {
    await using meeting = await RoomMeeting.clones(['alice', 'bob'], { 'a.txt': 'a\n', 'b.txt': 'b\n' })
    const [alice, bob] = meeting.peers as [(typeof meeting.peers)[0], (typeof meeting.peers)[0]]
    // Bob signs with a key file that can be taken away: the same key, so the same member.
    const own = memberKeyPath(bob.configFolder)
    const chosen = join(meeting.root, 'bobs_key')
    copyFileSync(own, chosen)
    const publicKey = execFileSync('ssh-keygen', ['-y', '-f', own], { encoding: 'utf8' }).trim()
    writeFileSync(join(bob.configFolder, 'signing_key.json'), JSON.stringify({ version: 1, path: chosen, publicKey }))
    await alice.run()
    await bob.run({ ticket: (await alice.call('invite', { uses: 1 })) as string })
    await meeting.linked()
    await Promise.all(meeting.peers.map((peer) => peer.call('cut')))
    alice.write({ 'a.txt': 'a\nalice\n' })
    bob.write({ 'b.txt': 'b\nbob\n' })
    const commits = [await alice.commit('hers'), await bob.commit('his')].map(({ commit }) => commit as string)
    rmSync(chosen)
    await assert.rejects(bob.commit('unsigned', { all: true, allowEmpty: true }), /ssh-keygen does not sign/)
    await Promise.all(meeting.peers.map((peer) => peer.call('mend')))
    await Promise.all(meeting.peers.map((peer) => peer.rejoin()))
    const isMerged = () => alice.head === bob.head && !commits.includes(alice.head)
    await until(isMerged)
    await meeting.equal()
    await until(() => alice.git('notes', '--ref=ai-vcs', 'list').includes(alice.head))
    assert.equal(alice.git('notes', '--ref=ai-vcs', 'show', alice.head).match(/"attestation"/g)?.length, 1)
    copyFileSync(own, chosen)
    bob.write({ 'b.txt': 'b\nbob\nagain\n' })
    const { commit } = await bob.commit('signed again')
    await until(() => alice.head === commit)
  })
})
