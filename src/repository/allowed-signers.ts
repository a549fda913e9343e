import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { allowedSignersPath } from '../git/allowed-signers.ts'
import type { GitRepository } from '../git/repository.ts'
import { formatSshPublicKey, parseAnySshPublicKey } from '../identity/ssh-key.ts'

/** Whose signatures count here: the principal of each key, by the key as `TYPE BASE64`. */
export type KnownSigners = ReadonlyMap<string, string>

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
  return new Map(texts.flatMap((text) => [...parseAllowedSigners(text)]))
}

function absolute(path: string, workTree: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(workTree, path)
}

/** Lines with conditions that only ssh-keygen can judge (times, authorities) are left out: their keys count as unknown. */
export function parseAllowedSigners(text: string): KnownSigners {
  const signers = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, principals, options = '', key] = linePattern.exec(line.trim()) ?? []
    const publicKey = key === undefined ? undefined : parseAnySshPublicKey(key)
    if (!principals || principals.startsWith('#') || !publicKey) continue
    const namespaces = /^namespaces="([^"]*)"$/.exec(options)?.[1]
    const counts = options === '' || namespaces?.split(',').includes('git')
    if (counts) signers.set(formatSshPublicKey(publicKey), principals.replaceAll('"', ''))
  }
  return signers
}
