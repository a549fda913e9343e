import assert from 'node:assert/strict'
import { diffText, rebaseChanges } from '../../../src/document/text-diff.ts'
import { toHex, utf8 } from '../../../src/lib/bytes.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { lineMerge } from '../../../src/merge/line-merge.ts'
import { nodeCrypto } from '../../../src/node/crypto.ts'

const words = ['a', 'bb', 'walrus', 'walrus badger', '  c', '', '{', '}', 'é😀', '😁', 'x = 1;', 'x = 2;', '\t']

function someText(random: SeededRandom): string {
  const lines = Array.from({ length: random.below(14) }, () => `${random.pick(words)}${random.pick(['\n', '\n', ' '])}`)
  return lines.join('') + random.pick(words)
}

/** A text that stems from another: some lines are gone, doubled or others. */
function changed(random: SeededRandom, text: string): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  return lines
    .flatMap((line) => (random.chance(0.7) ? [line] : random.pick([[], [line, line], [someText(random)]])))
    .join('')
}

function digestOf(results: readonly unknown[]): string {
  return toHex(nodeCrypto.sha256(utf8(JSON.stringify(results)))).slice(0, 32)
}

/** Verdicts rest on these results. Who has to change a digest here has made another version (docs/decisions/0016). */
describe('what rooms of version 1 compute from texts', () => {
  it('is the same as ever: diff', () => {
    const random = new SeededRandom(1)
    const results = Array.from({ length: 3000 }, () => {
      const base = someText(random)
      const own = diffText(base, changed(random, base))
      return [own, rebaseChanges(base, own, changed(random, base))]
    })
    assert.equal(digestOf(results), '70a6fbf9ac58ddb2b1712d926e9b4c26')
  })

  it('is the same as ever: merge', () => {
    const random = new SeededRandom(2)
    const results = Array.from({ length: 3000 }, () => {
      const base = someText(random)
      return lineMerge.merge({ path: 'a.txt', base, left: changed(random, base), right: changed(random, base) })
    })
    assert.equal(digestOf(results), 'd70b8f61f0f06ccb8a1dd9161f52ec2f')
  })
})
