import assert from 'node:assert/strict'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { portableDeflate } from '../../../src/browser/deflate.ts'
import { concat, utf8 } from '../../../src/lib/bytes.ts'
import { nodeDeflate } from '../../../src/node/deflate.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { blockOfRandomCodes } from '../support/deflate-blocks.ts'
import { deflateBackends, hex } from '../support/backends.ts'

const limit = 1 << 20

/** Content with repetitions of all kinds, so that every sort of block and code occurs. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }),
  fc
    .array(fc.constantFrom('the ', 'text ', 'of ', 'a ', 'file\n', '    '), { maxLength: 600 })
    .map((words) => utf8(words.join(''))),
  fc.tuple(fc.nat({ max: 255 }), fc.nat({ max: 70_000 })).map(([byte, length]) => new Uint8Array(length).fill(byte)),
)

const compressed = fc
  .tuple(content, fc.constantFrom(0, 1, 6, 9), fc.constantFrom(0, 2, 3, 4))
  .map(([bytes, level, strategy]) => ({
    bytes,
    stream: new Uint8Array(deflateRawSync(bytes, { level, strategy })),
  }))

describe('raw deflate', () => {
  for (const [name, own] of deflateBackends)
    for (const [otherName, other] of deflateBackends)
      it(`of ${name} is inflated by ${otherName}`, () => {
        fc.assert(
          fc.property(content, (bytes) => assert.deepEqual(other.inflate(own.deflate(bytes), limit), bytes)),
          { numRuns: 60 },
        )
      })

  it('is inflated at every level and strategy of zlib', () => {
    fc.assert(
      fc.property(compressed, ({ bytes, stream }) => assert.deepEqual(portableDeflate.inflate(stream, limit), bytes)),
      { numRuns: 150 },
    )
  })

  for (const [name, backend] of deflateBackends)
    describe(`by ${name}`, () => {
      const deflate = (bytes: Uint8Array) => backend.deflate(bytes)
      const inflate = (bytes: Uint8Array, maxBytes: number) => backend.inflate(bytes, maxBytes)
      const stream = deflate(utf8('to be or not to be, that is the question'))

      it('gives nothing for a stream that goes on after its end', () => {
        assert.equal(inflate(concat(stream, Uint8Array.of(0)), limit), undefined)
        assert.equal(inflate(concat(stream, stream), limit), undefined)
      })

      it('gives nothing for a stream that breaks off', () => {
        for (let length = 0; length < stream.length; length++)
          assert.equal(inflate(stream.subarray(0, length), limit), undefined)
      })

      it('gives content of up to the limit and nothing beyond it', () => {
        const bomb = deflate(new Uint8Array(4_000_000))
        assert.ok(bomb.length < 20_000)
        assert.equal(inflate(bomb, 3_999_999), undefined)
        assert.equal(inflate(bomb, 4_000_000)?.length, 4_000_000)
        assert.equal(inflate(deflate(Uint8Array.of(1)), 0), undefined)
        assert.equal(inflate(deflate(new Uint8Array(0)), 0)?.length, 0)
      })

      it('refuses each way to break RFC 1951', () => {
        for (const [what, stream] of Object.entries({
          'an unknown type of block': '07',
          'a stored block of two lengths': '01010000000a',
          'a stored block that is cut': '010200fdff0a',
          'a distance before the start': '03020000',
          'a code of more codes than fit': '05e0810000000000100000000000000000',
        }))
          assert.equal(inflate(hex(stream), limit), undefined, what)
      })
    })

  it('is broken for both or for neither, with the same content, whatever bit of a stream is changed', function () {
    const random = new SeededRandom(7)
    const seen = { taken: 0, refused: 0 }
    const plain = utf8('the text of a file, the text of a file with more text in it 0123456789'.repeat(3))
    const streams = [0, 6, 9].flatMap((level) =>
      [0, 2, 4].map((strategy) => new Uint8Array(deflateRawSync(plain, { level, strategy }))),
    )
    for (let i = 0; i < 3000; i++) {
      const stream = random.pick(streams).slice()
      for (let n = random.below(3); n >= 0; n--)
        stream[random.below(Math.min(stream.length, 40))]! ^= 1 << random.below(8)
      const native = nodeDeflate.inflate(stream, 4096)
      assert.deepEqual(portableDeflate.inflate(stream, 4096), native, Buffer.from(stream).toString('hex'))
      seen[native ? 'taken' : 'refused']++
    }
    assert.ok(seen.taken > 100 && seen.refused > 100, JSON.stringify(seen))
  })

  it('is broken for both or for neither in blocks whose codes keep or break each rule', () => {
    const random = new SeededRandom(13)
    const seen = { taken: 0, refused: 0 }
    for (let i = 0; i < 3000; i++) {
      const stream = blockOfRandomCodes(random)
      const native = nodeDeflate.inflate(stream, 65_536)
      assert.deepEqual(portableDeflate.inflate(stream, 65_536), native, Buffer.from(stream).toString('hex'))
      seen[native ? 'taken' : 'refused']++
    }
    assert.ok(seen.taken > 100 && seen.refused > 100, JSON.stringify(seen))
  })

  it('is broken for both or for neither in streams of random bits', () => {
    const random = new SeededRandom(11)
    for (let i = 0; i < 3000; i++) {
      const stream = random.bytes(1 + random.below(60))
      // A last block with codes of its own: the part of the format with the most rules.
      if (i % 2) stream[0] = (stream[0]! & 0xf8) | 5
      assert.deepEqual(
        portableDeflate.inflate(stream, 65_536),
        nodeDeflate.inflate(stream, 65_536),
        Buffer.from(stream).toString('hex'),
      )
    }
  })
})
