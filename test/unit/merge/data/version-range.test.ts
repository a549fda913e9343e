import assert from 'node:assert/strict'
import { narrowerRange } from '../../../../src/merge/data/version-range.ts'

const narrower = (base: string | undefined, left: string, right: string) =>
  narrowerRange(base && `"${base}"`, `"${left}"`, `"${right}"`)

describe('the narrower one of two ranges', () => {
  it('is the higher one where both allow the same changes', () => {
    assert.equal(narrower('^1.2.3', '^1.2.4', '^1.10.0'), 'right')
    assert.equal(narrower('1.2.0', '~1.2.9', '~1.2.5'), 'left')
    assert.equal(narrower('^0.2.1', '^0.2.3', '^0.2.2'), 'left')
    assert.equal(narrower('>=1.0.0', '>=2.0.0', '>= 3.0.0'), 'right')
    assert.equal(narrower(undefined, '^2.0.1', '^2.0.0'), 'left')
  })

  it('is none where neither lies in the other one', () => {
    for (const [left, right] of [
      ['^1.2.3', '^2.0.0'],
      ['^0.2.3', '^0.3.0'],
      ['^0.0.2', '^0.0.3'],
      ['~1.2.3', '~1.3.0'],
      ['~1.2.3', '^1.2.4'],
      ['1.2.3', '1.2.4'],
      ['^1.2.3', '^1.3.0-rc.1'],
      ['^1.2', '^1.3'],
      ['file:../a', '^1.3.0'],
      ['^1.2.3 || ^2.0.0', '^1.3.0'],
    ] as const)
      assert.equal(narrower('0.0.1', left, right), undefined, `${left} ${right}`)
  })

  it('is none where a side did not raise it', () => {
    assert.equal(narrower('^1.2.3', '^1.2.0', '^1.2.4'), undefined)
    assert.equal(narrower('next', '^1.2.0', '^1.2.4'), undefined)
  })

  it('is not taken from a text that says more than a range', () => {
    assert.equal(narrowerRange('"^1.0.0"', '{ "version": "^1.0.1" }', '"^1.0.2"'), undefined)
  })
})
