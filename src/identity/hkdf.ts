import type { Crypto } from '../contracts/crypto.ts'
import { empty } from '../lib/bytes.ts'

type Hmac = Pick<Crypto, 'hmacSha256'>

/** HKDF-Extract of RFC 5869 with SHA-256. An empty salt is the same as 32 zero bytes. */
export function hkdfExtract(crypto: Hmac, salt: Uint8Array, ...key: readonly Uint8Array[]): Uint8Array {
  return crypto.hmacSha256(salt, ...key)
}

/** HKDF-Expand of RFC 5869 with SHA-256; `length` is at most 255 * 32 bytes. */
export function hkdfExpand(crypto: Hmac, key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length)
  let block: Uint8Array = empty
  for (let at = 0, count = 1; at < length; at += 32, count++) {
    block = crypto.hmacSha256(key, block, info, Uint8Array.of(count))
    out.set(block.subarray(0, Math.min(32, length - at)), at)
  }
  return out
}
