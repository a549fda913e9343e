import assert from 'node:assert/strict'
import { SeededRandom } from '../../../../src/lib/seeded-random.ts'
import { PairTable } from '../../../../src/merge/data/pair-table.ts'

describe('a table of pairs', () => {
  it('gives each pair its number, as a Map does', () => {
    const random = new SeededRandom(1)
    const table = new PairTable()
    const known = new Map<string, number>()
    for (let i = 0; i < 50_000; i++) {
      const [one, other] = [random.below(300), random.below(300)]
      const expected = known.get(`${one} ${other}`) ?? known.size
      assert.equal(table.find(one, other, known.size), expected)
      known.set(`${one} ${other}`, expected)
    }
  })

  it('takes no longer for pairs that were made to collide', () => {
    // Multiples of the size in `one` alone give one place.
    const table = new PairTable()
    const start = process.hrtime.bigint()
    for (let i = 0; i < 200_000; i++) table.find(i * 1024 * 1024, 0, i)
    assert.ok(process.hrtime.bigint() - start < 5_000_000_000n)
  })
})
