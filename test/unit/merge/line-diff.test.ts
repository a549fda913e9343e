import assert from 'node:assert/strict'
import fc from 'fast-check'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { diffLines, type LineChange } from '../../../src/merge/line-diff.ts'

const kinds = 50
const counts = new Uint32Array(kinds)
const ids = fc.array(fc.nat(4), { maxLength: 30 }).map((list) => Uint32Array.from(list))

function diff(left: readonly number[], right: readonly number[]) {
  return diffLines(Uint32Array.from(left), Uint32Array.from(right), { counts, budget: { steps: 1e9 } })!
}

function change(left: number, leftEnd: number, right: number, rightEnd: number): LineChange {
  return { left, leftEnd, right, rightEnd }
}

describe('the diff of lines', () => {
  it('names changes in order, with equal lines between them', () => {
    fc.assert(
      fc.property(ids, ids, (left, right) => {
        let [at, to] = [0, 0]
        for (const { left: from, leftEnd, right: rightFrom, rightEnd } of diff([...left], [...right])) {
          assert.ok(at === 0 || from > at)
          assert.ok(leftEnd > from || rightEnd > rightFrom)
          assert.deepEqual(left.slice(at, from), right.slice(to, rightFrom))
          ;[at, to] = [leftEnd, rightEnd]
        }
        assert.deepEqual(left.slice(at), right.slice(to))
      }),
      { numRuns: 2000 },
    )
  })

  it('finds nothing where nothing differs, and all where nothing is common', () => {
    assert.deepEqual(diff([1, 2], [1, 2]), [])
    assert.deepEqual(diff([], []), [])
    assert.deepEqual(diff([1, 2], [3]), [change(0, 2, 0, 1)])
  })

  it('moves a change down among equal lines, unless it then no longer faces one of the other text', () => {
    assert.deepEqual(diff([1, 2, 3], [1, 2, 1, 2, 3]), [change(2, 2, 2, 4)])
    assert.deepEqual(diff([1, 1, 2], [1, 3, 1, 1, 2]), [change(1, 1, 1, 3)])
  })

  it('stops when its budget is used up', () => {
    const random = new SeededRandom(1)
    const side = () => Uint32Array.from({ length: 5000 }, () => random.below(kinds))
    const budget = { steps: 20_000 }
    assert.equal(diffLines(side(), side(), { counts, budget }), undefined)
    assert.ok(budget.steps > -20_000, `${-budget.steps} steps too many`)
  })

  it('takes a bounded number of steps for texts that differ all over', () => {
    const random = new SeededRandom(2)
    const side = () => Uint32Array.from({ length: 40_000 }, () => random.below(kinds))
    const budget = { steps: 1e9 }
    assert.ok(diffLines(side(), side(), { counts, budget }))
    assert.ok(1e9 - budget.steps < 1e8, `${1e9 - budget.steps} steps`)
  })
})
