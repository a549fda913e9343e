import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isSafePath } from '../../../src/document/paths.ts'
import { fromUtf8 } from '../../../src/lib/bytes.ts'
import { isUtf8Path, pathBytes, pathText } from '../../../src/objects/path-bytes.ts'

describe('the text of a path', () => {
  /** Bytes as they are in names: all sorts, and pieces of UTF-8. */
  const bytes = fc
    .array(
      fc.oneof(
        fc.uint8Array({ maxLength: 4 }),
        fc.string().map((text) => new TextEncoder().encode(text)),
      ),
    )
    .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])))

  it('gives its bytes back, whatever they are', () => {
    fc.assert(fc.property(bytes, (path) => assert.deepEqual(pathBytes(pathText(path)), path)))
  })

  it('is the text of UTF-8, and any other is no path of a room', () => {
    fc.assert(
      fc.property(bytes, (path) => {
        const text = fromUtf8(path)
        assert.equal(isUtf8Path(pathText(path)), text !== undefined)
        if (text === undefined) assert.ok(!isSafePath(pathText(path)))
        else assert.equal(pathText(path), text)
      }),
    )
  })
})
