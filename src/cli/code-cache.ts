import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { crc32 } from 'node:zlib'

/** Of an earlier run: the text of what was used then, where it is kept, too, and the code that V8 has compiled of it. */
export interface CachedCode {
  readonly text?: string | undefined
  readonly code?: Buffer | undefined
}

/** Of all commands, programs and engines that took turns. */
const keptFiles = 128
/** Checksum, and the length of the text that follows; V8 wants code to begin at a multiple of eight. */
const headBytes = 8

/**
 * Where compiled code is kept: `anvcs/code` in the user's cache folder (XDG Base Directory Specification). Undefined where there is
 * none, or where it is somebody else's, as under `sudo`: what lies there is run.
 */
export function codeCacheFolder(environment: NodeJS.ProcessEnv): string | undefined {
  const { XDG_CACHE_HOME: xdg, HOME: home } = environment
  const base = xdg && isAbsolute(xdg) ? xdg : home && isAbsolute(home) ? join(home, '.cache') : undefined
  if (base === undefined) return undefined
  const above = [base, dirname(base)].map((path) => statSync(path, { throwIfNoEntry: false })).find(Boolean)
  return above && isOwn(above) ? join(base, 'anvcs', 'code') : undefined
}

/** Undefined where there is none, or it is damaged, or others could have written it: V8 checks neither. */
export function readCode(path: string | undefined): CachedCode | undefined {
  const bytes = path === undefined ? undefined : readOwn(path)
  if (!bytes || bytes.length < headBytes || crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) return undefined
  const end = headBytes + bytes.readUInt32LE(4)
  return {
    text: end > headBytes ? bytes.toString('latin1', headBytes, end) : undefined,
    code: end < bytes.length ? bytes.subarray(end) : undefined,
  }
}

/** Replaces what is there, whole or not at all. Whether it is written changes nothing but the time of the next run. */
export function writeCode(path: string, { text = '', code = Buffer.alloc(0) }: CachedCode): void {
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8)
  const bytes = Buffer.concat([Buffer.alloc(headBytes), Buffer.from(padded, 'latin1'), code])
  bytes.writeUInt32LE(padded.length, 4)
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0)
  const folder = dirname(path)
  const temporary = `${path}.${process.pid}`
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(temporary, bytes, { flag: 'wx', mode: 0o600 })
    renameSync(temporary, path)
    dropOldest(folder)
  } catch {
    rmSync(temporary, { force: true })
  }
}

function readOwn(path: string): Buffer | undefined {
  let handle: number | undefined
  try {
    handle = openSync(path, 'r')
    return isOwn(fstatSync(handle)) ? readFileSync(handle) : undefined
  } catch {
    return undefined
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

function isOwn({ uid, mode }: Stats): boolean {
  return uid === process.geteuid?.() && (mode & 0o022) === 0
}

function dropOldest(folder: string): void {
  const paths = readdirSync(folder).map((name) => join(folder, name))
  if (paths.length <= keptFiles) return
  const ages = paths.map((path) => ({ path, at: statSync(path).mtimeMs })).sort((a, b) => a.at - b.at)
  for (const { path } of ages.slice(0, paths.length - keptFiles)) rmSync(path, { force: true })
}
