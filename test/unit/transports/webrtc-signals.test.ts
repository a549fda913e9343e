import assert from 'node:assert/strict'
import fc from 'fast-check'
import { connectionPath } from '../../../transports/webrtc/connection-path.ts'
import { fingerprintOf } from '../../../transports/webrtc/fingerprint.ts'
import { decodeSignal, encodeSignal, type SignalMessage } from '../../../transports/webrtc/signal-message.ts'

const plain = { noNullPrototype: true }
const session = fc.stringMatching(/^[0-9a-f]{16}$/)
const sdp = fc.string({ maxLength: 200 })
const candidate = fc.record(
  {
    candidate: fc.string({ maxLength: 100 }),
    sdpMid: fc.option(fc.string({ maxLength: 10 })),
    sdpMLineIndex: fc.constantFrom(null, 0),
  },
  plain,
)
const messages: fc.Arbitrary<SignalMessage> = fc.oneof(
  fc.record({ type: fc.constant('call' as const), session }, plain),
  fc.record({ type: fc.constant('offer' as const), session, sdp, relay: fc.boolean() }, plain),
  fc.record({ type: fc.constant('answer' as const), session, sdp }, plain),
  fc.record({ type: fc.constant('candidate' as const), session, candidate }, plain),
  fc.record({ type: fc.constant('end' as const), session, final: fc.boolean() }, plain),
)

describe('WebRTC signals', () => {
  it('survive the way over JSON', () => {
    fc.assert(
      fc.property(messages, (message) => {
        assert.deepEqual(decodeSignal(JSON.parse(JSON.stringify(encodeSignal(message)))), message)
      }),
    )
  })

  it('that are anything else are nothing, and never an exception', () => {
    const good = { via: 'webrtc', type: 'offer', session: '0123456789abcdef', sdp: 'v=0', relay: false }
    assert.ok(decodeSignal(good))
    const bad: unknown[] = [
      undefined,
      null,
      'offer',
      [],
      { ...good, via: 'libp2p' },
      { ...good, type: 'renegotiate' },
      { ...good, session: 'short' },
      { ...good, sdp: 7 },
      { ...good, sdp: 'x'.repeat(33 * 1024) },
      { ...good, type: 'candidate' },
      { ...good, type: 'candidate', candidate: { candidate: 'x'.repeat(2000) } },
      { ...good, type: 'candidate', candidate: { candidate: 'x', sdpMLineIndex: 2 } },
      { ...good, type: 'candidate', candidate: { candidate: 'x', sdpMid: {} } },
    ]
    for (const data of bad) assert.equal(decodeSignal(data), undefined, JSON.stringify(data)?.slice(0, 100))
    const shapes = fc.record({ via: fc.constant('webrtc'), type: fc.string(), session, sdp: fc.anything() }, plain)
    fc.assert(fc.property(fc.oneof(fc.anything(), shapes), (data) => void decodeSignal(data)))
  })
})

describe('the fingerprint of a session description', () => {
  const hex = Array.from({ length: 32 }, (_, i) => (i * 7).toString(16).padStart(2, '0'))
  const line = `a=fingerprint:sha-256 ${hex.join(':').toUpperCase()}\r\n`
  const around = (lines: string) => `v=0\r\ns=-\r\n${lines}a=setup:actpass\r\n`

  it('is 32 bytes where there is one', () => {
    assert.deepEqual(
      fingerprintOf(around(line)),
      Uint8Array.from({ length: 32 }, (_, i) => i * 7),
    )
  })

  it('is none where there is none, another hash, a second one or half of one', () => {
    for (const lines of [
      '',
      line.replace('sha-256', 'sha-1'),
      line + line,
      line + line.replace('sha-256', 'sha-1'),
      line + 'a=Fingerprint:sha-512 00\n',
      line.replace(/:..\r/, '\r'),
      line.replace('\r', ':00\r'),
      line.replace('a=', 'x=a='),
    ])
      assert.equal(fingerprintOf(around(lines)), undefined, lines)
  })
})

describe('the path of a connection', () => {
  const reports = (local: string, remote: string) => [
    { id: 'l', type: 'local-candidate', candidateType: local },
    { id: 'r', type: 'remote-candidate', candidateType: remote },
    { id: 'p', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r', nominated: true },
    { id: 'q', type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'x', nominated: false },
  ]

  it('is named after the farther end of the pair in use', () => {
    assert.equal(connectionPath(reports('host', 'host')), 'webrtc host')
    assert.equal(connectionPath(reports('host', 'srflx')), 'webrtc srflx')
    assert.equal(connectionPath(reports('relay', 'prflx')), 'webrtc relay')
    const transport = { id: 't', type: 'transport', selectedCandidatePairId: 'p' }
    assert.equal(connectionPath([transport, ...reports('prflx', 'host')]), 'webrtc prflx')
  })

  it('is plainly WebRTC where the reports do not tell', () => {
    assert.equal(connectionPath([]), 'webrtc')
    assert.equal(connectionPath([{ id: 'p', type: 'candidate-pair', nominated: true }]), 'webrtc')
  })
})
