import assert from 'node:assert/strict'
import fc from 'fast-check'
import { joinedRanges, withoutRanges } from '../../../src/document/unit-ranges.ts'
import type { UnitRange } from '../../../src/document/update-reader.ts'

const someRanges = fc.array(
  fc
    .tuple(fc.nat(2), fc.nat(12), fc.integer({ min: 1, max: 5 }))
    .map(([client, clock, length]): UnitRange => ({ client, clock, length })),
  { maxLength: 8 },
)

/** Each unit for itself. */
function unitsOf(ranges: readonly UnitRange[]): ReadonlySet<string> {
  return new Set(
    ranges.flatMap(({ client, clock, length }) => Array.from({ length }, (_, i) => `${client} ${clock + i}`)),
  )
}

describe('ranges of units', () => {
  it('have one form for the same units', () => {
    fc.assert(
      fc.property(someRanges, (ranges) => {
        const joined = joinedRanges(ranges)
        assert.deepEqual(unitsOf(joined), unitsOf(ranges))
        assert.equal(
          joined.reduce((sum, { length }) => sum + length, 0),
          unitsOf(ranges).size,
        )
        const single = [...unitsOf(ranges)].map((unit) => {
          const [client, clock] = unit.split(' ').map(Number)
          return { client: client!, clock: clock!, length: 1 }
        })
        assert.deepEqual(joinedRanges(single), joined)
      }),
    )
  })

  it('without others hold what is in none of these', () => {
    fc.assert(
      fc.property(someRanges, someRanges, (ranges, others) => {
        const left = withoutRanges(joinedRanges(ranges), joinedRanges(others))
        const taken = unitsOf(others)
        assert.deepEqual(unitsOf(left), new Set([...unitsOf(ranges)].filter((unit) => !taken.has(unit))))
        assert.deepEqual(joinedRanges(left), left)
      }),
    )
  })
})
