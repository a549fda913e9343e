import type { Crypto } from '../contracts/crypto.ts'
import { concat, equalBytes, fromBase64, fromUtf8, toBase64, utf8 } from '../lib/bytes.ts'
import { readSshKeyBlob, sshKeyBlob, sshKeyType } from './ssh-key.ts'
import { SshReader, sshString, sshUint32 } from './ssh-wire.ts'

/** An Ed25519 key of a private key file. */
export interface SshPrivateKey {
  readonly seed: Uint8Array
  readonly comment: string
}

const magic = utf8('openssh-key-v1\0')
const blockBytes = 8
const maxTextLength = 4096
const armor =
  /^-----BEGIN OPENSSH PRIVATE KEY-----\n((?:[A-Za-z0-9+/]{1,76}={0,2}\n)+)-----END OPENSSH PRIVATE KEY-----\n*$/

/**
 * The text of a private key file (PROTOCOL.key of OpenSSH), without a passphrase. `check` is any number of 32 bits: it stands
 * in the file twice, to show a wrong passphrase where there is one.
 */
export function formatSshPrivateKey(crypto: Crypto, { seed, comment }: SshPrivateKey, check: number): string {
  const publicKey = crypto.signingPublicKey(seed)
  const content = concat(
    sshUint32(check),
    sshUint32(check),
    sshKeyBlob(publicKey),
    sshString(concat(seed, publicKey)),
    sshString(comment),
  )
  const padding = Uint8Array.from({ length: -content.length & (blockBytes - 1) }, (_, i) => i + 1)
  const file = concat(
    magic,
    sshString('none'),
    sshString('none'),
    sshString(''),
    sshUint32(1),
    sshString(sshKeyBlob(publicKey)),
    sshString(concat(content, padding)),
  )
  const lines = toBase64(file).match(/.{1,70}/g)!
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

/** The key; 'encrypted' where a passphrase protects it; undefined for another type of key or a malformed file. */
export function parseSshPrivateKey(crypto: Crypto, text: string): SshPrivateKey | 'encrypted' | undefined {
  const base64 = text.length <= maxTextLength ? armor.exec(text)?.[1] : undefined
  const file = base64 === undefined ? undefined : fromBase64(base64.replaceAll('\n', ''))
  if (!file) return undefined
  const reader = new SshReader(file)
  const start = reader.take(magic.length)
  const cipher = reader.string()
  const derivation = reader.string()
  const options = reader.string()
  if (!start || !equalBytes(start, magic) || !cipher || !derivation || !options || reader.uint32() !== 1)
    return undefined
  const blob = reader.string()
  const content = reader.string()
  const publicKey = blob && readSshKeyBlob(blob)
  if (!publicKey || !content || !reader.atEnd) return undefined
  return fromUtf8(cipher) === 'none' ? parseContent(crypto, publicKey, content) : 'encrypted'
}

function parseContent(crypto: Crypto, publicKey: Uint8Array, content: Uint8Array): SshPrivateKey | undefined {
  const reader = new SshReader(content)
  const check = reader.uint32()
  if (check === undefined || check !== reader.uint32()) return undefined
  const type = reader.string()
  const inner = reader.string()
  const secret = reader.string()
  const comment = reader.string()
  if (!type || fromUtf8(type) !== sshKeyType || !inner || !comment || secret?.length !== 64) return undefined
  const seed = secret.slice(0, 32)
  const text = fromUtf8(comment)
  const matches = [inner, secret.subarray(32), crypto.signingPublicKey(seed)].every((key) => equalBytes(key, publicKey))
  return matches && text !== undefined ? { seed, comment: text } : undefined
}
