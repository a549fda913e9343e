import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { GitRepository } from '../git/repository.ts'
import { parseSshPublicKey } from '../identity/ssh-key.ts'
import { toHex } from '../lib/bytes.ts'

/** Whose signatures count here: the principal of each Ed25519 key, by the key in hexadecimal. */
export type KnownSigners = ReadonlyMap<string, string>

/** principals, options, key (ssh-keygen(1), ALLOWED SIGNERS). */
const linePattern = /^("[^"]*"|\S+)\s+(?:(.*?)\s+)?(ssh-ed25519 \S+)/

/** The signers that Git is configured to know; none where it knows no file. */
export async function readKnownSigners({
  config,
  workTree,
}: Pick<GitRepository, 'config' | 'workTree'>): Promise<KnownSigners> {
  const configured = config.get('gpg.ssh.allowedsignersfile')
  if (configured === undefined) return new Map()
  const path = configured.startsWith('~/') ? join(homedir(), configured.slice(2)) : resolve(workTree, configured)
  return parseAllowedSigners(await readFile(path, 'utf8').catch(() => ''))
}

/** Lines with conditions that only ssh-keygen can judge (times, authorities) are left out: their keys count as unknown. */
export function parseAllowedSigners(text: string): KnownSigners {
  const signers = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, principals, options = '', key] = linePattern.exec(line.trim()) ?? []
    const publicKey = key === undefined ? undefined : parseSshPublicKey(key)
    if (!principals || principals.startsWith('#') || !publicKey) continue
    const namespaces = /^namespaces="([^"]*)"$/.exec(options)?.[1]
    const counts = options === '' || namespaces?.split(',').includes('git')
    if (counts) signers.set(toHex(publicKey), principals.replaceAll('"', ''))
  }
  return signers
}
