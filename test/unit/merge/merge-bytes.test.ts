import assert from 'node:assert/strict'
import fc from 'fast-check'
import { mergeBytes, mergeText } from '../../../src/merge-on-node.ts'

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const utf8 = (text: string) => new Uint8Array(Buffer.from(text))

async function bytesOf(base: Uint8Array, left: Uint8Array, right: Uint8Array, label?: string) {
  const labels = label === undefined ? undefined : { left: label }
  const merged = await mergeBytes({ path: 'file', base, left, right, labels }, mergeText)
  return merged.status === 'binary' ? merged : { status: merged.status, bytes: Buffer.from(merged.bytes) }
}

describe('the merge of files', () => {
  it('keeps each byte of a text in another encoding', async () => {
    const [base, left, right] = ['1\né\n3\n', 'ü\né\n3\n', '1\né\nß\x80\x9f\n'].map(latin1)
    assert.deepEqual(await bytesOf(base!, left!, right!), {
      status: 'clean',
      bytes: Buffer.from('ü\né\nß\x80\x9f\n', 'latin1'),
    })
  })

  it('writes labels in UTF-8, whatever the text is in', async () => {
    for (const encoding of ['latin1', 'utf8'] as const) {
      const [base, left, right] = ['1é\n', '2é\n', '3é\n'].map((text) => new Uint8Array(Buffer.from(text, encoding)))
      const expected = [
        Buffer.from('<<<<<<< ö\n'),
        left!,
        Buffer.from('=======\n'),
        right!,
        Buffer.from('>>>>>>> right\n'),
      ]
      assert.deepEqual(await bytesOf(base!, left!, right!, 'ö'), { status: 'conflict', bytes: Buffer.concat(expected) })
    }
  })

  it('keeps a byte order mark', async () => {
    const merged = await bytesOf(utf8('\uFEFF1\n2\n3\n'), utf8('\uFEFFone\n2\n3\n'), utf8('\uFEFF1\n2\nthree\n'))
    assert.deepEqual(merged, { status: 'clean', bytes: Buffer.from('\uFEFFone\n2\nthree\n') })
  })

  it('gives back what one side made of any bytes', async () => {
    const file = fc.uint8Array({ max: 255, maxLength: 40 }).map((bytes) => bytes.map((byte) => byte || 1))
    await fc.assert(
      fc.asyncProperty(file, file, async (base, side) => {
        const expected = { status: 'clean', bytes: Buffer.from(side) }
        assert.deepEqual(await bytesOf(base, side, base), expected)
        assert.deepEqual(await bytesOf(base, base, side), expected)
        assert.deepEqual(await bytesOf(base, side, side), expected)
      }),
    )
  })

  it('does not touch what git takes for binary', async () => {
    const text = utf8('a\n')
    assert.deepEqual(await bytesOf(text, utf8('b\n'), utf8('c\0\n')), { status: 'binary' })
    const late = utf8(`${'x\n'.repeat(5000)}\0\n`)
    assert.equal((await bytesOf(late, utf8(`y\n${'x\n'.repeat(5000)}\0\n`), late)).status, 'clean')
  })
})
