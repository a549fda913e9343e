import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprints } from '../../support/folder-content.ts'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'
import { Words } from '../../support/words.ts'

describe('Git in a clone whose room runs', function () {
  this.timeout(120_000)
  let meeting: RoomMeeting
  let alice: RoomPeer
  let bob: RoomPeer
  let words: Words

  before(async () => {
    meeting = await RoomMeeting.running(['alice', 'bob'], {
      'a.txt': 'one\ntwo\nthree\n',
      'b.txt': 'b\n',
      'c/d.txt': 'd\n',
      'lines.txt': Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join(''),
    })
    ;[alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
    words = new Words()
  })

  after(async () => {
    await meeting?.[Symbol.asyncDispose]()
  })

  /** All words at both, equal trees, one commit, nothing voided. */
  async function agree(): Promise<void> {
    await meeting.equal()
    await until(() => !words.wrongIn(alice.folder).length && !words.wrongIn(bob.folder).length).catch(() => undefined)
    for (const { folder } of meeting.peers) assert.deepEqual(words.wrongIn(folder), [])
    assert.deepEqual(fingerprints(bob.folder), fingerprints(alice.folder))
    for (const peer of meeting.peers) assert.deepEqual(await peer.call('voided'), [])
  }

  async function agreeOnHead(): Promise<void> {
    await until(() => alice.head === bob.head)
    await agree()
    for (const peer of meeting.peers) {
      assert.equal(peer.git('status', '--porcelain', '-uno'), '')
      peer.git('fsck', '--strict', '--no-dangling', '--no-progress')
    }
  }

  const pausedAs = (peer: RoomPeer, reason: RegExp | null) =>
    until(async () => {
      const { paused } = await peer.status()
      return reason ? reason.test(paused ?? '') : paused === null
    })

  it('a commit by stock git is announced and followed, clean on both sides', async () => {
    words.append(alice, 'a.txt')
    alice.git('commit', '-q', '-am', 'by hand')
    const { head } = alice
    await until(() => bob.head === head)
    await agreeOnHead()
  })

  it('an amended commit ends in one history', async () => {
    words.append(bob, 'b.txt')
    bob.git('commit', '-q', '-am', 'to be amended')
    bob.git('commit', '-q', '--amend', '-m', 'amended')
    await agreeOnHead()
  })

  it('another branch is checked out and left again, and edits meanwhile arrive', async () => {
    alice.git('checkout', '-q', '-b', 'feature')
    await pausedAs(alice, /feature is checked out/)
    alice.write({ 'a.txt': 'only on the feature\n', 'feature.txt': 'f\n' })
    alice.git('add', '-A')
    alice.git('commit', '-q', '-m', 'on the feature')
    words.append(bob, 'c/d.txt')
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.doesNotMatch(readFileSync(join(bob.folder, 'a.txt'), 'utf8'), /feature/)
    assert.ok(!existsSync(join(bob.folder, 'feature.txt')))
    alice.git('checkout', '-q', 'main')
    await pausedAs(alice, null)
    await agree()
    assert.ok(!existsSync(join(alice.folder, 'feature.txt')))
  })

  it('stash and pop are no edits', async () => {
    words.append(alice, 'a.txt')
    words.append(alice, 'lines.txt')
    await agree()
    alice.git('stash')
    await pausedAs(alice, /put files back/)
    words.append(bob, 'b.txt')
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.deepEqual(words.wrongIn(bob.folder), [])
    alice.git('stash', 'pop')
    await pausedAs(alice, null)
    await agree()
  })

  it('an end that somebody takes back is an edit, though `git status` looks at the file right after it', async () => {
    const path = join(alice.folder, 'c/d.txt')
    const before = readFileSync(path, 'utf8')
    writeFileSync(path, `${before}taken-back\n`)
    await until(() => readFileSync(join(bob.folder, 'c/d.txt'), 'utf8').includes('taken-back'))
    writeFileSync(path, before)
    await new Promise((resolve) => setTimeout(resolve, 150))
    alice.git('status')
    await until(() => readFileSync(join(bob.folder, 'c/d.txt'), 'utf8') === before)
    assert.equal((await alice.status()).paused, null)
    await agree()
  })

  it('what `reset --hard` has put back is taken up again from the room on resume', async () => {
    words.append(alice, 'a.txt')
    await agree()
    alice.git('reset', '-q', '--hard')
    await pausedAs(alice, /put files back/)
    assert.deepEqual(words.wrongIn(bob.folder), [])
    await alice.call('resume')
    await agree()
    await alice.commit('all of it')
    await agreeOnHead()
  })

  it('commits of upstream that one pulls come to the other', async () => {
    meeting.commitUpstream('upstream one', { 'up.txt': 'up one\n' })
    alice.git('pull', '-q', '--no-rebase', '--no-edit')
    words.append(bob, 'c/d.txt')
    await until(() => existsSync(join(bob.folder, 'up.txt')))
    await agree()
    await bob.commit('after the pull')
    await agreeOnHead()
    assert.equal(readFileSync(join(bob.folder, 'up.txt'), 'utf8'), 'up one\n')
  })

  it('commits of upstream that both pull are there once', async () => {
    const text = readFileSync(join(meeting.upstream, 'lines.txt'), 'utf8')
    meeting.commitUpstream('upstream two', { 'lines.txt': text.replace('line 3\n', 'line 3\nupstream-word\n') })
    for (const peer of meeting.peers) peer.git('pull', '-q', '--no-rebase', '--no-edit')
    await agreeOnHead()
    const lines = readFileSync(join(alice.folder, 'lines.txt'), 'utf8')
    assert.equal(lines.match(/upstream-word/g)?.length, 1)
  })

  it('a cherry-pick from upstream on top of a fresh commit comes once', async () => {
    const text = readFileSync(join(meeting.upstream, 'lines.txt'), 'utf8')
    meeting.commitUpstream('upstream three', { 'lines.txt': text.replace('line 15\n', 'line 15\nthird-word\n') })
    words.append(alice, 'a.txt')
    alice.git('commit', '-q', '-am', 'to be rebased')
    alice.git('fetch', '-q')
    alice.git('cherry-pick', 'origin/main')
    await agreeOnHead()
    const lines = readFileSync(join(bob.folder, 'lines.txt'), 'utf8')
    assert.equal(lines.match(/third-word/g)?.length, 1)
  })

  it('a local commit is replayed by a rebase, and its words stay single', async () => {
    words.append(alice, 'b.txt')
    alice.git('commit', '-q', '-am', 'below')
    words.append(alice, 'a.txt')
    alice.git('commit', '-q', '-am', 'above')
    alice.git('rebase', '-q', '--force-rebase', 'HEAD~2')
    await agreeOnHead()
  })

  it('what is staged in part is committed in part, and the rest stays an edit', async () => {
    const file = join(alice.folder, 'lines.txt')
    const before = readFileSync(file, 'utf8')
    writeFileSync(file, before.replace('line 1\n', 'line 1 staged-word\n'))
    alice.git('add', 'lines.txt')
    writeFileSync(file, before.replace('line 1\n', 'line 1 staged-word\n').replace('line 28\n', 'line 28 later-word\n'))
    words.all.push('staged-word', 'later-word')
    alice.git('commit', '-q', '-m', 'a part')
    await until(() => bob.head === alice.head)
    await agree()
    assert.match(bob.git('diff'), /^\+line 28 later-word$/m)
    assert.doesNotMatch(bob.git('diff'), /staged-word/)
    await alice.commit('the rest')
    await agreeOnHead()
  })

  it('a commit without a signature is followed when a signed one is on top', async () => {
    words.append(alice, 'b.txt')
    alice.git('commit', '-q', '--no-gpg-sign', '-am', 'unsigned')
    await agree()
    assert.notEqual(bob.head, alice.head)
    await alice.commit('on top', { allowEmpty: true })
    await agreeOnHead()
  })
})
