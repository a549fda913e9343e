import assert from 'node:assert/strict'
import { FrameReader, maxFrameBytes, type Stream } from '../../../src/sync/frames.ts'
import { initialCredit, Outbox } from '../../../src/sync/outbox.ts'

/** The streams of the frames that go now. */
function sent(outbox: Outbox, most = Number.POSITIVE_INFINITY): readonly Stream[] {
  const reader = new FrameReader()
  const streams: Stream[] = []
  for (let frame = outbox.next(); frame; frame = streams.length < most ? outbox.next() : undefined) {
    assert.ok(frame.length <= maxFrameBytes)
    const message = reader.read(frame)
    streams.push(message === 'more' ? 'objects' : (message as { stream: Stream }).stream)
  }
  return streams
}

describe('what waits to be sent to a peer', () => {
  it('goes in frames, the most urgent stream first: bulk never blocks typing', () => {
    const outbox = new Outbox()
    outbox.push({ stream: 'objects', bytes: new Uint8Array(100_000) })
    assert.deepEqual(sent(outbox, 2), ['objects', 'objects'])
    outbox.push({ stream: 'entries', bytes: new Uint8Array(100) })
    outbox.push({ stream: 'control', bytes: new Uint8Array(100) })
    const rest: Stream[] = []
    for (let frame = outbox.next(); frame; frame = outbox.next())
      rest.push((['control', 'presence', 'entries', 'objects'] as const)[frame[0]! & 15]!)
    assert.deepEqual(rest.slice(0, 3), ['control', 'entries', 'objects'])
    assert.equal(rest.length, 2 + 5)
  })

  it('stops where the peer has granted no more, and goes on when it does; other streams do not wait for that', () => {
    const outbox = new Outbox()
    const message = { stream: 'objects', bytes: new Uint8Array(10_000) } as const
    const most = Math.ceil(initialCredit.objects / message.bytes.length)
    for (let i = 0; i < most + 50; i++) outbox.push(message)
    assert.equal(sent(outbox).length, most)
    assert.equal(outbox.waitingBytes('objects'), 50 * message.bytes.length)
    outbox.push({ stream: 'entries', bytes: new Uint8Array(10) })
    assert.deepEqual(sent(outbox), ['entries'])
    // What was begun beyond the credit is paid back first.
    outbox.grant('objects', 20_000)
    assert.ok([2, 3].includes(sent(outbox).length))
  })
})
