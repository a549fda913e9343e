import assert from 'node:assert/strict'
import fc from 'fast-check'
import { escapeLine, escapeMessage } from '../../../src/provenance/message-escape.ts'

describe('text of others', () => {
  it('is shown with its control characters spelled out', () => {
    assert.equal(escapeMessage('a\u001b[31mred\u0007\r'), 'a\\x1b[31mred\\x07\\x0d')
    assert.equal(
      escapeMessage('\u009b2J \u202egnp.exe \u200b \ufeff \ud800'),
      '\\x9b2J \\u{202e}gnp.exe \\u{200b} \\u{feff} \\u{d800}',
    )
  })

  it('keeps words, line feeds and tabs of a message, and spells them in a line', () => {
    assert.equal(escapeMessage('naïve 日本 😀\n\tx'), 'naïve 日本 😀\n\tx')
    assert.equal(escapeLine('a\n\tb'), 'a\\x0a\\x09b')
  })

  it('leaves nothing that moves a cursor', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex
        assert.doesNotMatch(escapeLine(text), /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
      }),
    )
  })
})
