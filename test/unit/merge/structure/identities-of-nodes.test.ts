import assert from 'node:assert/strict'
import { SeededRandom } from '../../../../src/lib/seeded-random.ts'
import { Identities } from '../../../../src/merge/structure/identities.ts'

/** Gives numbers as a map of texts would, which is slow. */
function checked(nodes: Iterable<readonly [kind: number, children: readonly number[]]>): void {
  const identities = new Identities()
  const known = new Map<string, number>()
  const seen = new Set<number>()
  for (const [kind, children] of nodes) {
    const number = identities.ofNode(kind, Uint32Array.from([...children, 7, 7]), children.length)
    const key = `${kind} ${children.join(' ')}`
    assert.equal(known.get(key) ?? number, number, key)
    if (!known.has(key)) assert.ok(!seen.has(number), key)
    known.set(key, number)
    seen.add(number)
  }
}

describe('numbers of nodes', () => {
  it('are equal where kind and children are, and only there', () => {
    const random = new SeededRandom(1)
    checked(
      Array.from({ length: 20_000 }, () => [
        random.below(4),
        Array.from({ length: random.below(5) }, () => random.below(40)),
      ]),
    )
  })

  it('are so of nodes that somebody has made for the table to be slow', () => {
    const nodes = Array.from({ length: 6000 }, (_, i): [number, number[]] => [5, [childAt(5, i)]])
    checked([...nodes, ...nodes])
  }).timeout(5000)

  it('differ from those of texts', () => {
    const identities = new Identities()
    const numbers = [
      identities.ofText(1, '2'),
      identities.ofNode(1, Uint32Array.of(2), 1),
      identities.of('1 2'),
      identities.ofText(2, '2'),
    ]
    assert.equal(new Set(numbers).size, 4)
  })
})

/** The child with which a node of one child has a hash whose lower 18 bits are zero: the hash taken back. */
function childAt(kind: number, index: number): number {
  const hash = (index << 18) >>> 0
  const unmixed = hash ^ (hash >>> 15) ^ (hash >>> 30)
  return (Math.imul(unmixed, inverse(0x9e3779b1)) ^ kind) >>> 0
}

/** Modulo 2^32, by Newton's method. */
function inverse(odd: number): number {
  let found = odd
  for (let i = 0; i < 5; i++) found = Math.imul(found, 2 - Math.imul(odd, found))
  return found
}
