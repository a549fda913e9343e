import assert from 'node:assert/strict'
import fc from 'fast-check'
import { maxContentBytes, openEnvelope, sealEnvelope, type Envelope } from '../../../signaling/client/envelope.ts'
import type { EndpointId } from '../../../src/contracts/ids.ts'
import { fromBase64, toBase64, toHex, utf8 } from '../../../src/lib/bytes.ts'
import { decodeCbor, encodeCbor, type CborValue } from '../../../src/lib/cbor.ts'
import { aesGcm, systemRandom } from '../../support/signaling-host.ts'

const topic = { topic: new Uint8Array(32).fill(1), key: new Uint8Array(32).fill(2) }
const ann = 'a1'.repeat(16) as EndpointId
const bob = 'b2'.repeat(16) as EndpointId
const cyd = 'c3'.repeat(16) as EndpointId

const endpoint = fc.uint8Array({ minLength: 1, maxLength: 32 }).map((bytes) => toHex(bytes) as EndpointId)
const envelopes: fc.Arbitrary<Envelope> = fc.record(
  {
    from: endpoint,
    to: fc.option(fc.constant(bob), { nil: undefined }),
    session: fc.maxSafeNat(),
    count: fc.maxSafeNat(),
    content: fc.uint8Array({ maxLength: 300 }),
  },
  { noNullPrototype: true },
)

function sealed(change: Partial<Envelope> = {}): string {
  const envelope = { from: ann, to: bob, session: 7, count: 1, content: utf8('hello'), ...change }
  return sealEnvelope(aesGcm, systemRandom, topic, envelope)
}

/** The envelope with one place of its array replaced. */
function forged(text: string, place: number, value: CborValue): string {
  const fields = [...(decodeCbor(fromBase64(text)!) as readonly CborValue[])]
  fields[place] = value
  return toBase64(encodeCbor(fields))
}

describe('an envelope of signaling', () => {
  it('opens at the endpoint it is for to what was sealed', () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        fc.pre(envelope.from !== bob)
        assert.deepEqual(
          openEnvelope(aesGcm, topic, sealEnvelope(aesGcm, systemRandom, topic, envelope), bob),
          envelope,
        )
      }),
    )
  })

  it('opens with no other key and on no other topic', () => {
    const text = sealed()
    assert.equal(openEnvelope(aesGcm, { ...topic, key: new Uint8Array(32) }, text, bob), undefined)
    assert.equal(openEnvelope(aesGcm, { ...topic, topic: new Uint8Array(32) }, text, bob), undefined)
  })

  it('opens for nobody but its receiver, and not for its sender', () => {
    assert.equal(openEnvelope(aesGcm, topic, sealed(), cyd), undefined)
    assert.equal(openEnvelope(aesGcm, topic, sealed({ to: undefined }), ann), undefined)
    assert.ok(openEnvelope(aesGcm, topic, sealed({ to: undefined }), cyd))
  })

  const changes: Readonly<Record<string, readonly [number, CborValue]>> = {
    version: [0, 2],
    sender: [1, new Uint8Array(16)],
    receiver: [2, null],
    session: [3, 8],
    count: [4, 2],
    nonce: [5, new Uint8Array(12)],
    'sealed content': [6, new Uint8Array(21)],
  }
  for (const [what, [place, value]] of Object.entries(changes))
    it(`does not open with a changed ${what}`, () => {
      assert.equal(openEnvelope(aesGcm, topic, forged(sealed(), place, value), bob), undefined)
    })

  it('does not open with any one bit changed', () => {
    const bytes = fromBase64(sealed())!
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.slice()
      changed[bit >> 3]! ^= 1 << (bit & 7)
      assert.equal(openEnvelope(aesGcm, topic, toBase64(changed), bob), undefined, `bit ${bit}`)
    }
  })

  it('is never sealed alike twice, and shows nothing of its content', () => {
    const word = 'planted-word'
    const text = sealed({ content: utf8(word) })
    assert.notEqual(text, sealed({ content: utf8(word) }))
    assert.ok(!Buffer.from(text, 'base64').includes(word))
  })

  it('fits with the greatest content into the message of a server, and is refused above it', () => {
    const greatest = sealed({ content: new Uint8Array(maxContentBytes), session: Number.MAX_SAFE_INTEGER })
    assert.ok(JSON.stringify({ type: 'publish', topic: 'a'.repeat(64), data: greatest, clients: 1024 }).length < 65536)
    assert.ok(openEnvelope(aesGcm, topic, greatest, bob))
    assert.equal(openEnvelope(aesGcm, topic, sealed({ content: new Uint8Array(maxContentBytes + 1) }), bob), undefined)
  })

  it('has a sender with a name, also where its key is right', () => {
    assert.equal(openEnvelope(aesGcm, topic, sealed({ from: '' as EndpointId }), bob), undefined)
  })

  it('never throws at what a server delivers instead', () => {
    const inputs = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.base64String(),
      fc.uint8Array().map(toBase64),
      fc.constant('A'.repeat(1_000_000)),
    )
    fc.assert(fc.property(inputs, (data) => openEnvelope(aesGcm, topic, data, bob) === undefined))
  })
})
