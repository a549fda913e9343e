import assert from 'node:assert/strict'
import fc from 'fast-check'
import { commonRuns } from '../../../src/lib/myers.ts'

const tokens = fc.array(fc.nat(5), { maxLength: 30 }).map((list) => Uint32Array.from(list))

function longest(a: Uint32Array, b: Uint32Array): number {
  let row = Array.from({ length: b.length + 1 }, () => 0)
  for (const x of a) {
    const next = [0]
    for (const [j, y] of b.entries()) next.push(x === y ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!))
    row = next
  }
  return row.at(-1)!
}

describe('the common runs of two sequences', () => {
  it('are a longest common subsequence', () => {
    fc.assert(
      fc.property(tokens, tokens, (a, b) => {
        const runs = commonRuns(a, b, { steps: 1e6 })!
        let left = 0
        let right = 0
        for (const run of runs) {
          assert.ok(run.length > 0 && run.left >= left && run.right >= right)
          left = run.left + run.length
          right = run.right + run.length
          assert.deepEqual(a.slice(run.left, left), b.slice(run.right, right))
        }
        assert.ok(left <= a.length && right <= b.length)
        assert.equal(
          runs.reduce((sum, { length }) => sum + length, 0),
          longest(a, b),
        )
      }),
      { numRuns: 3000 },
    )
  })

  it('are one run where the sequences are equal', () => {
    const a = Uint32Array.from({ length: 1000 }, (_, i) => i % 7)
    assert.deepEqual(commonRuns(a, a, { steps: 3000 }), [{ left: 0, right: 0, length: 1000 }])
  })

  it('are not told when the budget is used up', () => {
    const a = Uint32Array.from({ length: 2000 }, (_, i) => (i * 7919) % 13)
    const b = Uint32Array.from({ length: 2000 }, (_, i) => (i * 104729) % 11)
    const budget = { steps: 10_000 }
    assert.equal(commonRuns(a, b, budget), undefined)
    assert.ok(budget.steps > -5000, 'it stops soon after the limit')
  })
})
