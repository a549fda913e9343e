import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describeDiff } from '../../../../src/merge-on-node.ts'
import { imageOf } from '../../../../src/merge/semantic-diff/image-header.ts'

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))

const png = (width: number, height: number) =>
  bytes('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [
    0,
    0,
    width >> 8,
    width & 255,
    0,
    0,
    height >> 8,
    height & 255,
    8,
    6,
    0,
    0,
    0,
  ])
const images = {
  'image/png': png(640, 480),
  'image/gif': bytes('GIF89a', [0x80, 2, 0xe0, 1, 0, 0, 0]),
  'image/jpeg': bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 17, 8, 1, 0xe0, 2, 0x80, 3]),
  'image/webp': bytes('RIFF\0\0\0\0WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 0x7f, 2, 0, 0xdf, 1, 0]),
}

describe('the diff of media', () => {
  for (const [mediaType, image] of Object.entries(images))
    it(`reads the size of ${mediaType}`, () => {
      assert.deepEqual(imageOf(image), { mediaType, width: 640, height: 480 })
    })

  it('reads the other forms of WebP', () => {
    const lossy = bytes('RIFF\0\0\0\0WEBPVP8 ', [0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1])
    const bits = 639 | (479 << 14)
    const lossless = bytes('RIFF\0\0\0\0WEBPVP8L', [
      0,
      0,
      0,
      0,
      0x2f,
      bits & 255,
      (bits >> 8) & 255,
      (bits >> 16) & 255,
      bits >>> 24,
    ])
    for (const image of [lossy, lossless])
      assert.deepEqual(imageOf(image), { mediaType: 'image/webp', width: 640, height: 480 })
  })

  it('never throws for what a file holds, however it is cut or damaged', () => {
    const damaged = fc.tuple(
      fc.constantFrom(...Object.values(images)),
      fc.nat(40),
      fc.array(fc.tuple(fc.nat(40), fc.nat(255))),
    )
    fc.assert(
      fc.property(damaged, ([image, length, edits]) => {
        const copy = image.slice(0, length)
        for (const [at, byte] of edits) if (at < copy.length) copy[at] = byte
        const { width = 0, height = 0 } = imageOf(copy) ?? {}
        assert.ok(Number.isInteger(width) && Number.isInteger(height) && width >= 0 && height >= 0)
      }),
    )
  })

  it('tells size, hash, type and dimensions of both sides', async () => {
    const [before, after] = [png(1, 2), png(3, 4)]
    const [file] = await describeDiff([{ path: 'a.png', before, after }])
    const told = (image: Uint8Array, width: number, height: number) => ({
      sizeBytes: image.length,
      sha256: createHash('sha256').update(image).digest('hex'),
      mediaType: 'image/png',
      width,
      height,
    })
    assert.deepEqual(file, {
      path: 'a.png',
      status: 'modified',
      modality: 'media',
      changes: [],
      manifest: { before: told(before, 1, 2), after: told(after, 3, 4) },
    })
  })

  it('tells other files that are no text by their hash', async () => {
    const [file] = await describeDiff([{ path: 'a.bin', before: undefined, after: bytes([0, 1, 2]) }])
    assert.equal(file!.modality, 'binary')
    assert.equal(file!.status, 'added')
    assert.deepEqual(Object.keys(file!.manifest!), ['after'])
  })
})
