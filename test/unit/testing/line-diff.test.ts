import assert from 'node:assert/strict'
import { applyChanges, diffText, isCanonicalScript } from '../../../src/document/text-diff.ts'
import { SimRandom } from '../../../src/testing/sim-random.ts'
import { diffLines } from '../../../src/testing/simulation/line-diff.ts'

const random = new SimRandom(1)

function someText(): string {
  const lines = Array.from({ length: random.below(8) }, () => `${random.pick(['', 'a', 'b c', '😀'])}\n`)
  return lines.join('') + random.pick(['', 'end'])
}

describe('the other diff engine of the simulator', () => {
  it('makes canonical scripts that turn one text into the other', () => {
    for (let i = 0; i < 2000; i++) {
      const [before, after] = [someText(), someText()]
      const changes = diffLines(before, after)
      assert.equal(applyChanges(before, changes), after)
      assert.ok(isCanonicalScript(before, changes), JSON.stringify([before, after, changes]))
    }
  })

  it('types whole lines, where the engine of the room keeps words', () => {
    const [before, after] = ['one\nwalrus badger\n', 'one\nwalrus weasel badger\n']
    assert.deepEqual(diffLines(before, after), [{ at: 4, remove: 14, insert: 'walrus weasel badger\n' }])
    assert.deepEqual(diffText(before, after), [{ at: 11, remove: 0, insert: 'weasel ' }])
  })
})
