import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeyId } from '../contracts/ids.ts'
import { writeAllowedSigners, type AllowedSigner } from '../git/allowed-signers.ts'
import type { GitRepository } from '../git/repository.ts'
import { fromHex, hexBytes, toHex } from '../lib/bytes.ts'
import { parseAllowedSigners } from './allowed-signers.ts'

/** What became of keys that were to be allowed. */
export interface AllowedReport {
  /** Does Git use our list? False where the user has one of its own. */
  readonly isUsed: boolean
  /** Addresses that another key has already: whoever came first keeps it. */
  readonly taken: readonly string[]
}

/**
 * Adds keys to our list of signers. Members say themselves what their address is, so an address that is listed with another key
 * stays with that key.
 */
export async function allowSigners(git: GitRepository, added: readonly AllowedSigner[]): Promise<AllowedReport> {
  const text = await readFile(join(git.dataDir, 'allowed_signers'), 'utf8').catch(() => '')
  const known = new Map(parseAllowedSigners(text))
  const taken: string[] = []
  for (const { email, publicKey } of added) {
    const key = toHex(publicKey)
    const isTaken = [...known].some(([other, principal]) => principal === email && other !== key)
    if (isTaken) taken.push(email)
    else if (!known.has(key)) known.set(key, email)
  }
  const signers = [...known].map(([key, email]) => ({ email, publicKey: fromHex(key)! }))
  return { isUsed: await writeAllowedSigners(git, signers), taken }
}

/** Lets Git know the members of a room, where it uses our list: `init` has told it to. */
export async function allowMembers(
  git: GitRepository,
  members: Iterable<{ readonly member: KeyId; readonly person: { readonly email: string } }>,
): Promise<void> {
  if (git.config.get('gpg.ssh.allowedsignersfile') !== join(git.dataDir, 'allowed_signers')) return
  await allowSigners(
    git,
    [...members].map(({ member, person }) => ({ email: person.email, publicKey: hexBytes(member) })),
  )
}
