import assert from 'node:assert/strict'
import fc from 'fast-check'
import { renumberUpdate } from '../../../src/document/renumbered.ts'
import { TextDocument } from '../../../src/document/text-document.ts'
import { readTextUpdate, type TypedItem } from '../../../src/document/update-reader.ts'
import { fromUtf8 } from '../../../src/lib/bytes.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { forgedUpdate } from '../../../src/testing/forged-update.ts'

const base = 'one two three four five six\n'

interface Replica {
  readonly document: TextDocument
  /** How many updates of each writer it has. */
  readonly has: number[]
}

/** Writers type, delete and exchange at random. Answers all updates, by writer in order, and the texts at the end. */
function meet(seed: number, seedNumber: number, numbers: readonly number[]) {
  const random = new SeededRandom(seed)
  const updates: Uint8Array[][] = numbers.map(() => [])
  const replicas = numbers.map((): Replica => ({
    document: TextDocument.seed(base, seedNumber),
    has: numbers.map(() => 0),
  }))
  const give = ({ document, has }: Replica): void => {
    document.apply(updates.flatMap((all, writer) => all.slice(has[writer])))
    for (const [writer, all] of updates.entries()) has[writer] = all.length
  }
  for (let step = 0; step < 40; step++) {
    const writer = random.below(numbers.length)
    const replica = replicas[writer]!
    const { document, has } = replica
    if (random.chance(0.25)) give(replica)
    const at = random.below(Math.min(6, document.length))
    const remove = random.below(Math.min(4, document.length - at))
    const insert = random.pick(['a', 'bc', '😀', remove ? '' : 'd'])
    updates[writer]!.push(document.edit(numbers[writer]!, [{ at, remove, insert }]))
    has[writer]!++
  }
  for (const replica of replicas) give(replica)
  return { updates, texts: replicas.map(({ document }) => document.text) }
}

/** Numbers of four writers and a seed, ascending. */
const ascending = fc
  .uniqueArray(
    fc.oneof(
      fc.integer({ min: 1, max: 40 }),
      fc.maxSafeNat().map((n) => n || 1),
    ),
    {
      minLength: 5,
      maxLength: 5,
    },
  )
  .map((numbers) => numbers.sort((a, b) => a - b))
/** In which order of numbers the seed and the writers stand. */
const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5, maxLength: 5 })

describe('an update in other client numbers', () => {
  it('is what its writer had made under them from the start, and the texts are the same', () => {
    const isAsIfMade = fc.property(fc.nat(), ascending, ascending, order, (seed, old, others, at) => {
      const [oldSeed, ...oldWriters] = at.map((i) => old[i]!) as [number, ...number[]]
      const [otherSeed, ...otherWriters] = at.map((i) => others[i]!) as [number, ...number[]]
      const before = meet(seed, oldSeed, oldWriters)
      const after = meet(seed, otherSeed, otherWriters)
      const there = new Map(old.map((number, i) => [number, others[i]!]))
      const back = new Map(others.map((number, i) => [number, old[i]!]))
      for (const [writer, updates] of before.updates.entries())
        for (const [i, update] of updates.entries()) {
          const renumbered = renumberUpdate(update, (number) => there.get(number)!)
          assert.deepEqual(renumbered, after.updates[writer]![i])
          assert.deepEqual(
            renumberUpdate(renumbered, (number) => back.get(number)!),
            update,
          )
        }
      assert.equal(new Set([...before.texts, ...after.texts]).size, 1)
    })
    fc.assert(isAsIfMade, { numRuns: 150 })
  })

  it('keeps items of any form and any deletions', () => {
    const unit = fc.option(fc.tuple(fc.constantFrom(3, 200, 2 ** 40), fc.nat(300)), { nil: undefined })
    const items = fc.array(fc.record({ left: unit, right: unit, text: fc.constantFrom('a', 'ü😀', 'x'.repeat(200)) }), {
      maxLength: 4,
    })
    const deleted = fc.constantFrom([0], [1, 200, 1, 0, 5], [2, 2 ** 40, 2, 0, 1, 7, 300, 3, 1, 4, 4])
    const numbers = new Map([3, 200, 2 ** 40].map((number, i) => [number, [90, 2 ** 21, 2 ** 21 + 1][i]!]))
    const keeps = fc.property(items, deleted, fc.nat(1000), (all, ranges, clock) => {
      const update = forgedUpdate(200, clock, all, ranges)
      const read = readTextUpdate(update)!
      const bytes = renumberUpdate(update, (number) => numbers.get(number)!)
      const renumbered = readTextUpdate(bytes)!
      const of = (number: number): number => (number < 0 ? number : numbers.get(number)!)
      assert.deepEqual(renumbered.typed, read.typed && { ...read.typed, client: of(read.typed.client) })
      const placed = (of: Uint8Array, { textAt, textEnd, ...place }: TypedItem) => ({
        ...place,
        text: fromUtf8(of.subarray(textAt, textEnd)),
      })
      assert.deepEqual(
        renumbered.items.map((item) => placed(bytes, item)),
        read.items.map((item) => {
          const place = placed(update, item)
          return { ...place, leftClient: of(place.leftClient), rightClient: of(place.rightClient) }
        }),
      )
      assert.deepEqual(
        renumbered.deleted,
        read.deleted.map((range) => ({ ...range, client: of(range.client) })),
      )
    })
    fc.assert(keeps)
  })
})
