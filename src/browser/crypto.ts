import { gcm } from '@noble/ciphers/aes.js'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import type { Crypto } from '../contracts/crypto.ts'
import { isCanonicalPoint } from '../identity/canonical-point.ts'
import { concat, equalBytes } from '../lib/bytes.ts'

const { Point } = ed25519

/** The suite of the format in plain JavaScript: for pages, whose own cryptography is asynchronous. */
export const portableCrypto: Crypto = {
  sha256: (...parts) => sha256(joined(parts)),
  sha512: (...parts) => sha512(joined(parts)),
  sha1: (...parts) => sha1(joined(parts)),
  hmacSha256: (key, ...parts) => hmac(sha256, key, joined(parts)),
  hkdfSha256: (key, info, length, salt) => hkdf(sha256, key, salt, info, length),
  seal: (key, nonce, aad, plaintext) => gcm(key, nonce, aad).encrypt(plaintext),
  open(key, nonce, aad, sealed) {
    if (nonce.length !== 12 || sealed.length < 16) return undefined
    const cipher = gcm(key, nonce, aad)
    try {
      return cipher.decrypt(sealed)
    } catch {
      return undefined
    }
  },
  signingPublicKey: (seed) => ed25519.getPublicKey(seed),
  sign: (seed, message) => ed25519.sign(message, seed),
  verify,
  isSigningKey(key) {
    const point = pointOf(key)
    return point !== undefined && !point.is0() && point.isTorsionFree()
  },
  agreementPublicKey: (secret) => x25519.getPublicKey(secret),
  agree(secret, key) {
    if (key.length !== 32) return undefined
    try {
      return x25519.getSharedSecret(secret, key)
    } catch {
      return undefined
    }
  },
}

/** noble's own check uses the cofactor; the format's does not: R must be the encoding of S B - k A. */
function verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const point = pointOf(key)
  if (!point || signature.length !== 64) return false
  const r = signature.subarray(0, 32)
  const s = littleEndian(signature.subarray(32))
  if (s >= Point.Fn.ORDER) return false
  const k = littleEndian(sha512(concat(r, key, message))) % Point.Fn.ORDER
  return equalBytes(Point.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(k)).toBytes(), r)
}

function pointOf(key: Uint8Array): InstanceType<typeof Point> | undefined {
  if (!isCanonicalPoint(key)) return undefined
  try {
    return Point.fromBytes(key)
  } catch {
    return undefined
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at]!)
  return value
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0]! : concat(...parts)
}
