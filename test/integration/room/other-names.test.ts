import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { needsProgram } from '../../support/needs.ts'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'
import { Words } from '../../support/words.ts'

/** Signs whatever it is given, as gpg tells git that it did. */
const signer = `#!/bin/sh
cat > /dev/null
echo '[GNUPG:] SIG_CREATED D 1 8 00 1700000000 0' >&2
printf '%s\\n' '-----BEGIN PGP SIGNATURE-----' '' 'bm90aGluZw==' '-----END PGP SIGNATURE-----'
`

describe('a commit by plain git of somebody in a room', function () {
  this.timeout(60_000)
  let meeting: RoomMeeting
  let alice: RoomPeer
  let bob: RoomPeer
  let folder: string
  const words = new Words()

  before(needsProgram('ssh-keygen'))
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'anvcs-names-'))
    meeting = await RoomMeeting.running(['alice', 'bob'], { 'a.txt': 'one\ntwo\nthree\n' })
    ;[alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
  })
  after(async () => {
    await meeting?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  /** What was typed before it stands once at both, and what is typed and committed after it, too. */
  async function commits(...how: readonly string[]): Promise<void> {
    words.append(alice, 'a.txt')
    await until(() => !words.wrongIn(bob.folder).length)
    alice.git(...how, '-q', '-am', 'by hand')
    words.append(bob, 'a.txt')
    await alice.commit('on top', { allowEmpty: true })
    await until(() => alice.head === bob.head)
    await meeting.equal()
    for (const peer of meeting.peers) {
      assert.deepEqual(words.wrongIn(peer.folder), [])
      assert.deepEqual(await peer.call('voided'), [])
    }
  }

  it('under another e-mail holds what was typed, and types nothing', () =>
    commits('-c', 'user.email=alice@work.example', 'commit', '--no-gpg-sign'))

  it('under another e-mail with a file staged in part', async () => {
    const isThere = () => !words.wrongIn(bob.folder).length
    words.append(alice, 'a.txt')
    await until(isThere)
    alice.git('add', 'a.txt')
    const staged = readFileSync(join(alice.folder, 'a.txt'), 'utf8').replace('two\n', 'two\nstaged\n')
    words.append(alice, 'a.txt')
    await until(isThere)
    const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: alice.folder, input: staged })
      .toString()
      .trim()
    writeFileSync(
      join(alice.folder, 'a.txt'),
      readFileSync(join(alice.folder, 'a.txt'), 'utf8').replace('two\n', 'two\nstaged\n'),
    )
    await until(() => readFileSync(join(bob.folder, 'a.txt'), 'utf8').includes('staged'))
    alice.git('update-index', '--cacheinfo', `100644,${blob},a.txt`)
    alice.git('-c', 'user.email=alice@work.example', 'commit', '--no-gpg-sign', '-q', '-m', 'in part')
    await alice.commit('on top', { allowEmpty: true })
    await until(() => alice.head === bob.head)
    await meeting.equal()
    for (const { folder } of meeting.peers) {
      const text = readFileSync(join(folder, 'a.txt'), 'utf8')
      assert.equal(text.split('staged').length - 1, 1, text)
      assert.deepEqual(words.wrongIn(folder), [])
    }
  })

  it('signed by an SSH key that is no member', () => {
    const key = join(folder, 'key')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    return commits('-c', 'gpg.format=ssh', '-c', `user.signingKey=${key}`, 'commit', '-S')
  })

  it('signed by gpg', () => {
    const program = join(folder, 'gpg')
    writeFileSync(program, signer)
    chmodSync(program, 0o755)
    return commits('-c', 'gpg.format=openpgp', '-c', `gpg.program=${program}`, 'commit', '-Sanybody')
  })
})
