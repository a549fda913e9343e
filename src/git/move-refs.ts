import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import type { RefChange } from '../contracts/refs.ts'
import { utf8 } from '../lib/bytes.ts'
import { GitLock } from './git-lock.ts'
import { readLogEnd } from './head-log.ts'
import { inFolder } from './in-folder.ts'
import type { PendingFlushes } from './pending-flushes.ts'
import type { PlainIdent } from './plain-ident.ts'
import { removeFile } from './remove-file.ts'
import { zoneOf } from './zone-of.ts'

/** What moving a ref without git rests on. */
export interface RefFiles {
  readonly gitDir: string
  readonly commonDir: string
  readonly dataDir: string
  /** Undefined where git alone knows. */
  readonly mover: () => PlainIdent | undefined
  /** Are refs flushed? */
  readonly durable: boolean
  /** Which refs get a log, by `core.logAllRefUpdates`; one that has a log keeps it. */
  readonly logs: 'all' | 'usual' | 'none'
  readonly read: (name: string) => ObjectId | undefined
  readonly isCommit: (id: ObjectId) => boolean
  readonly hasObject: (id: ObjectId) => boolean
  /** Names of refs that are packed. */
  readonly packed: () => Iterable<string>
  readonly fileOf: (name: string) => string
  readonly isSymbolic: (name: string) => boolean
  /** The branch that HEAD names. */
  readonly headBranch: () => string | undefined
}

