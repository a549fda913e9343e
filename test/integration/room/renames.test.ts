import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { fingerprints } from '../../support/folder-content.ts'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'
import { Words } from '../../support/words.ts'

describe('a file that is moved while others type into it', function () {
  this.timeout(120_000)

  /** Alice types 200 words, and Bob moves the file, with at least `restMs` between moves. Answers what is wrong afterwards. */
  async function moveAndType(restMs: number): Promise<readonly string[]> {
    await using meeting = await RoomMeeting.running(['alice', 'bob'], { 'at-0.txt': 'first\n', 'other.txt': 'other\n' })
    const [alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
    const words = new Words()
    const random = new SeededRandom(11)
    let at = 0
    let nextMs = 0
    for (let i = 0; i < 200; i++) {
      await words.type(
        alice,
        Array.from({ length: 4 }, (_, back) => `at-${at - back}.txt`),
      )
      if (random.chance(0.5)) words.append(bob, 'other.txt')
      await sleep(random.below(40))
      const path = join(bob.folder, `at-${at}.txt`)
      if (Date.now() < nextMs || !random.chance(0.3) || !existsSync(path)) continue
      renameSync(path, join(bob.folder, `at-${++at}.txt`))
      nextMs = Date.now() + restMs
    }
    await meeting.equal()
    assert.ok(at >= 15, `${at} moves`)
    assert.deepEqual(fingerprints(bob.folder), fingerprints(alice.folder))
    return words.wrongIn(bob.folder)
  }

  it('keeps every word, and each once', async () => {
    // Sooner than a move is waited for to end: often it is on its way for more than half a second.
    assert.deepEqual(await moveAndType(35), [])
  })

  it('loses no word where it is moved on before anybody has looked', async () => {
    assert.deepEqual(
      (await moveAndType(0)).filter((word) => word.endsWith(': 0')),
      [],
    )
  })

  /** Alice's move is in Bob's room and not on his disk yet, when he moves the file himself. Answers the files in the end. */
  async function movedByBoth(name: string): Promise<Readonly<Record<string, string>>> {
    await using meeting = await RoomMeeting.running(['alice', 'bob'], { 'a.txt': 'first\n', 'other.txt': 'other\n' })
    const [alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
    await bob.call('pause')
    renameSync(join(alice.folder, 'a.txt'), join(alice.folder, 'of-alice.txt'))
    await until(async () => (await bob.call('text', 'of-alice.txt')) !== null)
    renameSync(join(bob.folder, 'a.txt'), join(bob.folder, name))
    await bob.call('resume')
    await meeting.equal()
    assert.deepEqual(fingerprints(bob.folder), fingerprints(alice.folder))
    const files = readdirSync(bob.folder).filter((file) => file.endsWith('.txt') && file !== 'other.txt')
    return Object.fromEntries(files.map((file) => [file, readFileSync(join(bob.folder, file), 'utf8')]))
  }

  it('lies where the last one has moved it who has moved it while it was moved', async () => {
    assert.deepEqual(await movedByBoth('of-bob.txt'), { 'of-bob.txt': 'first\n' })
  })

  it('is one file where two have moved it to the same place', async () => {
    assert.deepEqual(await movedByBoth('of-alice.txt'), { 'of-alice.txt': 'first\n' })
  })
})
