import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { Crypto } from '../contracts/crypto.ts'
import type { Random } from '../contracts/random.ts'
import { formatSshPrivateKey, parseSshPrivateKey, type SshPrivateKey } from '../identity/openssh-private-key.ts'
import { fromUtf8, utf8 } from '../lib/bytes.ts'
import { createPrivateFile, readPrivateFile } from './private-file.ts'

/** Where the member key of a user lies: an OpenSSH private key, which `ssh-keygen` reads too. */
export function memberKeyPath(configFolder: string): string {
  return join(configFolder, 'member_key')
}

/**
 * The key of an OpenSSH private key file (ours, or the user's own Ed25519 key); undefined where there is no file.
 * KEY_INVALID where it is readable to others, needs a passphrase, or is no Ed25519 key.
 */
export async function readMemberKey(crypto: Crypto, path: string): Promise<SshPrivateKey | undefined> {
  const bytes = await readPrivateFile(path)
  if (!bytes) return undefined
  const text = fromUtf8(bytes)
  const key = text === undefined ? undefined : parseSshPrivateKey(crypto, text)
  if (key === 'encrypted')
    throw new AnvcsError('KEY_INVALID', {
      message: `${path} needs a passphrase.`,
      hint: 'Use it where it lies by `ai-vcs key use FILE`, which asks for the passphrase or the SSH agent.',
    })
  if (!key)
    throw new AnvcsError('KEY_INVALID', {
      message: `${path} is no Ed25519 key of OpenSSH.`,
      hint: 'Name an Ed25519 key, or create one with `ai-vcs key create`.',
    })
  return key
}

/** Makes a member key. KEY_INVALID where there is a file already: a key is never replaced. */
export async function createMemberKey(
  crypto: Crypto,
  random: Random,
  path: string,
  comment: string,
): Promise<SshPrivateKey> {
  const key = { seed: random.bytes(32), comment }
  const check = new DataView(random.bytes(4).slice().buffer).getUint32(0)
  if (await createPrivateFile(path, utf8(formatSshPrivateKey(crypto, key, check)))) return key
  throw new AnvcsError('KEY_INVALID', {
    message: `There is a key at ${path} already.`,
    hint: 'Use it, or move it away first.',
  })
}
