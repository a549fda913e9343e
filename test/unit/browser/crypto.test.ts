import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ed25519 } from '@noble/curves/ed25519.js'
import { portableCrypto } from '../../../src/browser/crypto.ts'
import { nodeCrypto } from '../../../src/node/crypto.ts'
import { hex } from '../support/backends.ts'

const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

/** A point of order 8: added to a key or to R it makes signatures on which verifiers differ. */
const torsion = ed25519.Point.fromBytes(hex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'))

/** A signature whose key and R are moved by multiples of a point of order 8. */
function crafted(a: bigint, r: bigint, keyShift: number, rShift: number, message: Uint8Array) {
  const { BASE, Fn } = ed25519.Point
  const shift = (scalar: bigint, times: number) =>
    BASE.multiplyUnsafe(scalar)
      .add(torsion.multiplyUnsafe(BigInt(times)))
      .toBytes()
  const key = shift(a, keyShift)
  const point = shift(r, rShift)
  const k = littleEndian(nodeCrypto.sha512(point, key, message)) % Fn.ORDER
  const s = (r + k * a) % Fn.ORDER
  const signature = new Uint8Array(64)
  signature.set(point)
  for (let i = 0; i < 32; i++) signature[32 + i] = Number((s >> BigInt(8 * i)) & 255n)
  return { key, signature }
}

function littleEndian(digits: Uint8Array): bigint {
  return digits.reduceRight((value, digit) => (value << 8n) | BigInt(digit), 0n)
}

describe('the portable crypto and that of Node agree', () => {
  it('on hashes, HMAC and HKDF, also with a long info', () => {
    fc.assert(
      fc.property(bytes(200), bytes(200), bytes(2000), fc.integer({ min: 1, max: 200 }), (key, salt, info, length) => {
        for (const name of ['sha1', 'sha256', 'sha512'] as const)
          assert.deepEqual(portableCrypto[name](key, info), nodeCrypto[name](key, info))
        assert.deepEqual(portableCrypto.hmacSha256(key, salt, info), nodeCrypto.hmacSha256(key, salt, info))
        assert.deepEqual(
          portableCrypto.hkdfSha256(key, info, length, salt),
          nodeCrypto.hkdfSha256(key, info, length, salt),
        )
        assert.deepEqual(portableCrypto.hkdfSha256(key, info, length), nodeCrypto.hkdfSha256(key, info, length))
      }),
    )
  })

  it('on sealing, and each opens what the other sealed, unless one bit has changed', () => {
    fc.assert(
      fc.property(exactly(32), exactly(12), bytes(40), bytes(300), fc.nat(), (key, nonce, aad, plaintext, at) => {
        const sealed = nodeCrypto.seal(key, nonce, aad, plaintext)
        assert.deepEqual(portableCrypto.seal(key, nonce, aad, plaintext), sealed)
        assert.deepEqual(portableCrypto.open(key, nonce, aad, sealed), plaintext)
        assert.deepEqual(nodeCrypto.open(key, nonce, aad, sealed), plaintext)
        sealed[at % sealed.length]! ^= 1 << (at & 7)
        assert.equal(portableCrypto.open(key, nonce, aad, sealed), undefined)
        assert.equal(nodeCrypto.open(key, nonce, aad, sealed), undefined)
      }),
    )
  })

  it('that bytes too short for a tag, and nonces of another length, open to nothing', () => {
    const key = new Uint8Array(32)
    for (const crypto of [portableCrypto, nodeCrypto]) {
      assert.equal(crypto.open(key, new Uint8Array(12), new Uint8Array(0), new Uint8Array(15)), undefined)
      assert.equal(crypto.open(key, new Uint8Array(0), new Uint8Array(0), new Uint8Array(16)), undefined)
      assert.equal(crypto.open(key, new Uint8Array(16), new Uint8Array(0), new Uint8Array(16)), undefined)
    }
  })

  it('on keys and signatures', () => {
    fc.assert(
      fc.property(exactly(32), bytes(100), (seed, message) => {
        const key = nodeCrypto.signingPublicKey(seed)
        const signature = nodeCrypto.sign(seed, message)
        assert.deepEqual(portableCrypto.signingPublicKey(seed), key)
        assert.deepEqual(portableCrypto.sign(seed, message), signature)
        assert.ok(portableCrypto.verify(key, message, signature) && nodeCrypto.verify(key, message, signature))
      }),
      { numRuns: 30 },
    )
  })

  it('on damaged keys and signatures, whatever they are', () => {
    const seed = new Uint8Array(32).fill(5)
    fc.assert(
      fc.property(fc.nat({ max: 95 }), fc.nat({ max: 255 }), bytes(3), (at, value, message) => {
        const both = new Uint8Array([...nodeCrypto.signingPublicKey(seed), ...nodeCrypto.sign(seed, message)])
        both[at] = value
        const [key, signature] = [both.slice(0, 32), both.slice(32)]
        assert.equal(portableCrypto.verify(key, message, signature), nodeCrypto.verify(key, message, signature))
        assert.equal(portableCrypto.isSigningKey(key), nodeCrypto.isSigningKey(key))
      }),
      { numRuns: 60 },
    )
  })

  it('on signatures that were made for verifiers to differ on', () => {
    const scalar = fc.bigInt({ min: 1n, max: 2n ** 252n })
    const shift = fc.nat({ max: 7 })
    const seen = { true: 0, false: 0 }
    fc.assert(
      fc.property(scalar, scalar, shift, shift, bytes(4), (a, r, keyShift, rShift, message) => {
        const { key, signature } = crafted(a, r, keyShift, rShift, message)
        const verdict = nodeCrypto.verify(key, message, signature)
        assert.equal(portableCrypto.verify(key, message, signature), verdict)
        assert.equal(portableCrypto.isSigningKey(key), keyShift === 0)
        assert.equal(nodeCrypto.isSigningKey(key), keyShift === 0)
        seen[`${verdict}`]++
      }),
      { numRuns: 60, seed: 1 },
    )
    assert.ok(seen.true > 5 && seen.false > 5, 'both verdicts occur')
  })

  it('that what has another length is no signature and no key', () => {
    const key = nodeCrypto.signingPublicKey(new Uint8Array(32))
    for (const crypto of [portableCrypto, nodeCrypto]) {
      assert.equal(crypto.verify(key, new Uint8Array(0), new Uint8Array(63)), false)
      assert.equal(crypto.verify(key, new Uint8Array(0), new Uint8Array(65)), false)
      assert.equal(crypto.verify(key.subarray(1), new Uint8Array(0), new Uint8Array(64)), false)
    }
  })

  it('on key agreement, also with points of the twist and numbers beyond the prime', () => {
    fc.assert(
      fc.property(exactly(32), exactly(32), fc.boolean(), (secret, point, beyond) => {
        if (beyond) point.fill(255, 1)
        assert.deepEqual(portableCrypto.agreementPublicKey(secret), nodeCrypto.agreementPublicKey(secret))
        assert.deepEqual(portableCrypto.agree(secret, point), nodeCrypto.agree(secret, point))
      }),
      { numRuns: 50 },
    )
  })
})
