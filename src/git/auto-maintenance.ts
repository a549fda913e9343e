import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { GitConfig } from './config.ts'
import type { GitRepository } from './repository.ts'

const defaultLoose = 6700
const defaultPacks = 50
/** Of the folders that loose objects are spread over. */
const looseFolders = 256

/**
 * Starts `git maintenance run --auto` as `git commit` does, where there may be something for it to do. It runs beside, and nobody waits for it;
 * a repository that cannot be looked at, or has no git program, goes without.
 */
export function startMaintenance(repository: GitRepository): void {
  const { config, env, openedAt, objectDir } = repository
  if (!config.isTrue('maintenance.auto', true) || !isDue(config, objectDir)) return
  const child = spawn('git', ['maintenance', 'run', '--auto', '--quiet'], {
    cwd: openedAt,
    env,
    stdio: 'ignore',
    detached: true,
  })
  child.on('error', () => {})
  child.unref()
}

/** As git guesses it: by the objects in one folder of 256, and the packs (git-gc(1), gc.auto and gc.autoPackLimit); whoever has chosen tasks has it look. */
export function isDue(config: GitConfig, objectDir: string): boolean {
  const hasTasks = [...config.names].some((name) => /^maintenance\..+\.enabled$/.test(name) && config.isTrue(name))
  if (hasTasks) return true
  const loose = numberOf(config, 'gc.auto', defaultLoose)
  if (loose <= 0) return false
  const objects = namesIn(join(objectDir, '17')).filter((name) => /^(?:[0-9a-f]{38}|[0-9a-f]{62})$/.test(name))
  if (objects.length > Math.ceil(loose / looseFolders)) return true
  const packs = numberOf(config, 'gc.autopacklimit', defaultPacks)
  if (packs <= 0) return false
  const names = namesIn(join(objectDir, 'pack'))
  const kept = new Set(names.filter((name) => name.endsWith('.keep')).map((name) => name.slice(0, -'.keep'.length)))
  return names.filter((name) => name.endsWith('.pack') && !kept.has(name.slice(0, -'.pack'.length))).length > packs
}

function numberOf(config: GitConfig, name: string, whenUnset: number): number {
  const [, digits, unit = ''] = /^([+-]?\d+)([kKmMgG]?)$/.exec(config.get(name) ?? '') ?? []
  return digits === undefined ? whenUnset : Number(digits) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase())
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
