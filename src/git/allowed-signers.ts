import { rename, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitRepository } from './repository.ts'
import { share } from './sharing.ts'

/** A member whose signatures `git verify-commit` is to know. */
export interface AllowedSigner {
  /** As in the committer line of the commits. */
  readonly email: string
  /** `TYPE BASE64`, as in a `.pub` file. */
  readonly publicKey: string
}

/** Where the list lies in a repository. */
export function allowedSignersPath({ dataDir }: Pick<GitRepository, 'dataDir'>): string {
  return join(dataDir, 'allowed_signers')
}

const setting = 'gpg.ssh.allowedsignersfile'
const plainKey = /^[!-~]+ [A-Za-z0-9+/=]+$/
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
  const path = allowedSignersPath({ dataDir })
  const lines = signers
    .filter(({ email, publicKey }) => plainEmail.test(email) && plainKey.test(publicKey))
    .map(({ email, publicKey }) => `${email} namespaces="git" ${publicKey}\n`)
  await mkdir(dataDir, { recursive: true })
  await writeFile(`${path}.new`, [...new Set(lines)].sort().join(''))
  share(config, `${path}.new`)
  await rename(`${path}.new`, path)
  if (config.get(setting) === undefined) await config.set('gpg.ssh.allowedSignersFile', path, signal)
  return config.get(setting) === path
}
