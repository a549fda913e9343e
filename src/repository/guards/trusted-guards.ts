import { join } from 'node:path'
import { readJson, writeJson } from '../data-folder.ts'

/** Repositories whose guards a user trusts; the oldest are forgotten. */
const maxTrusted = 1000

/**
 * Has the user trusted just this list of guards of the repository? The answer lies with the user's configuration, by the place of the
 * repository: a copy of a repository brings no trust, and a list that changed has lost it.
 */
export function isTrusted(configFolder: string, commonDir: string, digest: string): boolean {
  return trustedIn(configFolder).some(([place, trusted]) => place === commonDir && trusted === digest)
}

/** Trusts a list of guards of a repository, in the place of what was trusted there before. */
export async function trustGuards(configFolder: string, commonDir: string, digest: string): Promise<void> {
  const others = trustedIn(configFolder).filter(([place]) => place !== commonDir)
  await writeJson(fileIn(configFolder), { trusted: [...others, [commonDir, digest]].slice(-maxTrusted) })
}

function fileIn(configFolder: string): string {
  return join(configFolder, 'trusted-guards.json')
}

function trustedIn(configFolder: string): readonly (readonly [string, string])[] {
  const trusted = (readJson(fileIn(configFolder)) as { readonly trusted?: unknown } | undefined)?.trusted
  const isPair = (item: unknown): item is [string, string] =>
    Array.isArray(item) && item.length === 2 && item.every((part) => typeof part === 'string')
  return Array.isArray(trusted) ? trusted.filter(isPair) : []
}
