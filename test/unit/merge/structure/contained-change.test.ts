import assert from 'node:assert/strict'
import { containingSide } from '../../../../src/merge/structure/contained-change.ts'

/** The side that holds the other one, whichever of both it is. */
const holder = (base: string, less: string, more: string): string | undefined => {
  const side = containingSide(base, less, more)
  assert.equal(containingSide(base, more, less), side && (side === 'right' ? 'left' : 'right'))
  return side === 'right' ? more : side === 'left' ? less : undefined
}

describe('the side that did all that the other one did', () => {
  it('is found where what it did besides stands apart', () => {
    for (const [base, less, more] of [
      ['(a, b)', '(a, c)', '(a, c, d)'],
      ['(old)', '(fresh, log)', '({ name, value: fresh, log, })'],
      ['{ type A, B }', '{ type A }', '{ C, type A }'],
      ['call()', 'send(line)', 'send(line, now)'],
      ['x', 'a()\nb()', 'a()\n// why\nb()'],
      ['f(a, b, c)', 'f(a, b)', 'f(a)'],
    ] as const)
      assert.equal(holder(base, less, more), more, `${less} | ${more}`)
  })

  it('is the same one, whichever side it is, where both did the same with other white space', () => {
    const [base, one, other] = ['- a\n- b', '  - a\n-', '- a\n- ']
    assert.equal(containingSide(base, one, other), 'left')
    assert.equal(containingSide(base, other, one), 'right')
  })

  it('is none where what it did besides gives the words of the other one another meaning', () => {
    for (const [base, less, more] of [
      ['x', 'width * height', 'this.width * this.height'],
      ['(x)', '(ready)', '(!ready)'],
      ['(x)', '(ready)', '(ready && open)'],
      ['(x)', '(ready)', '(check(ready))'],
      ['(x)', '(ready)', '(ready(now))'],
      ['(x)', '(b)', '(a ? c : b)'],
      ['(a)', '(*log)', '(_ *log)'],
      ['{ type A, B }', '{ A, B }', '{ B }'],
    ] as const)
      assert.equal(holder(base, less, more), undefined, `${less} | ${more}`)
  })
})
