import assert from 'node:assert/strict'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { fingerprints } from '../../support/folder-content.ts'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { Words } from '../../support/words.ts'

const kills = 20

describe('a room whose processes are killed', function () {
  this.timeout(180_000)
  let meeting: RoomMeeting
  let alice: RoomPeer
  let bob: RoomPeer
  const words = new Words()
  const random = new SeededRandom(7)

  before(async () => {
    meeting = await RoomMeeting.running(['alice', 'bob'], {
      'both.txt': 'first\n',
      'alice.txt': 'a\n',
      'bob.txt': 'b\n',
      'gone.txt': 'this will be deleted\n',
      'old-name.txt': 'this will be renamed\n',
    })
    ;[alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
  })

  after(async () => {
    await meeting?.[Symbol.asyncDispose]()
  })

  async function agree(): Promise<void> {
    await meeting.linked()
    await meeting.equal()
    for (const { folder } of meeting.peers) assert.deepEqual(words.wrongIn(folder), [])
    assert.deepEqual(fingerprints(bob.folder), fingerprints(alice.folder))
  }

  for (let round = 0; round < 6; round++)
    it(`loses and doubles nothing, whenever it is (${round + 1})`, async () => {
      const victim = round % 2 ? alice : bob
      const saves = 5 + random.below(10)
      for (let i = 0; i < saves; i++) {
        for (const peer of meeting.peers)
          words.append(peer, random.pick(['both.txt', `${peer.name}.txt`, `new-${peer.name}.txt`]))
        await new Promise((resolve) => setTimeout(resolve, random.below(60)))
      }
      await victim.kill()
      mustBeSound(victim)
      for (const peer of meeting.peers) words.append(peer, 'both.txt')
      await victim.run()
      await agree()
    })

  it('goes on where a run was killed while it replaced a file', async () => {
    await alice.kill()
    alice.write({ '.ai-vcs-tmp-0123456789abcdef': 'half of a fi' })
    await alice.run()
    words.append(alice, 'both.txt')
    words.append(bob, 'both.txt')
    await agree()
    assert.ok(!existsSync(join(alice.folder, '.ai-vcs-tmp-0123456789abcdef')))
  })

  it('takes in what was edited, deleted and renamed while no process ran', async () => {
    await alice.kill()
    await bob.close()
    // A killed run may have lived a second longer than its last sign of life: what is new by then is taken for its.
    await new Promise((resolve) => setTimeout(resolve, 2100))
    words.append(alice, 'alice.txt')
    words.append(bob, 'both.txt')
    rmSync(join(alice.folder, 'gone.txt'))
    renameSync(join(alice.folder, 'old-name.txt'), join(alice.folder, 'new-name.txt'))
    alice.write({ 'notes-of-mine.txt': 'nobody has added this\n' })
    await Promise.all([alice.run(), bob.run()])
    await meeting.linked()
    await meeting.equal()
    assert.ok(!existsSync(join(bob.folder, 'gone.txt')))
    assert.ok(!existsSync(join(bob.folder, 'old-name.txt')))
    assert.equal(readFileSync(join(bob.folder, 'new-name.txt'), 'utf8'), 'this will be renamed\n')
    assert.ok(!existsSync(join(bob.folder, 'notes-of-mine.txt')), 'a new file waits until it is added')
    for (const { folder } of meeting.peers) assert.deepEqual(words.wrongIn(folder), [])
  })
})

describe('a repository whose room is killed while it commits', function () {
  this.timeout(180_000)
  let meeting: RoomMeeting
  let alice: RoomPeer
  const words = new Words()
  const random = new SeededRandom(11)

  before(async () => {
    meeting = await RoomMeeting.running(['alice'], { 'a.txt': 'a\n', 'b.txt': 'b\n' })
    alice = meeting.peers[0]!
  })
  after(() => meeting?.[Symbol.asyncDispose]())

  it(`is whole after each of ${kills} kills, and clean after the next commit`, async () => {
    let made = 0
    const missed: string[] = []
    for (let kill = 0; kill < kills; kill++) {
      words.append(alice, random.pick(['a.txt', 'b.txt', 'new.txt']))
      const before = alice.head
      const committing = alice.commit(`kill ${kill}`).then(
        () => made++,
        () => missed.push(`kill ${kill}`),
      )
      await Promise.race([committing, new Promise((resolve) => setTimeout(resolve, random.below(120)))])
      await alice.kill()
      await committing
      mustBeSound(alice)
      assert.deepEqual(words.wrongIn(alice.folder), [])
      await alice.run()
      words.append(alice, 'b.txt')
      await alice.commit(`after ${kill}`)
      mustBeSound(alice)
      assert.equal(alice.git('status', '--porcelain'), '')
      const since = alice.git('log', '--format=%s', `${before}..`).trim().split('\n')
      assert.ok(since.length <= 2 && since[0] === `after ${kill}`, since.join())
      assert.deepEqual(words.wrongIn(alice.folder), [])
    }
    assert.ok(missed.length > 0 && made + missed.length === kills, `${made} commits had ended`)
  })
})

/** What git says of a repository in which nobody is at work. */
function mustBeSound(peer: RoomPeer): void {
  peer.git('fsck', '--strict', '--no-dangling')
  peer.git('status', '--porcelain')
}
