import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import { utf8 } from '../lib/bytes.ts'
import { GitLock } from './git-lock.ts'
import { parseConfig } from './parse-config.ts'

/** The configuration file that is written. */
export interface ConfigPlace {
  readonly commonDir: string
  /** Our own folder. */
  readonly dataDir: string
}

/**
 * Adds a value to the configuration of the repository, at the end of its file. Throws LOCK_TIMEOUT, and GIT_MISSING where the file
 * cannot be locked here.
 */
export async function appendConfig(
  { commonDir, dataDir }: ConfigPlace,
  [name, value]: readonly [name: string, value: string],
  signal: AbortSignal | undefined,
): Promise<void> {
  const path = join(commonDir, 'config')
  const info = lstatSync(path)
  // Git writes through a link.
  using lock = info.isFile() ? await GitLock.take(path, { dataDir, signal }) : undefined
  if (!lock) throw new AnvcsError('GIT_MISSING')
  const old = readFileSync(path)
  const gap = old.length && old.at(-1) !== 0x0a ? '\n' : ''
  await lock.write([old, utf8(`${gap}${linesOf(name, value)}`)], { durable: false, mode: info.mode & 0o7777 })
  await lock.commit({ durable: false })
}

/** Removes values from the configuration of the repository, and headings below which nothing is left. Throws as `appendConfig` does. */
export async function removeConfig(
  { commonDir, dataDir }: ConfigPlace,
  [name, value]: readonly [name: string, value: string],
  signal: AbortSignal | undefined,
): Promise<void> {
  const path = join(commonDir, 'config')
  using lock = await GitLock.take(path, { dataDir, signal })
  if (!lock) throw new AnvcsError('GIT_MISSING')
  const text = readFileSync(path, 'utf8')
  if (!parseConfig(text)) throw new AnvcsError('GIT_MISSING')
  let section = ''
  const lines = text.split(/(?<=\n)/).filter((line) => {
    if (line.startsWith('[')) section = line
    const [found] = parseConfig(`${section}${line}`)?.slice(-1) ?? []
    return line.startsWith('[') || found?.[0].toLowerCase() !== name.toLowerCase() || found[1] !== value
  })
  const isHeading = (line: string | undefined) => line === undefined || line.startsWith('[')
  const before = new Set(text.split(/(?<=\n)/).filter((line, at, all) => isHeading(line) && isHeading(all[at + 1])))
  const kept = lines.filter((line, at) => !(isHeading(line) && isHeading(lines[at + 1]) && !before.has(line)))
  if (kept.length === lines.length && lines.join('') === text) return
  await lock.write([utf8(kept.join(''))], { durable: false })
  await lock.commit({ durable: false })
}

function linesOf(name: string, value: string): string {
  const [section, key] = [name.slice(0, name.indexOf('.')), name.slice(name.lastIndexOf('.') + 1)]
  const sub = name.slice(section.length + 1, -key.length - 1)
  const head = sub ? `[${section} ${quoted(sub)}]` : `[${section}]`
  const text = quoted(value)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`)
  return `${head}\n\t${key} = ${/^[\w+/:.*@-]+$/.test(value) ? value : text}\n`
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, String.raw`\$&`)}"`
}
