import { createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto'
import { readSshPublicKey, type SshPublicKey } from '../identity/ssh-key.ts'
import { parseSshBlobs, sshSignedData, type SshNamespace } from '../identity/sshsig.ts'
import { SshReader } from '../identity/ssh-wire.ts'
import { fromUtf8, toBase64url } from '../lib/bytes.ts'
import { nodeCrypto } from './crypto.ts'

/** What an SSH signature over a message shows; undefined where its kind is not checked here. */
export type SshVerdict = { readonly key: SshPublicKey; readonly isValid: boolean } | undefined

/** Hashes by algorithm (RFC 8332, RFC 5656). SHA-1 signatures count as not checked. */
const algorithms: Readonly<Record<string, string>> = {
  'rsa-sha2-256': 'sha256',
  'rsa-sha2-512': 'sha512',
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
}
const curves: Readonly<Record<string, string>> = { nistp256: 'P-256', nistp384: 'P-384', nistp521: 'P-521' }

/** Checks a signature by an RSA, ECDSA or Ed25519 key. Keys on security tokens and certificates are not checked here. */
export function checkSshSignature(armored: string, namespace: SshNamespace, message: Uint8Array): SshVerdict {
  const parsed = parseSshBlobs(armored)
  const key = parsed && readSshPublicKey(parsed.key)
  if (!key) return undefined
  const inner = new SshReader(parsed.signature)
  const name = fromUtf8(inner.string() ?? new Uint8Array()) ?? ''
  const signature = inner.string()
  if (!signature || !inner.atEnd) return undefined
  const fields = new SshReader(key.blob)
  fields.string()
  const data = sshSignedData(nodeCrypto, namespace, message, parsed.hash)
  const isForThis = parsed.namespace === namespace
  if (key.type === 'ssh-ed25519' && name === key.type) {
    const bytes = fields.string()
    const isValid = bytes?.length === 32 && fields.atEnd && nodeCrypto.verify(bytes, data, signature)
    return { key, isValid: isForThis && isValid }
  }
  const hash = Object.hasOwn(algorithms, name) ? algorithms[name] : undefined
  const isRsa = key.type === 'ssh-rsa' && name.startsWith('rsa-')
  if (!hash || !(isRsa || key.type === name)) return undefined
  const object = isRsa ? rsaKey(fields) : ecKey(fields)
  const bytes = isRsa ? signature : joinPair(signature, object)
  return { key, isValid: isForThis && Boolean(object && bytes && verifies(hash, data, object, bytes)) }
}

function verifies(hash: string, data: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  try {
    return verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature)
  } catch {
    // OpenSSL does not work with every key that it takes.
    return false
  }
}

/** RFC 4253 section 6.6: e, n. */
function rsaKey(fields: SshReader): KeyObject | undefined {
  const e = fields.string()
  const n = fields.string()
  return e && n && fields.atEnd ? keyOf({ kty: 'RSA', e: base64(e), n: base64(n) }) : undefined
}

/** RFC 5656 section 3.1: the name of the curve, the point without compression. */
function ecKey(fields: SshReader): KeyObject | undefined {
  const crv = curves[fromUtf8(fields.string() ?? new Uint8Array()) ?? '']
  const point = fields.string()
  if (!crv || !point || point[0] !== 4 || !fields.atEnd) return undefined
  const half = (point.length - 1) / 2
  return keyOf({
    kty: 'EC',
    crv,
    x: toBase64url(point.subarray(1, 1 + half)),
    y: toBase64url(point.subarray(1 + half)),
  })
}

/** RFC 5656 section 3.1.2: r and s as numbers; OpenSSL wants both in as many bytes as the order of the curve has. */
function joinPair(signature: Uint8Array, key: KeyObject | undefined): Uint8Array | undefined {
  const bits = { prime256v1: 256, secp384r1: 384, secp521r1: 521 }[key?.asymmetricKeyDetails?.namedCurve ?? '']
  const reader = new SshReader(signature)
  const [r, s] = [reader.string(), reader.string()]
  if (!bits || !r || !s || !reader.atEnd) return undefined
  const size = Math.ceil(bits / 8)
  const joined = new Uint8Array(2 * size)
  for (const [i, number] of [withoutZeros(r), withoutZeros(s)].entries()) {
    if (number.length > size) return undefined
    joined.set(number, (i + 1) * size - number.length)
  }
  return joined
}

function keyOf(key: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: 'jwk' })
  } catch {
    return undefined
  }
}

function base64(number: Uint8Array): string {
  return toBase64url(withoutZeros(number))
}

function withoutZeros(number: Uint8Array): Uint8Array {
  const start = number.findIndex((byte) => byte !== 0)
  return start < 0 ? new Uint8Array() : number.subarray(start)
}
