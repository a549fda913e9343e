import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { readFile, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import { backOff, lockTimeoutMs } from './lock-wait.ts'
import { removeFile } from './remove-file.ts'
import { share, shareFolders } from './sharing.ts'

/** A process that holds a lock. A process number alone says little: it is used again, and other containers have their own. */
export interface LockOwner {
  readonly pid: number
  readonly boot: string
  readonly namespace: string
  /** When the process started, in ticks since the boot. */
  readonly started: string
}

/** A held lock; closing it twice does nothing. */
export interface RepositoryLock extends AsyncDisposable {
  close(): Promise<void>
}

/** What is locked, and where. */
export type LockedRepository = Parameters<typeof shareFolders>[0]

/** Nobody takes longer than this to take over a lock; whoever seems to has crashed. */
const takeoverMs = 10_000

/**
 * Takes our own lock of a repository, `<data folder>/lock`, so that our processes queue instead of failing on Git's locks. The lock
 * of a process that no longer runs is taken over. Throws LOCK_TIMEOUT where one process holds it for five seconds: while it goes from
 * hand to hand, there is a queue, and everybody's turn comes.
 */
export async function lockRepository(repository: LockedRepository, signal?: AbortSignal): Promise<RepositoryLock> {
  const { dataDir, config } = repository
  mkdirSync(dataDir, { recursive: true })
  shareFolders(repository)
  const path = join(dataDir, 'lock')
  const mine = JSON.stringify(ownerOf(process.pid))
  const temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`
  let deadline = Date.now() + lockTimeoutMs
  let held = ''
  try {
    writeFileSync(temporary, mine, { flag: 'wx' })
    share(config, temporary)
    for (let attempt = 0; !tryLink(temporary, path); attempt++) {
      signal?.throwIfAborted()
      if (await takeOver(path)) continue
      const now = await markOf(path)
      if (now !== held) deadline = Date.now() + lockTimeoutMs
      held = now
      if (Date.now() > deadline) throw new AnvcsError('LOCK_TIMEOUT', { details: { lock: path } })
      await backOff(attempt, signal)
    }
  } finally {
    removeFile(temporary)
  }
  let isOpen = true
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    removeFile(path)
  }
  return { close, [Symbol.asyncDispose]: close }
}

/** Changes with every holder; empty while there is none. */
async function markOf(path: string): Promise<string> {
  return stat(path).then(
    ({ ino, mtimeMs }) => `${ino} ${mtimeMs}`,
    () => '',
  )
}

/** A link appears with its content, unlike a file that is created and then written. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (code(error) === 'EEXIST') return false
    throw error
  }
}

/** Removes the lock of a process that is gone. One process at a time does that, or two could remove each other's new lock. */
async function takeOver(path: string): Promise<boolean> {
  if (!(await isAbandoned(path))) return false
  const guard = `${path}.takeover`
  try {
    await writeFile(guard, '', { flag: 'wx' })
  } catch {
    const age = await stat(guard).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    )
    if (age > takeoverMs) await rm(guard, { force: true })
    return false
  }
  try {
    if (!(await isAbandoned(path))) return false
    await unlink(path)
    return true
  } finally {
    await rm(guard, { force: true })
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  let owner: Partial<LockOwner>
  try {
    owner = JSON.parse(await readFile(path, 'utf8')) as Partial<LockOwner>
  } catch (error) {
    // Gone already; or not ours to read, then it counts as held.
    return code(error) === undefined
  }
  return isGone(owner)
}

/** Removes drafts of the lock that processes of ours have left when they were killed. The lock is held. */
export async function dropLeftDrafts(dataDir: string): Promise<void> {
  for (const name of readdirSync(dataDir)) {
    const [, pid] = /^lock\.(\d+)\.[0-9a-f]{12}$/.exec(name) ?? []
    if (pid === undefined || Number(pid) === process.pid) continue
    const draft = join(dataDir, name)
    const info = await stat(draft).catch(() => undefined)
    // Who writes one takes no time, and then it says who that is.
    if (info && (info.size ? await isAbandoned(draft) : Date.now() - info.mtimeMs > takeoverMs))
      await rm(draft, { force: true })
  }
}

/** Has the process ended for sure? */
export function isGone(owner: Partial<LockOwner>): boolean {
  const here = ownerOf(process.pid)
  if (owner.boot !== here.boot) return true
  if (owner.namespace !== here.namespace || typeof owner.pid !== 'number') return false
  return ownerOf(owner.pid).started !== owner.started
}

/** This process: nothing of it changes while it runs. */
let own: LockOwner | undefined

export function ownerOf(pid: number): LockOwner {
  own ??= {
    pid: process.pid,
    boot: systemText(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: systemText(() => readlinkSync('/proc/self/ns/pid')),
    started: startOf(process.pid),
  }
  return pid === own.pid ? own : { ...own, pid, started: startOf(pid) }
}

function startOf(pid: number): string {
  // proc(5): field 22, counted after the name in parentheses, which may hold spaces.
  return systemText(
    () =>
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[19] ?? '',
  )
}

function systemText(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

function code(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
