import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { needsProgram } from '../../support/needs.ts'
import { projectRoot } from '../../support/project.ts'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { sshSigner } from '../../support/ssh-signer.ts'

describe('forged commits', function () {
  this.timeout(60_000)
  before(needsProgram('ssh-keygen'))
  let meeting: RoomMeeting
  let alice: RoomPeer

  before(async () => {
    meeting = await RoomMeeting.running(['alice'], { 'a.txt': 'one\n' })
    alice = meeting.peers[0]!
    const key = execFileSync('ssh-keygen', ['-y', '-f', join(alice.configFolder, 'member_key')], { encoding: 'utf8' })
    const allowed = join(meeting.root, 'allowed')
    execFileSync('tee', [allowed], { input: `alice@example.org ${key}` })
    alice.git('config', 'gpg.ssh.allowedSignersFile', allowed)
  })

  after(async () => {
    await meeting?.[Symbol.asyncDispose]()
  })

  const verdicts = (commit: string) => ({
    git: spawnSync('git', ['verify-commit', commit], { cwd: alice.folder, env: alice.environment }).status,
    ours: spawnSync(process.execPath, [join(projectRoot, 'dist/src/cli/main.js'), 'verify', `${commit}~1..${commit}`], {
      cwd: alice.folder,
      env: alice.environment,
    }).status,
  })

  it('fail `git verify-commit` and `ai-vcs verify`: one byte changed, or signed by a stranger', async () => {
    alice.write({ 'a.txt': 'two\n' })
    const { commit } = await alice.commit('good', { all: true, prompt: 'write two' })
    assert.deepEqual(verdicts(commit), { git: 0, ours: 0 })

    const changed = execFileSync('git', ['hash-object', '-w', '-t', 'commit', '--stdin'], {
      cwd: alice.folder,
      input: alice.git('cat-file', 'commit', commit).replace('\ngood\n', '\ngoof\n'),
      encoding: 'utf8',
    }).trim()
    assert.notEqual(changed, commit)
    assert.deepEqual(verdicts(changed), { git: 1, ours: 1 })

    const stranger = join(meeting.root, 'stranger')
    sshSigner(stranger)
    const args = ['-c', `user.signingkey=${stranger}`, 'commit-tree', '-S', '-p', commit, '-m', 'hers, it says']
    const forged = alice.git(...args, `${commit}^{tree}`).trim()
    assert.deepEqual(verdicts(forged), { git: 1, ours: 1 })
  })
})
