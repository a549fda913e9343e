import { rename, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { concat, toBase64, utf8 } from '../lib/bytes.ts'
import type { GitRepository } from './repository.ts'

/** A member whose signatures `git verify-commit` is to know. */
export interface AllowedSigner {
  /** As in the committer line of the commits. */
  readonly email: string
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array
}

const setting = 'gpg.ssh.allowedsignersfile'
/** ssh-keygen(1) reads principals as patterns: what a member calls itself must match that member only. */
const plainEmail = /^[A-Za-z0-9._%+/=~'-]+@[A-Za-z0-9.-]+$/

/**
 * Writes the members' keys to `<common dir>/ai-vcs/allowed_signers` (ssh-keygen(1), ALLOWED SIGNERS) and points Git at it,
 * unless Git already has such a file: that one is the user's. Members whose e-mail is no plain address are left out.
 * Returns whether Git uses our file.
 */
export async function writeAllowedSigners(
  { dataDir, config }: Pick<GitRepository, 'dataDir' | 'config'>,
  signers: readonly AllowedSigner[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<boolean> {
  const path = join(dataDir, 'allowed_signers')
  const lines = signers.filter(({ email }) => plainEmail.test(email)).map(lineOf)
  await mkdir(dataDir, { recursive: true })
  await writeFile(`${path}.new`, [...new Set(lines)].sort().join(''))
  await rename(`${path}.new`, path)
  if (config.get(setting) === undefined) await config.set('gpg.ssh.allowedSignersFile', path, signal)
  return config.get(setting) === path
}

function lineOf({ email, publicKey }: AllowedSigner): string {
  const type = utf8('ssh-ed25519')
  const key = concat(lengthOf(type), type, lengthOf(publicKey), publicKey)
  return `${email} namespaces="git" ssh-ed25519 ${toBase64(key)}\n`
}

/** RFC 4251 section 5: a string begins with its length in four bytes. */
function lengthOf({ length }: Uint8Array): Uint8Array {
  return Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length)
}
