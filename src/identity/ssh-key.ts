import type { Crypto } from '../contracts/crypto.ts'
import { concat, equalBytes, fromBase64, fromUtf8, toBase64, utf8 } from '../lib/bytes.ts'
import { SshReader, sshString } from './ssh-wire.ts'

/** The name of Ed25519 keys and signatures in SSH (RFC 8709). */
export const sshKeyType = 'ssh-ed25519'
/** Names of algorithms (RFC 4251 section 6). */
const typePattern = /^[!-~]{1,64}$/

/** A public key as SSH encodes it (RFC 8709 section 4). */
export function sshKeyBlob(publicKey: Uint8Array): Uint8Array {
  return concat(sshString(sshKeyType), sshString(publicKey))
}

/** The key of such an encoding; undefined for a key of another type or a malformed one. */
export function readSshKeyBlob(blob: Uint8Array): Uint8Array | undefined {
  const reader = new SshReader(blob)
  const type = reader.string()
  const key = reader.string()
  if (!type || key?.length !== 32 || !reader.atEnd || !equalBytes(type, utf8(sshKeyType))) return undefined
  return key
}

/** The line of a `.pub` or `allowed_signers` file. A comment has to be free of line breaks. */
export function sshPublicKey(publicKey: Uint8Array, comment = ''): string {
  return `${sshKeyType} ${toBase64(sshKeyBlob(publicKey))}${comment && ` ${comment}`}`
}

/** The key of such a line; undefined for a key of another type or a malformed line. */
export function parseSshPublicKey(line: string): Uint8Array | undefined {
  const [type, blob] = line.trim().split(' ', 2)
  const bytes = type === sshKeyType && blob !== undefined && blob.length <= 100 ? fromBase64(blob) : undefined
  return bytes && readSshKeyBlob(bytes)
}

/** A key as OpenSSH names it to people: `SHA256:` and 43 characters. */
export function sshFingerprint(crypto: Crypto, publicKey: Uint8Array): string {
  return fingerprintOf(crypto, { blob: sshKeyBlob(publicKey) })
}

/** A public key of any type. */
export interface SshPublicKey {
  /** `ssh-ed25519`, `ssh-rsa`, ... */
  readonly type: string
  /** As SSH encodes it. */
  readonly blob: Uint8Array
}

/** A key from its encoding, which begins with its type; undefined for anything else. */
export function readSshPublicKey(blob: Uint8Array): SshPublicKey | undefined {
  const name = new SshReader(blob).string()
  const type = name && fromUtf8(name)
  return type !== undefined && typePattern.test(type) ? { type, blob } : undefined
}

/** The key in `TYPE BASE64`, and the comment that may follow; undefined for anything else. */
export function parseAnySshPublicKey(line: string): (SshPublicKey & { readonly comment: string }) | undefined {
  const [, type, base64, comment = ''] = /^(\S+) +([A-Za-z0-9+/=]{1,8192})(?: +(.*))?$/.exec(line.trim()) ?? []
  const bytes = base64 === undefined ? undefined : fromBase64(base64)
  const key = bytes && readSshPublicKey(bytes)
  return key && key.type === type ? { ...key, comment } : undefined
}

/** `TYPE BASE64`, as in a `.pub` or `allowed_signers` file. */
export function formatSshPublicKey({ type, blob }: SshPublicKey): string {
  return `${type} ${toBase64(blob)}`
}

/** The fingerprint of a key of any type, as OpenSSH prints it. */
export function fingerprintOf(crypto: Pick<Crypto, 'sha256'>, { blob }: Pick<SshPublicKey, 'blob'>): string {
  return `SHA256:${toBase64(crypto.sha256(blob)).replace(/=+$/, '')}`
}
