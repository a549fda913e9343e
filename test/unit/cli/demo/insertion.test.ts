import assert from 'node:assert/strict'
import fc from 'fast-check'
import { insertion } from '../../../../src/cli/demo/insertion.ts'

const text = 'one\ntwo\nthree\nfour\n'
const step = { word: 'alice-1-abcdef', prefix: '// ', isNewLine: true, at: 0, region: {} }

function typed(before: string, changes: Partial<typeof step> & { readonly region?: object }): string | undefined {
  const change = insertion(before, { ...step, ...changes })
  return change && before.slice(0, change.at) + change.insert + before.slice(change.at + change.remove)
}

describe('where a word of the demo goes', () => {
  it('is a line of its own between two lines', () => {
    const region = { after: 'two', before: 'three' }
    assert.equal(typed(text, { region }), 'one\ntwo\n// alice-1-abcdef\nthree\nfour\n')
  })

  it('is the end of a line of words, where one stands there', () => {
    const region = { after: 'two', before: 'three' }
    const before = 'one\ntwo\n// bob-7-zzzzzz\nthree\n'
    assert.equal(typed(before, { region, isNewLine: false }), 'one\ntwo\n// bob-7-zzzzzz alice-1-abcdef\nthree\n')
  })

  it('is nowhere where a line that it lies between is not there', () => {
    assert.equal(typed(text, { region: { after: 'five' } }), undefined)
    assert.equal(typed(text, { region: { after: 'three', before: 'two' } }), undefined)
  })

  it('never splits a word, and never leaves its region', () => {
    const steps = fc.array(
      fc.record({ isNewLine: fc.boolean(), at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }) }),
    )
    fc.assert(
      fc.property(steps, (many) => {
        let now = text
        for (const [i, one] of many.entries())
          now = typed(now, { ...one, word: `bob-${i}-abcdef`, region: { after: 'two', before: 'four' } })!
        const lines = now.split('\n')
        assert.deepEqual(
          [lines.slice(0, 2), lines.slice(-2)],
          [
            ['one', 'two'],
            ['four', ''],
          ],
        )
        assert.deepEqual(now.match(/bob-\d+-[a-z]+/g)?.sort() ?? [], many.map((_, i) => `bob-${i}-abcdef`).sort())
      }),
    )
  })
})
