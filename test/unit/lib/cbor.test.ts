import assert from 'node:assert/strict'
import { decode, encode } from 'cborg'
import fc from 'fast-check'
import { decodeCbor, encodeCbor, type CborValue } from '../../../src/lib/cbor.ts'

const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.maxSafeInteger(),
    fc.nat(300),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 5 }),
  ),
}))

describe('deterministic CBOR', () => {
  it('gives back every value that it wrote', () => {
    fc.assert(fc.property(value, (v) => assert.deepEqual(decodeCbor(encodeCbor(v)), v)))
  })

  it('writes the bytes that an independent encoder writes', () => {
    fc.assert(fc.property(value, (v) => assert.deepEqual(encodeCbor(v), new Uint8Array(encode(v)))))
  })

  it('takes nothing that does not re-encode to the same bytes, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const v = decodeCbor(bytes)
        if (v !== undefined) assert.deepEqual(encodeCbor(v), bytes)
      }),
      { numRuns: 5000 },
    )
  })

  it('reads damaged encodings as nothing or as themselves', () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.integer({ min: 1, max: 255 }), (v, at, change) => {
        const bytes = encodeCbor(v)
        bytes[at % bytes.length]! ^= change
        const read = decodeCbor(bytes)
        if (read !== undefined) assert.deepEqual(encodeCbor(read), bytes)
      }),
      { numRuns: 3000 },
    )
  })

  it('refuses long integer forms, floats, maps, tags, indefinite lengths and trailing bytes', () => {
    for (const hex of [
      '1800',
      '190001',
      '1a00000001',
      'f93c00',
      'fb3ff0000000000000',
      'a0',
      'c000',
      '9fff',
      '5fff',
      '0000',
      'f7',
      'f8ff',
    ])
      assert.equal(decodeCbor(Buffer.from(hex, 'hex')), undefined, hex)
  })

  it('agrees with an independent decoder on what it takes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        const v = decodeCbor(bytes)
        if (v !== undefined) assert.deepEqual(decode(bytes, { strict: true }), v)
      }),
      { numRuns: 3000 },
    )
  })
})
