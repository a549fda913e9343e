import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isTextContent, maxFileBytes, textOfBlob } from '../../../src/document/seed.ts'
import { utf8 } from '../../../src/lib/bytes.ts'

describe('the text of a blob', () => {
  it('gives back the blob byte for byte, or is none', () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 30 }), fc.string({ unit: 'binary' }).map(utf8))
    fc.assert(
      fc.property(bytes, (content) => {
        const text = textOfBlob(content)
        if (text === undefined) return
        assert.deepEqual(utf8(text), content)
        assert.ok(isTextContent(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('keeps a byte order mark and line ends', () => {
    assert.equal(textOfBlob(utf8('\uFEFFa\r\nb\r')), '\uFEFFa\r\nb\r')
    assert.equal(textOfBlob(new Uint8Array(0)), '')
  })

  it('is none for NUL, other encodings and encoded surrogates', () => {
    for (const bytes of [[97, 0], [0xff, 0xfe, 97, 0], [0xe9], [0xed, 0xa0, 0xbd], [0xc0, 0x80]])
      assert.equal(textOfBlob(Uint8Array.from(bytes)), undefined)
  })

  it('is none above the limit', () => {
    assert.equal(textOfBlob(new Uint8Array(maxFileBytes).fill(97))?.length, maxFileBytes)
    assert.equal(textOfBlob(new Uint8Array(maxFileBytes + 1).fill(97)), undefined)
  })
})
