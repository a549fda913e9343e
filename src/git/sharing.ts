import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isShared, type Settings } from './durability.ts'

const setGroup = 0o2000
const names: Readonly<Record<string, number>> = { group: 0o660, true: 0o660, yes: 0o660, on: 0o660, 1: 0o660 }

/**
 * Gives a file or folder of ours the permissions that Git gives its own in a repository that several users share (git-config(1),
 * core.sharedRepository); does nothing in any other, or to what belongs to somebody else.
 */
export function share(config: Settings, path: string): void {
  if (!isShared(config)) return
  const { mode, uid } = statSync(path)
  if (uid !== process.geteuid?.()) return
  const wanted = sharedMode(config.get('core.sharedrepository')!, mode)
  if (wanted !== (mode & 0o7777)) chmodSync(path, wanted)
}

/** The bits that a mode has once it is shared. */
export function sharedMode(value: string, mode: number): number {
  const isOctal = /^0[0-7]{3,}$/.test(value)
  let shared = isOctal ? Number.parseInt(value, 8) & 0o666 : (names[value.toLowerCase()] ?? 0o664)
  if ((mode & 0o200) === 0) shared &= ~0o222
  const isFolder = (mode & 0o170000) === 0o040000
  if (isFolder || (mode & 0o100) !== 0) shared |= (shared & 0o444) >> 2
  const kept = mode & (isOctal ? 0o7000 : 0o7777)
  return kept | shared | (isFolder ? setGroup : 0)
}

/** Makes the folders in which the users of a shared repository write. What is below `rooms` belongs to one user. */
export function shareFolders({
  config,
  gitDir,
  dataDir,
}: {
  readonly config: Settings
  readonly gitDir: string
  readonly dataDir: string
}): void {
  if (!isShared(config)) return
  for (const folder of [dataDir, join(gitDir, 'ai-vcs'), join(dataDir, 'locks'), join(dataDir, 'rooms')]) {
    mkdirSync(folder, { recursive: true })
    share(config, folder)
  }
}
