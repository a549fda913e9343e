import assert from 'node:assert/strict'
import fc from 'fast-check'
import { distinctNumbers, type Writer } from '../../../src/history/client-numbers.ts'
import { FileClients } from '../../../src/history/file-clients.ts'

const most = Number.MAX_SAFE_INTEGER

/** Writers of whom many share a number, at both ends and in between. */
const writers = fc.uniqueArray(
  fc.tuple(
    fc.integer({ min: 0, max: 999 }).map((id) => String(id).padStart(32, '0') as Writer),
    fc.oneof(fc.nat(3), fc.integer({ min: 16, max: 20 }), fc.integer({ min: most - 2, max: most })),
  ),
  { selector: ([id]) => id, minLength: 1, maxLength: 12 },
)

function inOrder(own: Iterable<readonly [Writer, number]>): readonly Writer[] {
  return [...own].sort(([a, left], [b, right]) => left - right || (a < b ? -1 : 1)).map(([writer]) => writer)
}

describe('the client numbers of writers who meet', () => {
  it('are distinct, in order of number, then id, and can be written', () => {
    const hold = fc.property(writers, (own) => {
      const numbers = distinctNumbers(new Map(own))
      const ascending = inOrder(own).map((writer) => numbers.get(writer)!)
      for (const [i, number] of ascending.entries()) {
        assert.ok(Number.isSafeInteger(number) && number > (ascending[i - 1] ?? 0), ascending.join())
      }
    })
    fc.assert(hold)
  })

  it('are their own where no two share one', () => {
    const alone = fc.uniqueArray(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: 20 })
    const hold = fc.property(alone, (numbers) => {
      const own = new Map(numbers.map((number, i) => [String(i) as Writer, number]))
      const clients = new FileClients()
      for (const [writer, number] of own) assert.equal(clients.add(writer, number), undefined)
      assert.ok(!clients.isShared)
      for (const [writer, number] of own) {
        assert.equal(distinctNumbers(own).get(writer), number)
        assert.equal(clients.numberOf(writer), number)
        assert.equal(clients.writerOf(number), writer)
      }
    })
    fc.assert(hold)
  })

  it('change for others when somebody comes, and nobody changes places', () => {
    const hold = fc.property(writers, fc.nat(), (own, few) => {
      const clients = new FileClients()
      for (const [i, [writer, number]] of own.entries()) {
        const before = own.slice(0, i).map(([each]) => [each, clients.numberOf(each)!] as const)
        const renumbering = clients.add(writer, number)
        for (const [each, old] of before) assert.equal(clients.numberOf(each), renumbering ? renumbering(old) : old)
        if (renumbering) assert.ok(before.some(([, old]) => renumbering(old) !== old))
        const here = own.slice(0, i + 1)
        const ascending = inOrder(here).map((each) => clients.numberOf(each)!)
        assert.deepEqual(
          ascending,
          ascending.toSorted((a, b) => a - b),
        )
        for (const [each] of here) assert.equal(clients.writerOf(clients.numberOf(each)!), each)
        assert.equal(clients.isShared, new Set([0, ...here.map(([, its]) => its)]).size <= here.length)
      }
      const some = own.filter((_, i) => (few >> i) & 1)
      const among = clients.among(some.map(([writer]) => writer))
      for (const [writer, number] of distinctNumbers(new Map(some))) {
        assert.equal(among.numberOf(writer), number)
        assert.equal(among.writerOf(number), writer)
      }
      for (const [writer] of own)
        assert.equal(
          among.numberOf(writer) !== undefined,
          some.some(([each]) => each === writer),
        )
    })
    fc.assert(hold, { numRuns: 500 })
  })
})
