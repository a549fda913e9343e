import assert from 'node:assert/strict'
import { SeededRandom } from '../../src/lib/seeded-random.ts'
import { forgedUpdate, type ForgedItem, type UnitId } from '../../src/testing/forged-update.ts'
import { HostileRoom } from '../support/hostile-room.ts'

const seedsAtOnce = 25
const rounds = 20
const text = 'one two three four\n'

function pathOf(seed: number): string {
  return `${seed}.txt`
}

/** Somebody who names any neighbours that it knows, in the causal order of its entries. */
function someItems(random: SeededRandom, units: readonly (readonly [number, number])[]): readonly ForgedItem[] {
  const unit = (): UnitId | undefined => {
    const [client, length] = random.pick(units)
    return random.chance(0.15) ? undefined : [client, random.below(length)]
  }
  return Array.from({ length: 1 + random.below(2) }, () => ({
    left: unit(),
    right: unit(),
    text: random.pick(['E', 'VIL', '😈']),
  }))
}

async function play(room: HostileRoom, seed: number): Promise<number> {
  const { world, alice, bob, mallory } = room
  const random = new SeededRandom(seed)
  const path = pathOf(seed)
  const file = room.file(path)
  const { history } = alice.room.engines
  let clock = 0
  for (let step = 0; step < 10; step++) {
    const who = random.below(3)
    if (who < 2) {
      const { files } = room.honest[who]!.room
      const { length } = files.text(path)!
      const at = random.below(length)
      files.edit(path, [
        { at, remove: random.below(Math.min(3, length - at)), insert: random.pick(['a', 'bc', 'd e']) },
      ])
    } else {
      const past = new Map(mallory.index.positions().map((each) => [each.feed, each.length]))
      const clients = [
        history.seedClient(file, history.log(file).base!.blob),
        ...[...past.keys()].map((feed) => history.feedClient(feed)),
      ]
      const known = clients.flatMap((client): readonly (readonly [number, number])[] => {
        const length = client === mallory.client ? clock : history.clocks.clockIn(past, file, client)
        return length ? [[client, length]] : []
      })
      const items = someItems(random, known)
      const update = forgedUpdate(mallory.client, clock, items)
      mallory.send(mallory.sealOperations([{ ref: { basePath: path }, update }]))
      clock += items.reduce((sum, item) => sum + item.text.length, 0)
    }
    if (random.chance(0.5)) await world.clock.run(world.clock.now() + random.below(30))
  }
  await room.settled()
  room.assertEqual([path])
  assert.ok(bob.room.files.text(path)!.length > 0)
  return clock
}

describe('a room with a member who types beside units that never stood side by side', () => {
  it('has one text at all honest peers, live and built anew, in 500 seeds', async function () {
    this.timeout(300_000)
    let typed = 0
    for (let round = 0; round < rounds; round++) {
      const seeds = Array.from({ length: seedsAtOnce }, (_, i) => round * seedsAtOnce + i)
      const room = await HostileRoom.open(round, Object.fromEntries(seeds.map((seed) => [pathOf(seed), text])))
      for (const seed of seeds) typed += await play(room, seed)
      assert.deepEqual(room.voidReasons, [])
      await room.close()
    }
    assert.ok(typed > 2000, `${typed} units`)
  })
})
