import assert from 'node:assert/strict'
import { FrameReader, framesOf, maxFrameBytes, maxMessageBytes, streams } from '../../../src/sync/frames.ts'

const first = 1
const last = 2
const control = 0x10

function frame(flags: number, length: number, content: Uint8Array): Uint8Array {
  const head = new Uint8Array(flags & first ? 6 : 2)
  head[0] = control
  head[1] = flags
  if (flags & first) new DataView(head.buffer).setUint32(2, length)
  return Uint8Array.of(...head, ...content)
}

describe('a message in frames', () => {
  it('arrives whole, whatever frames of other streams come between', () => {
    const reader = new FrameReader()
    const bytes = Uint8Array.from({ length: 40_000 }, (_, i) => i)
    const [a, b, c] = [...framesOf({ stream: 'objects', bytes })]
    const urgent = [...framesOf({ stream: 'control', bytes: Uint8Array.of(1, 2) })]
    assert.equal(reader.read(a!), 'more')
    assert.deepEqual(reader.read(urgent[0]!), { stream: 'control', bytes: Uint8Array.of(1, 2) })
    assert.equal(reader.read(b!), 'more')
    assert.deepEqual(reader.read(c!), { stream: 'objects', bytes })
  })

  it('has only full frames before its last, so that no peer can fill memory with empty ones', () => {
    for (const content of [new Uint8Array(0), new Uint8Array(1), new Uint8Array(maxFrameBytes - 7)])
      assert.equal(new FrameReader().read(frame(first, 100_000, content)), 'invalid')
    const reader = new FrameReader()
    assert.equal(reader.read(frame(first, 100_000, new Uint8Array(maxFrameBytes - 6))), 'more')
    assert.equal(reader.read(frame(0, 0, new Uint8Array(0))), 'invalid')
  })

  it('breaks the protocol where it is longer or shorter than it said, begins twice or does not begin', () => {
    assert.equal(new FrameReader().read(frame(first | last, 3, Uint8Array.of(1, 2))), 'invalid')
    assert.equal(new FrameReader().read(frame(first | last, 1, Uint8Array.of(1, 2))), 'invalid')
    assert.equal(new FrameReader().read(frame(last, 0, Uint8Array.of(1, 2))), 'invalid')
    const reader = new FrameReader()
    const begin = frame(first, 100_000, new Uint8Array(maxFrameBytes - 6))
    assert.deepEqual([reader.read(begin), reader.read(begin)], ['more', 'invalid'])
  })

  it('is refused unread above the bound of its stream', () => {
    for (const stream of streams) {
      const [begin] = [...framesOf({ stream, bytes: new Uint8Array(maxMessageBytes[stream] + 1) })]
      assert.equal(new FrameReader().read(begin!), 'invalid', stream)
    }
  })
})
