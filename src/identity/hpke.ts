import type { Crypto } from '../contracts/crypto.ts'
import type { Random } from '../contracts/random.ts'
import { concat, empty, utf8 } from '../lib/bytes.ts'
import { hkdfExpand, hkdfExtract } from './hkdf.ts'

/**
 * Boxes for one recipient: HPKE (RFC 9180), base mode, single shot, with DHKEM(X25519, HKDF-SHA256) 0x0020,
 * HKDF-SHA256 0x0001 and AES-256-GCM 0x0002. A box is the encapsulated key (32 bytes) followed by the ciphertext.
 */
const kemSuite = concat(utf8('KEM'), Uint8Array.of(0x00, 0x20))
const suite = concat(utf8('HPKE'), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x02))
const protocol = utf8('HPKE-v1')
const modeBase = Uint8Array.of(0)
const encapsulatedBytes = 32
const tagBytes = 16

/** What a box is for and what it is bound to; neither is in it. */
export interface BoxContext {
  readonly info: Uint8Array
  readonly aad: Uint8Array
}

/** The box, or undefined where the recipient's key (X25519) is of low order. */
export function sealBox(
  crypto: Crypto,
  random: Random,
  recipient: Uint8Array,
  context: BoxContext,
  plaintext: Uint8Array,
): Uint8Array | undefined {
  return sealBoxWith(crypto, random.bytes(32), recipient, context, plaintext)
}

/** `sealBox` with a given ephemeral secret, which must never be used twice: for published vectors. */
export function sealBoxWith(
  crypto: Crypto,
  ephemeralSecret: Uint8Array,
  recipient: Uint8Array,
  context: BoxContext,
  plaintext: Uint8Array,
): Uint8Array | undefined {
  const encapsulated = crypto.agreementPublicKey(ephemeralSecret)
  const dh = crypto.agree(ephemeralSecret, recipient)
  if (!dh) return undefined
  const { key, nonce } = schedule(crypto, sharedSecret(crypto, dh, encapsulated, recipient), context.info)
  return concat(encapsulated, crypto.seal(key, nonce, context.aad, plaintext))
}

/** The plaintext, or undefined where the box is malformed, for somebody else, or bound to something else. */
export function openBox(
  crypto: Crypto,
  secret: Uint8Array,
  context: BoxContext,
  box: Uint8Array,
): Uint8Array | undefined {
  if (box.length < encapsulatedBytes + tagBytes) return undefined
  const encapsulated = box.subarray(0, encapsulatedBytes)
  const dh = crypto.agree(secret, encapsulated)
  if (!dh) return undefined
  const shared = sharedSecret(crypto, dh, encapsulated, crypto.agreementPublicKey(secret))
  const { key, nonce } = schedule(crypto, shared, context.info)
  return crypto.open(key, nonce, context.aad, box.subarray(encapsulatedBytes))
}

/** ExtractAndExpand of RFC 9180 section 4.1. */
export function sharedSecret(
  crypto: Crypto,
  dh: Uint8Array,
  encapsulated: Uint8Array,
  recipient: Uint8Array,
): Uint8Array {
  const key = labeledExtract(crypto, kemSuite, empty, 'eae_prk', dh)
  return labeledExpand(crypto, kemSuite, key, 'shared_secret', concat(encapsulated, recipient), 32)
}

/** KeySchedule of RFC 9180 section 5.1, for base mode and the first message. */
function schedule(
  crypto: Crypto,
  shared: Uint8Array,
  info: Uint8Array,
): { readonly key: Uint8Array; readonly nonce: Uint8Array } {
  const pskIdHash = labeledExtract(crypto, suite, empty, 'psk_id_hash', empty)
  const infoHash = labeledExtract(crypto, suite, empty, 'info_hash', info)
  const context = concat(modeBase, pskIdHash, infoHash)
  const secret = labeledExtract(crypto, suite, shared, 'secret', empty)
  return {
    key: labeledExpand(crypto, suite, secret, 'key', context, 32),
    nonce: labeledExpand(crypto, suite, secret, 'base_nonce', context, 12),
  }
}

function labeledExtract(
  crypto: Crypto,
  suiteId: Uint8Array,
  salt: Uint8Array,
  label: string,
  key: Uint8Array,
): Uint8Array {
  return hkdfExtract(crypto, salt, protocol, suiteId, utf8(label), key)
}

function labeledExpand(
  crypto: Crypto,
  suiteId: Uint8Array,
  key: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const labeledInfo = concat(Uint8Array.of(length >> 8, length & 255), protocol, suiteId, utf8(label), info)
  return hkdfExpand(crypto, key, labeledInfo, length)
}
