import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { KeyId } from '../../../src/contracts/ids.ts'
import { fromBase58, toBase58 } from '../../../src/identity/base58.ts'
import { didKey, parseDidKey, shortDidKey } from '../../../src/identity/did-key.ts'
import { toHex, utf8 } from '../../../src/lib/bytes.ts'
import { nodeCrypto as crypto } from '../../../src/node/crypto.ts'
import { hex } from '../support/backends.ts'

describe('did:key', () => {
  it('is that of the published vectors (did:key method, Ed25519, seeds 0 to 2)', () => {
    for (const [last, did] of [
      'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp',
      'did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG',
      'did:key:z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf',
    ].entries()) {
      const seed = new Uint8Array(32)
      seed[31] = last
      const key = toHex(crypto.signingPublicKey(seed)) as KeyId
      assert.equal(didKey(key), did)
      assert.equal(parseDidKey(did), key)
    }
  })

  it('gives back every key, also one with leading zeros', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat({ max: 32 }), (bytes, zeros) => {
        const key = toHex(bytes.fill(0, 0, zeros)) as KeyId
        assert.equal(parseDidKey(didKey(key)), key)
      }),
    )
  })

  it('is nothing for another method, key type, base or length', () => {
    const x25519 = 'did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc'
    const did = 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp'
    for (const text of [
      '',
      'did:key:z',
      x25519,
      did.slice(0, -1),
      `${did}1`,
      did.replace(':z', ':m'),
      `${did}#x`,
      'did:web:a.b',
    ])
      assert.equal(parseDidKey(text), undefined, text)
  })

  it('has a short form for people', () => {
    const key = parseDidKey('did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp')!
    assert.equal(shortDidKey(key), 'z6MkiTBz…ooWp')
  })
})

describe('base58', () => {
  it('is that of the published vectors (draft-msporny-base58)', () => {
    for (const [bytes, text] of [
      [utf8('Hello World!'), '2NEpo7TZRRrLZSi2U'],
      [
        utf8('The quick brown fox jumps over the lazy dog.'),
        'USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z',
      ],
      [hex('0000287fb4cd'), '11233QC4'],
    ] as const) {
      assert.equal(toBase58(bytes), text)
      assert.deepEqual(fromBase58(text), bytes)
    }
  })

  it('gives back all bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => assert.deepEqual(fromBase58(toBase58(bytes)), bytes)),
    )
  })
})
