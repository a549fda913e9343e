import assert from 'node:assert/strict'
import { fingerprints } from '../../support/folder-content.ts'
import { RoomMeeting } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'
import { summary, watchedSaves } from '../../support/watched-saves.ts'
import { Words } from '../../support/words.ts'

/**
 * Half of all saves are there within 200 ms. All are within a second on a quiet machine; here other tests and two programs that start
 * may take both cores away for some time, so the slowest gets twice that, and a round that others were in the way of may be run again.
 */
async function assertSwift(round: (attempt: number) => Promise<readonly (readonly number[])[]>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const all = await round(attempt)
    if (all.every(isSwift)) return
    assert.ok(attempt < 2, all.map(summary).join('; '))
  }
}

function isSwift(latencies: readonly number[]): boolean {
  return latencies[Math.floor((latencies.length - 1) / 2)]! <= 200 && latencies.at(-1)! <= 2000
}

describe('the work trees of a running room', function () {
  this.timeout(120_000)
  let meeting: RoomMeeting

  before(async () => {
    meeting = await RoomMeeting.running(['alice', 'bob'], { 'shared.txt': 'one\ntwo\nthree\n', 'b/c.txt': 'c\n' })
  })

  after(async () => {
    await meeting?.[Symbol.asyncDispose]()
  })

  it('brings over 200 saves of any kind from an editor to the other side', async () => {
    const [alice, bob] = meeting.peers as [(typeof meeting.peers)[0], (typeof meeting.peers)[0]]
    await assertSwift(async (attempt) => {
      const watched = { folder: alice.folder, other: bob.folder, seed: 3, count: 240, pauseMs: 60 }
      const latencies = await watchedSaves({ ...watched, prefix: `o${attempt}` })
      process.stdout.write(`    one way: ${summary(latencies)}\n`)
      // What is overtaken by a newer save of the same file is not measured.
      assert.ok(latencies.length >= 200, `${latencies.length} saves were measured`)
      return [latencies]
    })
    await meeting.equal()
    assert.deepEqual(fingerprints(bob.folder), fingerprints(alice.folder))
  })

  it('brings saves of two editors over, both ways at once', async () => {
    const [alice, bob] = meeting.peers as [(typeof meeting.peers)[0], (typeof meeting.peers)[0]]
    const common = { count: 110, pauseMs: 60 }
    const before = (await alice.status()).entries
    let rounds = 0
    await assertSwift(async (attempt) => {
      rounds++
      const [there, back] = await Promise.all([
        watchedSaves({ ...common, folder: alice.folder, other: bob.folder, prefix: `a${attempt}`, seed: 1 }),
        watchedSaves({ ...common, folder: bob.folder, other: alice.folder, prefix: `b${attempt}`, seed: 2 }),
      ])
      process.stdout.write(`    there: ${summary(there)}; back: ${summary(back)}\n`)
      return [there, back]
    })
    await meeting.equal()
    assert.deepEqual(fingerprints(bob.folder), fingerprints(alice.folder))
    const entries = (await alice.status()).entries - before
    process.stdout.write(`    entries: ${entries}\n`)
    assert.ok(entries < 600 * rounds, `${entries} entries for ${220 * rounds} saves`)
  })

  it('keeps all words that both sides add to one file at the same time', async () => {
    const [alice, bob] = meeting.peers as [(typeof meeting.peers)[0], (typeof meeting.peers)[0]]
    const words = new Words()
    for (let round = 0; round < 40; round++) {
      for (const peer of [alice, bob]) words.append(peer, 'shared.txt')
      await new Promise((resolve) => setTimeout(resolve, 30 + (round % 5) * 20))
    }
    await until(() => meeting.peers.every(({ folder }) => !words.wrongIn(folder).length))
    await meeting.equal()
    assert.deepEqual(fingerprints(bob.folder), fingerprints(alice.folder))
    for (const { folder } of meeting.peers) assert.deepEqual(words.wrongIn(folder), [])
  })

  it('adds no entry when nobody edits', async () => {
    const before = (await meeting.peers[0]!.status()).entries
    await new Promise((resolve) => setTimeout(resolve, 1500))
    assert.equal((await meeting.peers[0]!.status()).entries, before)
  })
})
