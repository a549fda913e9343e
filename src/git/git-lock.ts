import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fchmodSync,
  fdatasync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { AnvcsError } from '../contracts/errors.ts'
import { fromBase64url, toBase64url, utf8 } from '../lib/bytes.ts'
import { inFolder } from './in-folder.ts'
import { backOff, lockTimeoutMs } from './lock-wait.ts'
import { syncFolder } from './loose-writer.ts'
import type { PendingFlushes } from './pending-flushes.ts'
import { removeFile } from './remove-file.ts'
import { isGone, ownerOf } from './repository-lock.ts'

const flushed = promisify(fdatasync)
/** A file name holds 255 bytes, and a path becomes four thirds as long. */
const longestPathBytes = 150

/** Where the second names of our locks lie. */
function namesFolder(dataDir: string): string {
  return join(dataDir, 'locks')
}

/**
 * A lock of Git's on one file (index, ref): `<file>.lock`, which becomes the file. It has a second name in a folder of ours, so that a
 * lock that a crash has left is known to be ours; a lock of another program is never removed.
 */
export class GitLock implements Disposable {
  readonly #file: string
  readonly #ownName: string
  readonly #handle: number
  #isHeld = true
  #isClosed = false

  private constructor(file: string, ownName: string, handle: number) {
    this.#file = file
    this.#ownName = ownName
    this.#handle = handle
  }

  /** Undefined where this cannot be done here: the name is too long, or the file system has no hard links. Throws LOCK_TIMEOUT. */
  static async take(
    file: string,
    { dataDir, signal }: { readonly dataDir: string; readonly signal?: AbortSignal | undefined },
  ): Promise<GitLock | undefined> {
    const path = utf8(relative(dirname(dataDir), file))
    if (path.length > longestPathBytes) return undefined
    const folder = namesFolder(dataDir)
    const ownName = join(folder, [ownerText(), randomBytes(6).toString('hex'), toBase64url(path)].join('.'))
    const handle = inFolder(folder, () => openSync(ownName, 'wx', 0o666))
    const lock = new GitLock(file, ownName, handle)
    const deadline = Date.now() + lockTimeoutMs
    try {
      for (let attempt = 0; ; attempt++) {
        if (inFolder(dirname(file), () => tryLink(ownName, `${file}.lock`))) return lock
        if (Date.now() > deadline)
          throw new AnvcsError('LOCK_TIMEOUT', {
            message: `${file}.lock is held by another program.`,
            details: { lock: `${file}.lock` },
          })
        // Whoever moves a ref without the lock of the repository has not met what was left yet.
        if (attempt === 0) dropLeftLocks(dataDir)
        await backOff(attempt, signal)
      }
    } catch (error) {
      lock.#isHeld = false
      closeSync(handle)
      unlinkSync(ownName)
      if (['EPERM', 'EXDEV', 'ENOSYS', 'ENOTSUP', 'EMLINK'].includes(codeOf(error) ?? '')) return undefined
      throw error
    }
  }

  /** What the file is to hold, and its permissions; those of a new file unless told. */
  async write(
    parts: readonly Uint8Array[],
    { durable, mode }: { readonly durable: boolean; readonly mode?: number },
  ): Promise<void> {
    if (mode !== undefined) fchmodSync(this.#handle, mode)
    for (const part of parts) writeFileSync(this.#handle, part)
    if (durable) await flushed(this.#handle)
  }

  /** Puts what was written into the place of the file. With `pending` it need not last yet. */
  async commit({
    durable,
    pending,
  }: {
    readonly durable: boolean
    readonly pending?: PendingFlushes | undefined
  }): Promise<void> {
    renameSync(`${this.#file}.lock`, this.#file)
    this.#isHeld = false
    if (!durable) return
    const flush = syncFolder(dirname(this.#file))
    if (pending) pending.add(flush)
    else await flush
  }

  /** Releases the lock; what was not committed is dropped. Idempotent. */
  [Symbol.dispose](): void {
    if (this.#isClosed) return
    this.#isClosed = true
    closeSync(this.#handle)
    if (this.#isHeld) removeFile(`${this.#file}.lock`)
    removeFile(this.#ownName)
  }
}

/** Removes locks that processes of ours have left when they were killed. */
export function dropLeftLocks(dataDir: string): void {
  const folder = namesFolder(dataDir)
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const [pid, started, namespace, , path] = name.split('.')
    const { boot } = ownerOf(process.pid)
    if (!isGone({ pid: Number(pid), started: started!, namespace: `pid:[${namespace}]`, boot })) continue
    const bytes = path === undefined ? undefined : fromBase64url(path)
    const own = join(folder, name)
    if (bytes) {
      const lock = `${join(dirname(dataDir), new TextDecoder().decode(bytes))}.lock`
      if (isSameFile(lock, own)) removeFile(lock)
    }
    removeFile(own)
  }
}

/** A process number is used again; the time of its start tells which one it was. */
function ownerText(): string {
  const { pid, started, namespace } = ownerOf(process.pid)
  return [pid, started, namespace.replace(/\D/g, '')].join('.')
}

function isSameFile(left: string, right: string): boolean {
  const [a, b] = [left, right].map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }))
  return a !== undefined && a.ino === b?.ino && a.dev === b.dev
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
