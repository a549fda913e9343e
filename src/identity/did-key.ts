import type { KeyId } from '../contracts/ids.ts'
import { concat, hexBytes, toHex } from '../lib/bytes.ts'
import { fromBase58, toBase58 } from './base58.ts'

/** The multicodec of Ed25519 public keys, as a varint. */
const ed25519Codec = Uint8Array.of(0xed, 0x01)
/** `z` is base58btc in multibase. */
const prefix = 'did:key:z'
const maxLength = 64

/** A key as a DID (did:key method of the W3C Credentials Community Group): `did:key:z6Mk…`. */
export function didKey(key: KeyId): string {
  return prefix + toBase58(concat(ed25519Codec, hexBytes(key)))
}

/** The key, or undefined for anything but an Ed25519 `did:key`. Whether it is a point is not checked. */
export function parseDidKey(did: string): KeyId | undefined {
  if (did.length > maxLength || !did.startsWith(prefix)) return undefined
  const bytes = fromBase58(did.slice(prefix.length))
  if (bytes?.length !== 34 || bytes[0] !== ed25519Codec[0] || bytes[1] !== ed25519Codec[1]) return undefined
  return toHex(bytes.subarray(2)) as KeyId
}

/** For people, in lists: the first 8 and the last 4 characters, `z6MkhaXg…2doK`. It identifies nobody. */
export function shortDidKey(key: KeyId): string {
  const text = didKey(key).slice('did:key:'.length)
  return `${text.slice(0, 8)}…${text.slice(-4)}`
}
