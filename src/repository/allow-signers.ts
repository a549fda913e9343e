import { readFile } from 'node:fs/promises'
import type { KeyId } from '../contracts/ids.ts'
import { allowedSignersPath, writeAllowedSigners, type AllowedSigner } from '../git/allowed-signers.ts'
import type { GitRepository } from '../git/repository.ts'
import { sshPublicKey } from '../identity/ssh-key.ts'
import { hexBytes } from '../lib/bytes.ts'
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
  return addSigners(git, added, false)
}

/** Adds a key of the user, who may have several under one address. Returns whether Git uses our list. */
export async function allowOwnKey(git: GitRepository, own: AllowedSigner): Promise<boolean> {
  return (await addSigners(git, [own], true)).isUsed
}

async function addSigners(git: GitRepository, added: readonly AllowedSigner[], isOwn: boolean): Promise<AllowedReport> {
  const known = new Map(parseAllowedSigners(await readFile(allowedSignersPath(git), 'utf8').catch(() => '')))
  const taken: string[] = []
  for (const { email, publicKey } of added) {
    const isTaken = [...known].some(([other, { principals }]) => principals === email && other !== publicKey)
    if (isTaken && !isOwn) taken.push(email)
    else if (!known.has(publicKey)) known.set(publicKey, { principals: email, isConditional: false })
  }
  const signers = [...known].map(([publicKey, { principals }]) => ({ email: principals, publicKey }))
  return { isUsed: await writeAllowedSigners(git, signers), taken }
}

/** Lets Git know the members of a room, where it uses our list: `init` has told it to. */
export async function allowMembers(
  git: GitRepository,
  members: Iterable<{ readonly member: KeyId; readonly person: { readonly email: string } }>,
): Promise<void> {
  if (git.config.get('gpg.ssh.allowedsignersfile') !== allowedSignersPath(git)) return
  await allowSigners(
    git,
    [...members].map(({ member, person }) => ({ email: person.email, publicKey: sshPublicKey(hexBytes(member)) })),
  )
}