const packedRefs = 'packed-refs'
/** Stricter than git-check-ref-format(1): what is odd is git's to judge. The classes of Unicode take a while to be made, even of an expression that is only met. */
const asciiName = /^(?:HEAD|refs(?:\/\w(?:[\w+#%=-]|\.(?!\.|lock(?:\/|$)|\/|$))*)+)$/
const plainName = () => /^(?:HEAD|refs(?:\/[\p{L}\p{N}_](?:[\p{L}\p{N}_+#%=-]|\.(?!\.|lock(?:\/|$)|\/|$))*)+)$/u
/** Refs whose moves are logged unless the user says otherwise (git-config(1), core.logAllRefUpdates). */
const logged = /^(?:HEAD$|refs\/(?:heads|remotes|notes)\/)/

/**
 * Moves refs as `git update-ref` does: locks, compares, logs, replaces. `false` where a ref is not what was expected; undefined where
 * something is unusual and git has to do it: then nothing has changed. Throws LOCK_TIMEOUT.
 */
export async function moveRefs(
  files: RefFiles,
  changes: readonly RefChange[],
  message: string,
  { held, pending, signal }: MoveOptions = {},
): Promise<boolean | undefined> {
  const mover = files.mover()
  const moves = changes.flatMap(({ to, ...change }) => (to === undefined ? [] : [{ ...change, to }]))
  const removals = changes.filter(({ to }) => to === undefined)
  if (!mover || !moves.every((move) => isPlain(files, move))) return undefined
  const head = files.headBranch()
  if (!removals.every((removal) => isPlainRemoval(files, removal, head))) return undefined
  const isHeadMoved = moves.some(({ name }) => name === head)
  const packed = new Set(removals.length ? files.packed() : [])
  const isPacked = removals.some(({ name }) => packed.has(name))
  const others = [...(isHeadMoved ? ['HEAD'] : []), ...(isPacked ? [packedRefs] : [])]
  const names = [...changes.map(({ name }) => name), ...others].sort()
  const locks = new Map<string, GitLock>()
  try {
    for (const name of names) {
      const path = name === packedRefs ? join(files.commonDir, packedRefs) : files.fileOf(name)
      const lock = name === held?.name ? held.lock : await GitLock.take(path, { dataDir: files.dataDir, signal })
      if (!lock) return undefined
      locks.set(name, lock)
    }
    if (files.headBranch() !== head) return undefined
    return await moveLocked(files, moves, { removals, locks, head, mover, message, pending })
  } finally {
    for (const lock of locks.values()) lock[Symbol.dispose]()
  }
}

export interface MoveOptions {
  readonly held?: HeldRef | undefined
  /** What the refs are to name lasts with these: no ref is moved before. */
  readonly pending?: PendingFlushes | undefined
  readonly signal?: AbortSignal | undefined
}

/** A ref that is locked already. */
export interface HeldRef {
  readonly name: string
  readonly lock: GitLock
}

interface LockedMove {
  readonly removals: readonly RefChange[]
  readonly locks: ReadonlyMap<string, GitLock>
  readonly head: string | undefined
  readonly mover: PlainIdent
  readonly message: string
  readonly pending: PendingFlushes | undefined
}

async function moveLocked(
  files: RefFiles,
  moves: readonly (RefChange & { readonly to: ObjectId })[],
  { removals, locks, head, mover, message, pending }: LockedMove,
): Promise<boolean> {
  const { durable, read } = files
  const olds = new Map([...moves, ...removals].map(({ name }) => [name, read(name)]))
  if ([...moves, ...removals].some((move) => 'expect' in move && olds.get(move.name) !== move.expect)) return false
  const written = moves.map(({ name, to }) => locks.get(name)!.write([utf8(`${to}\n`)], { durable }))
  await Promise.all([...written, pending?.done()])
  const now = new Date()
  const time = `${Math.floor(now.getTime() / 1000)} ${zoneOf(now)}`
  for (const { name, to } of moves) {
    const old = olds.get(name) ?? '0'.repeat(to.length)
    const line = `${old} ${to} ${mover.name} <${mover.email}> ${time}${message ? `\t${message}` : ''}`
    for (const log of name === head ? [name, 'HEAD'] : [name]) writeLog(files, log, line)
  }
  // All are moved in their order before the first flush is waited for.
  await Promise.all(moves.map(({ name }) => locks.get(name)!.commit({ durable })))
  await remove(files, removals, locks.get(packedRefs))
  return true
}

/** What is gone must not come back from the packed refs. */
async function remove(
  { commonDir, fileOf, durable }: RefFiles,
  removals: readonly RefChange[],
  packedLock: GitLock | undefined,
): Promise<void> {
  for (const { name } of removals) removeFile(join(commonDir, 'logs', name))
  if (packedLock) {
    const gone = new Set(removals.map(({ name }) => name))
    const lines = readFileSync(join(commonDir, packedRefs), 'latin1').split(/(?<=\n)/)
    let isGone = false
    // A line that begins with ^ belongs to the one before it.
    const kept = lines.filter((line) => {
      if (!line.startsWith('^')) isGone = gone.has(Buffer.from(line.trimEnd().split(' ')[1] ?? '', 'latin1').toString())
      return !isGone
    })
    await packedLock.write([Buffer.from(kept.join(''), 'latin1')], { durable })
    await packedLock.commit({ durable })
  }
  for (const { name } of removals) removeFile(fileOf(name))
}

/** A ref that is there and not what is checked out. */
function isPlainRemoval({ read, isSymbolic, fileOf }: RefFiles, removal: RefChange, head: string | undefined): boolean {
  const { name } = removal
  if (
    !(asciiName.test(name) || plainName().test(name)) ||
    name === 'HEAD' ||
    name === head ||
    isSymbolic(name) ||
    isFolder(fileOf(name))
  )
    return false
  return read(name) !== undefined && !('expect' in removal && removal.expect === undefined)
}

/** Branches hold commits; any other ref holds anything that is here. */
function mayName({ isCommit, hasObject }: RefFiles, name: string, to: ObjectId): boolean {
  return name === 'HEAD' || name.startsWith('refs/heads/') ? isCommit(to) : hasObject(to)
}

/** A name and an object that git would take: no symbolic ref, no name that is a folder or lies below a ref, no log that is a folder. */
function isPlain(files: RefFiles, { name, to }: RefChange): boolean {
  const { packed, fileOf, commonDir, read, isSymbolic } = files
  if (!(asciiName.test(name) || plainName().test(name)) || isSymbolic(name) || !to || !mayName(files, name, to))
    return false
  if (isFolder(fileOf(name)) || isFolder(join(commonDir, 'logs', name))) return false
  if (read(name) !== undefined) return true
  for (const other of packed()) if (other.startsWith(`${name}/`) || name.startsWith(`${other}/`)) return false
  return !foldersAbove(name).some((above) => existsSync(fileOf(above)) && !isFolder(fileOf(above)))
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function foldersAbove(name: string): readonly string[] {
  const parts = name.split('/')
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'))
}

/** Adds a line to the log of a ref that has one, or is to have one. */
export function writeLog({ gitDir, commonDir, logs }: RefFiles, name: string, line: string): void {
  const path = join(name === 'HEAD' ? gitDir : commonDir, 'logs', name)
  const isWanted = logs === 'all' || (logs === 'usual' && logged.test(name))
  if (!isWanted && !existsSync(path)) return
  // A run that was killed before it moved the ref has said so already.
  if (moveIn(readLogEnd(path).split('\n').at(-2) ?? '') === moveIn(line)) return
  inFolder(dirname(path), () => appendFileSync(path, `${line}\n`))
}

/** What a line of a reflog says but who and when: from, to and why. */
function moveIn(line: string): string {
  const [from, to] = line.split(' ')
  const at = line.indexOf('\t')
  return [from, to, at < 0 ? '' : line.slice(at + 1)].join(' ')
}
