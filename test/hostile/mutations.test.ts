import assert from 'node:assert/strict'
import { writeOperations } from '../../src/history/operations-body.ts'
import { decodeCbor, encodeCbor, type CborValue } from '../../src/lib/cbor.ts'
import { SeededRandom } from '../../src/lib/seeded-random.ts'
import { forgedUpdate, type UnitId } from '../../src/testing/forged-update.ts'
import { HostileRoom } from '../support/hostile-room.ts'
import { mutatedValue } from '../support/mutated-value.ts'

const paths = ['a.txt', 'b.txt']
const files = { 'a.txt': 'one two three\n', 'b.txt': 'four 😀 five\n' }
const entries = 10_000
const atOnce = 100

describe('ten thousand entries that were mutated before they were sealed and signed', () => {
  it('leave all honest peers alike, throw nowhere, and hold nobody up', async function () {
    this.timeout(300_000)
    const room = await HostileRoom.open(5, files)
    const { mallory, alice, world } = room
    const random = new SeededRandom(5)
    const clocks = new Map(paths.map((path) => [path, 0]))
    const { history } = alice.room.engines
    const body = (): CborValue => {
      const path = random.pick(paths)
      const file = room.file(path)
      const unit = (): UnitId | undefined =>
        random.chance(0.2) ? undefined : [history.seedClient(file), random.below(12)]
      const update = () =>
        forgedUpdate(mallory.client, clocks.get(path)!, [
          { left: unit(), right: unit(), text: random.pick(['E', '😈']) },
        ])
      return writeOperations([
        { ref: { basePath: path }, update: update() },
        ...(random.chance(0.2) ? [{ ref: { basePath: path }, value: { register: 'path', path: `${random.below(9)}.md` } } as const] : []), // prettier-ignore
      ])
    }
    for (let sent = atOnce; sent <= entries; sent += atOnce) {
      const batch = Array.from({ length: atOnce }, () => {
        let value = body()
        for (let i = 0; i <= random.below(3); i++) value = mutatedValue(random, value)
        return mallory.seal(decodeCbor(encodeCbor(value))!)
      })
      for (const link of mallory.links) link.send({ type: 'entries', entries: batch.map(({ bytes }) => bytes) })
      await world.clock.run(world.clock.now() + 20)
      for (const path of paths) {
        const file = room.file(path)
        clocks.set(path, history.log(file).clockBelow(mallory.feed, Number.MAX_SAFE_INTEGER))
      }
      if (sent % 1000 === 0) {
        const shown = alice.room.engines.live.layout.pathOf(room.file('a.txt'))
        if (shown !== undefined) alice.room.files.edit(shown, [{ at: 0, remove: 1, insert: 'ab' }])
      }
    }
    await room.settled()
    room.assertEqual([...paths, ...alice.room.files.touchedPaths])
    assert.equal(alice.room.waitingEntries, 0)
    assert.ok(alice.room.entryCount > entries)
    assert.ok(alice.room.voided.length > 900)
    const [path] = alice.room.files.touchedPaths
    await room.assertWorking(path!)
    await room.close()
  })
})
