import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { mergeByLines } from '../../../src/merge/merge-by-lines.ts'
import { chosenText, readMarkers } from '../../../src/merge/read-markers.ts'
import type { ConflictStyle } from '../../../src/merge/merge-result.ts'

describe('readMarkers', () => {
  it('takes conflicts apart as their markers show them', () => {
    const whole = '<<<<<<< HEAD\nb\n||||||| 1234\nc\n=======\nd\n>>>>>>> side\n'
    assert.deepEqual(readMarkers(`a\n${whole}e`, 7), [
      'a\n',
      { lines: { from: 1, end: 8 }, whole, left: 'b\n', base: 'c\n', right: 'd\n' },
      'e',
    ])
  })

  it('takes lines that look like markers elsewhere for text', () => {
    const text = 'Title\n=======\n>>>>>>> quoted\n||||||| a\n<<<<<<<<\n'
    assert.deepEqual(readMarkers(text, 7), [text])
    assert.deepEqual(readMarkers(text, 8), undefined)
  })

  it('knows nothing of conflicts that do not end, or begin in others', () => {
    assert.equal(readMarkers('<<<<<<< a\nb\n=======\n', 7), undefined)
    assert.equal(readMarkers('<<<<<<< a\nb\n<<<<<<< a\n=======\n>>>>>>> c\n', 7), undefined)
  })

  it('keeps the ends of lines as they are', () => {
    const whole = '<<<<<<< a\r\nb\r\n=======\r\n>>>>>>> c\r\n'
    const [conflict] = readMarkers(whole, 7)!
    assert.deepEqual(conflict, { lines: { from: 0, end: 4 }, whole, left: 'b\r\n', right: '' })
  })

  it('finds the conflicts that a merge has written, in every style', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 12 })
      .map((lines) => lines.map((line) => `${line}\n`).join(''))
    const styles = fc.constantFrom<ConflictStyle>('merge', 'diff3', 'zdiff3')
    fc.assert(
      fc.property(text, text, text, styles, (base, left, right, style) => {
        const merged = mergeByLines({ path: 'a.txt', base, left, right, style })
        const pieces = readMarkers(merged.text, 7)!
        assert.equal(pieces.map((piece) => (typeof piece === 'string' ? piece : piece.whole)).join(''), merged.text)
        const conflicts = pieces.filter((piece) => typeof piece !== 'string')
        assert.deepEqual(
          conflicts.map(({ lines, left, right }) => ({ lines, left, right })),
          merged.conflicts.map((conflict) => ({
            lines: conflict.lines,
            left: conflict.left.text,
            right: conflict.right.text,
          })),
        )
      }),
    )
  })

  it('takes one side or both, one after the other', () => {
    const conflict = { lines: { from: 0, end: 5 }, whole: '', left: 'a\n', right: 'b\n' }
    assert.deepEqual(
      (['left', 'right', 'union'] as const).map((choice) => chosenText(conflict, choice)),
      ['a\n', 'b\n', 'a\nb\n'],
    )
  })
})
