import assert from 'node:assert/strict'
import fc from 'fast-check'
import { joinedRanges, keptUnits, withoutRanges } from '../../../src/document/unit-ranges.ts'
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

/** Each unit for itself, in the order of the text. */
function listed(ranges: readonly UnitRange[]): readonly string[] {
  return ranges.flatMap(({ client, clock, length }) => Array.from({ length }, (_, i) => `${client} ${clock + i}`))
}

describe('ranges of units', () => {
  it('tell which units of one text stand where in another', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.nat(2), fc.nat(20), fc.nat(2)), { selector: String }), (all) => {
        // One order of all units; what both texts show, and what one of them.
        const units = new Map(all.map(([client, clock, shown]) => [`${client} ${clock}`, { client, clock, shown }]))
        const shownIn = (other: number): readonly UnitRange[] =>
          [...units.values()].filter(({ shown }) => shown !== other).map((unit) => ({ ...unit, length: 1 }))
        const [base, current] = [shownIn(0), shownIn(1)]
        const found = keptUnits(base, current).flatMap(({ at, to, length }) =>
          Array.from({ length }, (_, i) => [at + i, to + i] as const),
        )
        const [here, there] = [listed(base), listed(current)]
        const expected = here.flatMap((unit, at) => (there.includes(unit) ? [[at, there.indexOf(unit)]] : []))
        assert.deepEqual(found, expected)
      }),
    )
    const typed = [{ client: 1, clock: 0, length: 9 }]
    const cut = [
      { client: 1, clock: 0, length: 2 },
      { client: 2, clock: 0, length: 5 },
      { client: 1, clock: 4, length: 5 },
    ]
    const parts = [
      { at: 0, to: 0, length: 2 },
      { at: 4, to: 7, length: 5 },
    ]
    assert.deepEqual(keptUnits(typed, cut), parts)
  })

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
