import assert from 'node:assert/strict'
import { SeededRandom } from '../../src/lib/seeded-random.ts'
import type { FewClients } from '../../src/testing/sim-crypto.ts'
import { shownFiles } from '../../src/testing/simulation/invariants.ts'
import { Gathering } from './gathering.ts'

const path = 'a.txt'
const seeds = 25

/** Four type into each other's words, apart and together, beside commits from outside. Answers what is shown each time they meet. */
async function meet(seed: number, clients: FewClients): Promise<readonly string[]> {
  const random = new SeededRandom(seed)
  const meeting = await Gathering.open(seed, ['ann', 'ben', 'cas', 'dan'], { [path]: 'one two\nthree four\n' }, clients)
  const { peers } = meeting
  const shown: string[] = []
  for (let round = 0; round < 4; round++) {
    for (const peer of peers) if (random.chance(0.7)) meeting.part(peer)
    for (let step = 0; step < 10; step++) {
      const { files } = random.pick(peers).room
      const { length } = files.text(path)!
      const at = random.below(Math.min(10, length))
      const remove = random.below(Math.min(3, length - at))
      files.edit(path, [{ at, remove, insert: random.pick(['A', 'bc', 'def ']) }])
    }
    if (random.chance(0.5)) {
      meeting.commitUpstream({ [path]: `one two\nthree four\nfive ${'six '.repeat(round)}\n` })
      await meeting.pull(random.pick(peers))
    }
    await meeting.settle()
    assert.deepEqual(meeting.faults([]), [], `seed ${seed}`)
    shown.push(JSON.stringify([...shownFiles(peers[0]!)]))
  }
  return shown
}

describe('a room whose writers share client numbers', () => {
  it(`shows what it had shown by other numbers in the same order, in ${seeds} seeds`, async function () {
    this.timeout(120_000)
    for (let seed = 1; seed <= seeds; seed++) {
      const shared = await meet(seed, { bits: 5 })
      assert.deepEqual(shared, await meet(seed, { bits: 5, areDistinct: true }), `seed ${seed}`)
    }
  })
})
