import type { Crypto } from '../contracts/crypto.ts'
import { concat, equalBytes, fromBase64, fromUtf8, toBase64, utf8 } from '../lib/bytes.ts'
import { readSshKeyBlob, sshKeyBlob, sshKeyType } from './ssh-key.ts'
import { SshReader, sshString, sshUint32 } from './ssh-wire.ts'

/** What a signature is for. A signature of one namespace never passes in another. */
export type SshNamespace = 'git' | 'anvcs'

/** The hash of the message that is signed; OpenSSH writes sha512 unless it is told otherwise. */
type SshHash = 'sha256' | 'sha512'

/** The content of an armored signature. It has not been verified. */
export interface SshSignature {
  readonly publicKey: Uint8Array
  readonly namespace: string
  readonly hash: SshHash
  /** The Ed25519 signature itself, 64 bytes. */
  readonly signature: Uint8Array
}

const magic = utf8('SSHSIG')
const version = 1
const lineLength = 70
/** An Ed25519 signature with a namespace of a sensible length has about 300. */
const maxArmoredLength = 1024
/** One of an RSA key of 16,384 bits, the largest that OpenSSH takes, has about 6,000. */
const maxForeignLength = 8192
const armor = /^-----BEGIN SSH SIGNATURE-----\n((?:[A-Za-z0-9+/]{1,76}={0,2}\n)+)-----END SSH SIGNATURE-----\n?$/

/** What the key signs (PROTOCOL.sshsig of OpenSSH): namespace, hash algorithm and hash of the message. */
export function sshSignedData(
  crypto: Crypto,
  namespace: SshNamespace,
  message: Uint8Array,
  hash: SshHash = 'sha512',
): Uint8Array {
  return concat(magic, sshString(namespace), sshString(''), sshString(hash), sshString(crypto[hash](message)))
}

/** A signature over `sshSignedData` (sha512) as `ssh-keygen -Y sign` writes it, with a line break at its end. */
export function armorSshSignature(publicKey: Uint8Array, namespace: SshNamespace, signature: Uint8Array): string {
  const inner = concat(sshString(sshKeyType), sshString(signature))
  return armorSshBlobs(sshKeyBlob(publicKey), namespace, inner)
}

/** The same for a key of any type: key and signature as SSH encodes them (RFC 4253 section 6.6). */
export function armorSshBlobs(key: Uint8Array, namespace: SshNamespace, signature: Uint8Array): string {
  const blob = concat(
    magic,
    sshUint32(version),
    sshString(key),
    sshString(namespace),
    sshString(''),
    sshString('sha512'),
    sshString(signature),
  )
  const lines = toBase64(blob).match(new RegExp(`.{1,${lineLength}}`, 'g'))!
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n')
}

/** The content, or undefined for anything but an armored Ed25519 signature of version 1. */
export function parseSshSignature(armored: string): SshSignature | undefined {
  const blobs = armored.length <= maxArmoredLength ? parseSshBlobs(armored) : undefined
  const publicKey = blobs && readSshKeyBlob(blobs.key)
  const signature = blobs && parseInner(blobs.signature)
  return publicKey && signature && { publicKey, namespace: blobs.namespace, hash: blobs.hash, signature }
}

/** The content of a signature by a key of any type. */
export interface SshBlobs extends Pick<SshSignature, 'namespace' | 'hash'> {
  /** The public key, as SSH encodes it. */
  readonly key: Uint8Array
  /** The name of the algorithm and the signature, as SSH encodes them. */
  readonly signature: Uint8Array
}

/** The content, or undefined for anything but an armored signature of version 1. */
export function parseSshBlobs(armored: string): SshBlobs | undefined {
  const base64 = armored.length <= maxForeignLength ? armor.exec(armored)?.[1] : undefined
  const blob = base64 === undefined ? undefined : fromBase64(base64.replaceAll('\n', ''))
  return blob && parseBlob(blob)
}

function parseBlob(blob: Uint8Array): SshBlobs | undefined {
  const reader = new SshReader(blob)
  const start = reader.take(magic.length)
  if (!start || !equalBytes(start, magic) || reader.uint32() !== version) return undefined
  const key = reader.string()
  const namespace = reader.string()
  const reserved = reader.string()
  const hash = reader.string()
  const signature = reader.string()
  if (!key || !namespace || reserved?.length !== 0 || !hash || !signature || !reader.atEnd) return undefined
  const namespaceText = fromUtf8(namespace)
  const hashText = fromUtf8(hash)
  if (namespaceText === undefined || (hashText !== 'sha256' && hashText !== 'sha512')) return undefined
  return { key, namespace: namespaceText, hash: hashText, signature }
}

function parseInner(bytes: Uint8Array): Uint8Array | undefined {
  const reader = new SshReader(bytes)
  const type = reader.string()
  const signature = reader.string()
  if (!type || signature?.length !== 64 || !reader.atEnd || !equalBytes(type, utf8(sshKeyType))) return undefined
  return signature
}

/** Is this an SSH signature over the message, by this key, for this purpose? Never throws. */
export function verifySshSignature(
  crypto: Crypto,
  signed: {
    readonly publicKey: Uint8Array
    readonly namespace: SshNamespace
    readonly message: Uint8Array
    readonly armored: string
  },
): boolean {
  const parsed = parseSshSignature(signed.armored)
  if (!parsed || parsed.namespace !== signed.namespace || !equalBytes(parsed.publicKey, signed.publicKey)) return false
  const data = sshSignedData(crypto, signed.namespace, signed.message, parsed.hash)
  return crypto.verify(signed.publicKey, data, parsed.signature)
}
