import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, renameSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { tellsReads } from '../../support/tells-reads.ts'
import { until } from '../../support/until.ts'
import { Words } from '../../support/words.ts'

describe('a file that a program writes in place', function () {
  this.timeout(120_000)

  it('loses no line to what comes from others between opening and writing', async () => {
    await using meeting = await RoomMeeting.running(['alice', 'bob'], { 'both.txt': 'first\n' })
    const [alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
    const words = new Words()
    const random = new SeededRandom(3)
    const path = join(alice.folder, 'both.txt')
    for (let i = 0; i < 40; i++) {
      const file = openSync(path, 'a')
      await words.type(bob, ['both.txt'])
      await sleep(40 + random.below(80))
      const word = `held.${i}`
      writeSync(file, `${word}\n`)
      closeSync(file)
      words.all.push(word)
    }
    await sleep(300)
    await meeting.equal()
    for (const { folder } of meeting.peers) assert.deepEqual(words.wrongIn(folder), [])
  })

  it('neither loses nor doubles what two programs write in parts at the same time', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => `line.${i}\n`).join('')
    await using meeting = await RoomMeeting.running(['alice', 'bob'], { 'both.txt': lines })
    const words = new Words()
    words.all.push(...lines.trim().split('\n'))
    const saveInParts = async ({ folder, name }: RoomPeer): Promise<void> => {
      const path = join(folder, 'both.txt')
      for (let i = 0; i < 6; i++) {
        const word = `${name}.${i}`
        const text = readFileSync(path, 'utf8').replace('line.4\n', `line.4\n${word}\n`)
        const file = openSync(path, 'w')
        for (let at = 0; at < text.length; at += 60, await sleep(20)) writeSync(file, text.slice(at, at + 60))
        closeSync(file)
        words.all.push(word)
        await sleep(10)
      }
    }
    await Promise.all(meeting.peers.map(saveInParts))
    await sleep(300)
    await meeting.equal()
    for (const { folder } of meeting.peers) assert.deepEqual(words.wrongIn(folder), [])
  })
})

describe('a save by somebody who has not read what came from others', function () {
  this.timeout(120_000)

  it('deletes none of it, unless it is made twice', async function () {
    if (!tellsReads()) this.skip()
    await using meeting = await RoomMeeting.running(['alice', 'bob'], { 'both.txt': 'first\nlast\n' })
    const [alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
    const words = new Words()
    const path = join(alice.folder, 'both.txt')
    const size = (): number => statSync(path).size
    /** Looking would be reading. */
    const come = (before: number) => until(() => size() > before)
    const save = (text: string): void => {
      writeFileSync(`${path}~`, text)
      renameSync(`${path}~`, path)
    }
    const buffer = readFileSync(path, 'utf8')
    let before = size()
    await words.type(bob, ['both.txt'])
    await come(before)
    before = size()
    save(buffer.replace('first\n', 'first\nmine\n'))
    words.all.push('mine')
    await until(() => size() > before)
    await meeting.equal()
    for (const { folder } of meeting.peers) assert.deepEqual(words.wrongIn(folder), [])

    const read = readFileSync(path, 'utf8')
    before = size()
    await words.type(bob, ['both.txt'])
    await come(before)
    before = size()
    save(read)
    await until(() => size() === before)
    await meeting.equal()
    save(read)
    await sleep(500)
    await meeting.equal()
    assert.equal(readFileSync(join(bob.folder, 'both.txt'), 'utf8'), read)
  })
})
