import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hash as hashAtOnce,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import type { Crypto } from '../contracts/crypto.ts'
import { isCanonicalPoint } from '../identity/canonical-point.ts'
import { hkdfExpand, hkdfExtract } from '../identity/hkdf.ts'
import { concat, empty } from '../lib/bytes.ts'
import { KeyCache } from './key-cache.ts'
import { plainBytes } from './plain-bytes.ts'

/** DER heads of PKCS #8 (RFC 8410); the 32 bytes of the key follow. */
const pkcs8Ed25519 = Buffer.from('302e020100300506032b657004220420', 'hex')
const pkcs8X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex')

// Making a KeyObject costs more than a signature does, and the same few keys come again and again.
const signingKeys = new KeyCache((seed) => privateKey(pkcs8Ed25519, seed))
const verifyingKeys = new KeyCache((key) => publicKey('Ed25519', key))
const agreementKeys = new KeyCache((secret) => privateKey(pkcs8X25519, secret))

/** Milliseconds each, for the same few members at every link. */
const goodKeys = new KeyCache(isPrimeOrderKey)

/** The suite of the format on Node's own cryptography (OpenSSL). */
export const nodeCrypto: Crypto = {
  sha256: (...parts) => hash('sha256', parts),
  sha512: (...parts) => hash('sha512', parts),
  sha1: (...parts) => hash('sha1', parts),
  hmacSha256,
  // Node's own HKDF refuses an info of more than 1,024 bytes.
  hkdfSha256: (key, info, length, salt = empty) =>
    hkdfExpand({ hmacSha256 }, hkdfExtract({ hmacSha256 }, salt, key), info, length),
  seal(key, nonce, aad, plaintext) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    cipher.setAAD(aad)
    return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
  },
  open(key, nonce, aad, sealed) {
    if (nonce.length !== 12 || sealed.length < 16) return undefined
    const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    decipher.setAAD(aad)
    decipher.setAuthTag(sealed.subarray(-16))
    const plaintext = decipher.update(sealed.subarray(0, -16))
    try {
      decipher.final()
    } catch {
      return undefined
    }
    return plainBytes(plaintext)
  },
  signingPublicKey: (seed) => rawPublicKey(signingKeys.get(seed)),
  sign: (seed, message) => plainBytes(sign(null, message, signingKeys.get(seed))),
  // OpenSSL checks S < L and compares the encoding of R, without cofactor; it does take other encodings of A.
  verify: (key, message, signature) =>
    isCanonicalPoint(key) && signature.length === 64 && verify(null, message, verifyingKeys.get(key), signature),
  isSigningKey: (key) => key.length === 32 && goodKeys.get(key),
  agreementPublicKey: (secret) => rawPublicKey(agreementKeys.get(secret)),
  agree(secret, key) {
    if (key.length !== 32) return undefined
    try {
      return plainBytes(diffieHellman({ privateKey: agreementKeys.get(secret), publicKey: publicKey('X25519', key) }))
    } catch {
      return undefined
    }
  },
}

function isPrimeOrderKey(key: Uint8Array): boolean {
  if (!isCanonicalPoint(key)) return false
  try {
    const point = ed25519.Point.fromBytes(key)
    return !point.is0() && point.isTorsionFree()
  } catch {
    return false
  }
}

/** Above this a copy costs more than Node's object for a hash. */
const joinedBytes = 64 * 1024

function hash(name: string, parts: readonly Uint8Array[]): Uint8Array {
  if (parts.reduce((sum, { length }) => sum + length, 0) <= joinedBytes)
    return plainBytes(hashAtOnce(name, parts.length === 1 ? parts[0]! : concat(...parts), 'buffer'))
  const hash = createHash(name)
  for (const part of parts) hash.update(part)
  return plainBytes(hash.digest())
}

function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return plainBytes(hmac.digest())
}

function privateKey(head: Uint8Array, secret: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([head, secret]), format: 'der', type: 'pkcs8' })
}

/** As a JWK (RFC 8037): the first key in DER that a process reads or writes takes ten times as long, because OpenSSL gathers all forms that it knows. */
function publicKey(crv: 'Ed25519' | 'X25519', key: Uint8Array): KeyObject {
  const x = Buffer.from(key.buffer, key.byteOffset, key.length).toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv, x }, format: 'jwk' })
}

function rawPublicKey(secret: KeyObject): Uint8Array {
  return plainBytes(Buffer.from(secret.export({ format: 'jwk' }).x!, 'base64url'))
}
