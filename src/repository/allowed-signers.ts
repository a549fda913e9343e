import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { allowedSignersPath } from '../git/allowed-signers.ts'
import type { GitRepository } from '../git/repository.ts'
import { formatSshPublicKey, parseAnySshPublicKey } from '../identity/ssh-key.ts'

/** Who may sign with a key. */
export interface KnownSigner {
  /** Patterns of addresses, comma-separated (ssh-keygen(1)). */
  readonly principals: string
  /** Whether a signature counts depends on times, revocations and the like, which only git can judge. */
  readonly isConditional: boolean
}

/** Whose signatures count here, by the key as `TYPE BASE64`. */
export type KnownSigners = ReadonlyMap<string, KnownSigner>

/** principals, options, key (ssh-keygen(1), ALLOWED SIGNERS). */
const linePattern = /^("[^"]*"|\S+)\s+(?:(.*?)\s+)?((?:ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/=]+)(?:\s|$)/

/**
 * The signers that Git is configured to know, and those that `init` and rooms have listed. Where both lists have a key, what the
 * user's says of it counts.
 */
export async function readKnownSigners(
  git: Pick<GitRepository, 'config' | 'dataDir' | 'workTree'>,
): Promise<KnownSigners> {
  const configured = git.config.get('gpg.ssh.allowedsignersfile')
  const own = allowedSignersPath(git)
  const paths = configured === undefined ? [own] : [own, absolute(configured, git.workTree)]
  const texts = await Promise.all([...new Set(paths)].map((path) => readFile(path, 'utf8').catch(() => '')))
  const signers = new Map(texts.flatMap((text) => [...parseAllowedSigners(text)]))
  if (git.config.get('gpg.ssh.revocationfile') === undefined) return signers
  return new Map([...signers].map(([key, signer]) => [key, { ...signer, isConditional: true }]))
}

function absolute(path: string, workTree: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(workTree, path)
}

/** The key of an authority signs no commits; what its certificates say, only git can judge. */
export function parseAllowedSigners(text: string): KnownSigners {
  const signers = new Map<string, KnownSigner>()
  for (const line of text.split('\n')) {
    const [, principals, options = '', key] = linePattern.exec(line.trim()) ?? []
    const publicKey = key === undefined ? undefined : parseAnySshPublicKey(key)
    if (!principals || principals.startsWith('#') || !publicKey || options.includes('cert-authority')) continue
    const namespaces = /^namespaces="([^"]*)"$/.exec(options)?.[1]
    const isConditional = options !== '' && !namespaces?.split(',').includes('git')
    const name = formatSshPublicKey(publicKey)
    const before = signers.get(name)
    signers.set(name, {
      principals: [...(before ? [before.principals] : []), principals.replaceAll('"', '')].join(','),
      isConditional: isConditional || before?.isConditional === true,
    })
  }
  return signers
}
