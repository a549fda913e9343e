import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Files by path. */
export type FolderContent = Readonly<Record<string, string | Uint8Array>>

export function writeFiles(folder: string, content: FolderContent): void {
  for (const [path, bytes] of Object.entries(content)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
}

/** Mode and SHA-256 of what lies at a path, as Git would tell them apart; undefined where nothing does. */
export function fingerprint(full: string): string | undefined {
  const stat = lstatSync(full, { throwIfNoEntry: false })
  if (!stat || stat.isDirectory()) return undefined
  const content = stat.isSymbolicLink() ? readlinkSync(full) : readFileSync(full)
  const kind = stat.isSymbolicLink() ? 'link' : stat.mode & 0o100 ? 'program' : 'file'
  return `${kind} ${createHash('sha256').update(content).digest('hex')}`
}

/** The fingerprints of all files below a folder; what is Git's and ours is left out. */
export function fingerprints(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const rows = names
    .filter((name) => !/^\.(?:git|ai)(?:\/|$)/.test(name))
    .sort()
    .map((name) => [name, fingerprint(join(folder, name))] as const)
  return Object.fromEntries(rows.filter((row): row is readonly [string, string] => row[1] !== undefined))
}
