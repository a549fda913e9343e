import assert from 'node:assert/strict'
import type { FeedId } from '../../src/contracts/ids.ts'
import { SeededRandom } from '../../src/lib/seeded-random.ts'
import type { Entry } from '../../src/journal/entry.ts'
import type { HostileLink } from '../../src/testing/hostile-link.ts'
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
    return random.chance(0.15) ? undefined : [client, random.below(Math.min(length, 8))]
  }
  return Array.from({ length: 1 + random.below(2) }, () => ({
    left: unit(),
    right: unit(),
    text: random.pick(['E', 'VIL', '😈']),
  }))
}

interface Held {
  readonly link: HostileLink
  readonly entry: Entry
}

/** Each honest peer hears of the two feeds in another order. */
function deliver(random: SeededRandom, held: Held[], chance: number): void {
  if (!held.length || !random.chance(chance)) return
  const { link, entry } = random.pick(held)
  const now = held.filter((each) => each.link === link && each.entry.feed === entry.feed)
  for (const each of now) {
    each.link.send({ type: 'entries', entries: [each.entry.bytes] })
    held.splice(held.indexOf(each), 1)
  }
}

/** One file of a room: honest peers and two feeds of Mallory type, nobody waits for the others. Units that Mallory typed. */
async function play(room: HostileRoom, seed: number, feeds: readonly FeedId[]): Promise<number> {
  const { world, alice, mallory } = room
  const random = new SeededRandom(seed)
  const path = pathOf(seed)
  const file = room.file(path)
  const { history } = alice.room.engines
  const clocks = new Map<FeedId, number>()
  const held: Held[] = []
  for (let step = 0; step < 14; step++) {
    const who = random.below(4)
    if (who < 2) {
      const { files } = room.honest[who]!.room
      const { length } = files.text(path)!
      const at = random.below(Math.min(8, length))
      files.edit(path, [
        { at, remove: random.below(Math.min(2, length - at)), insert: random.pick(['a', 'bc', 'd e']) },
      ])
    } else {
      mallory.feed = feeds[who - 2]!
      const unseen = new Set([...mallory.index.positions()].map(({ feed }) => feed).filter(() => random.chance(0.5)))
      const past = mallory.pastOfNext(unseen)
      const seed = history.seedClient(file)
      const known = [...past.keys(), mallory.feed].flatMap((feed): readonly UnitId[] => {
        const length =
          feed === mallory.feed ? clocks.get(feed) : history.clocks.clockIn(past, file, history.feedClient(file, feed))
        return length ? [[history.feedClient(file, feed), length]] : []
      })
      const items = someItems(random, [[seed, text.length], ...known])
      const update = forgedUpdate(mallory.client, clocks.get(mallory.feed) ?? 0, items)
      const entry = mallory.sealOperations([{ ref: { basePath: path }, update }], { unseen })
      for (const link of mallory.links) held.push({ link, entry })
      const typed = items.reduce((sum, item) => sum + item.text.length, 0)
      clocks.set(mallory.feed, (clocks.get(mallory.feed) ?? 0) + typed)
    }
    deliver(random, held, 0.3)
    if (random.chance(0.2)) await world.clock.run(world.clock.now() + random.below(30))
  }
  while (held.length) deliver(random, held, 1)
  await room.settled()
  room.assertEqual([path])
  return [...clocks.values()].reduce((sum, typed) => sum + typed, 0)
}

describe('a room with a member who types beside units that never stood side by side', () => {
  it('has one text at all honest peers, live and built anew, in 500 seeds', async function () {
    this.timeout(300_000)
    let typed = 0
    for (let round = 0; round < rounds; round++) {
      const seeds = Array.from({ length: seedsAtOnce }, (_, i) => round * seedsAtOnce + i)
      const room = await HostileRoom.open(round, Object.fromEntries(seeds.map((seed) => [pathOf(seed), text])))
      const { mallory } = room
      const first = mallory.feed
      mallory.send(mallory.openRun(1))
      const second = mallory.feed
      await room.settled()
      for (const seed of seeds) typed += await play(room, seed, [first, second])
      assert.deepEqual(room.voidReasons, [])
      await room.close()
    }
    assert.ok(typed > 4000, `${typed} units`)
  })
})
