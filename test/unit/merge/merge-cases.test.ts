import assert from 'node:assert/strict'
import { ownMergeCases } from '../../../bench/merge-case-files.ts'
import { mergeText } from '../../../src/merge-on-node.ts'

describe('the merge of the own cases', () => {
  const cases = ownMergeCases()

  for (const { id, expected, expectsConflict, path, base, left, right } of cases)
    it(`is as expected: ${id}`, async () => {
      const { status, text } = await mergeText({ path, base, left, right })
      assert.equal(text, expected)
      assert.equal(status, expectsConflict ? 'conflict' : 'clean')
    })

  it('meets both clean results and conflicts', () => {
    assert.deepEqual(new Set(cases.map(({ expectsConflict }) => expectsConflict)), new Set([false, true]))
  })
})
