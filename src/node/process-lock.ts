import { closeSync, ftruncateSync, linkSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { unlinkSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** A process, so that it cannot be taken for another one that has its number later. */
export interface LockHolder {
  readonly pid: number
  /** Clock ticks from boot to the start of the process, as `/proc/PID/stat` has it; empty where there is no /proc. */
  readonly start: string
  /** Changes with each boot; empty where there is no /proc. */
  readonly boot: string
  /** The namespace that `pid` counts in; empty where there is no /proc. */
  readonly namespace: string
}

/** What a lock file says. */
export interface LockState {
  /** Counts the holders of this lock; greater means later. */
  readonly number: number
  readonly status: 'free' | 'held' | 'stale'
  readonly holder: LockHolder | undefined
  /** The number that the holder published last: in this boot, or before it let go. */
  readonly published: number | undefined
}

const attempts = 32
const publishedBytes = 8
const nothingPublished = -1n

/**
 * An exclusive lock among processes of one machine. Holders are counted: taking it is the exclusive creation of
 * `NAME.<n + 1>`, allowed where `NAME.<n>` is free or its holder is dead, so that two who find a dead holder cannot both
 * follow it. Only files below the greatest number are ever removed. The file exists with its whole content or not at all.
 */
export class ProcessLock {
  readonly path: string
  readonly #file: number
  #held = true

  private constructor(path: string, file: number) {
    this.path = path
    this.#file = file
  }

  /** The lock, or who has it. The directory must exist. */
  static take(directory: string, name: string): ProcessLock | LockHolder | undefined {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const state = readLock(directory, name)
      if (state?.status === 'held') return state.holder
      const number = (state?.number ?? 0) + 1
      if (!create(directory, name, number, state?.published)) continue
      const numbers = lockNumbers(directory, name)
      const path = join(directory, `${name}.${number}`)
      if (numbers.some((other) => other > number)) {
        remove(path)
        continue
      }
      for (const other of numbers) if (other < number) remove(join(directory, `${name}.${other}`))
      return new ProcessLock(path, openSync(path, 'r+'))
    }
    return undefined
  }

  /** Lets others see a number. It is not synced: nobody needs it after a power cut. */
  publish(value: number): void {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(value))
    writeSync(this.#file, bytes, 0, 8, 0)
  }

  /** Frees the lock. The file stays, to keep count, and what was published in it. */
  release(): void {
    if (!this.#held) return
    this.#held = false
    ftruncateSync(this.#file, publishedBytes)
    closeSync(this.#file)
  }
}

/** The state of a lock, or undefined where nobody has ever held it. */
export function readLock(directory: string, name: string): LockState | undefined {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const number = lockNumber(directory, name)
    if (number === 0) return undefined
    const bytes = readIfThere(join(directory, `${name}.${number}`))
    // It was superseded since it was listed.
    if (!bytes) continue
    const holder = decodeHolder(bytes)
    if (!holder) return { number, status: 'free', holder: undefined, published: publishedIn(bytes) }
    return {
      number,
      status: isAlive(holder) ? 'held' : 'stale',
      holder,
      published: holder.boot === thisBoot() ? publishedIn(bytes) : undefined,
    }
  }
  return undefined
}

/** The number of the last holder; 0 where there was none. While it stays the same, nobody else has taken the lock. */
export function lockNumber(directory: string, name: string): number {
  return Math.max(0, ...lockNumbers(directory, name))
}

function lockNumbers(directory: string, name: string): readonly number[] {
  return readdirSync(directory)
    .filter((file) => file.startsWith(`${name}.`))
    .map((file) => Number(file.slice(name.length + 1)))
    .filter((number) => Number.isSafeInteger(number) && number > 0)
}

/** False where somebody else was faster. */
function create(directory: string, name: string, number: number, published: number | undefined): boolean {
  const head = Buffer.alloc(publishedBytes)
  head.writeBigInt64LE(published === undefined ? nothingPublished : BigInt(published))
  const draft = join(directory, `${name}-${process.pid}-${number}.draft`)
  try {
    writeFileSync(draft, Buffer.concat([head, Buffer.from(`${JSON.stringify(describeProcess(process.pid))}\n`)]))
    linkSync(draft, join(directory, `${name}.${number}`))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    remove(draft)
  }
}

function publishedIn(bytes: Buffer): number | undefined {
  const published = bytes.length < publishedBytes ? nothingPublished : bytes.readBigInt64LE(0)
  return published < 0n ? undefined : Number(published)
}

function decodeHolder(bytes: Buffer): LockHolder | undefined {
  if (bytes.length <= publishedBytes) return undefined
  try {
    return JSON.parse(bytes.subarray(publishedBytes).toString()) as LockHolder
  } catch {
    return undefined
  }
}

function describeProcess(pid: number): LockHolder {
  return { pid, start: startOf(pid), boot: thisBoot(), namespace: namespaceOf('self') }
}

function isAlive(holder: LockHolder): boolean {
  if (holder.boot !== thisBoot()) return false
  // Of another container we cannot see the processes: never take its lock away.
  if (holder.namespace !== namespaceOf('self')) return true
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return startOf(holder.pid) === holder.start
}

/** Field 22 of `/proc/PID/stat`, counted from behind the program's name, which may hold anything (proc(5)). */
function startOf(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`)?.toString() ?? ''
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function thisBoot(): string {
  return readIfThere('/proc/sys/kernel/random/boot_id')?.toString().trim() ?? ''
}

function namespaceOf(process: string): string {
  try {
    return readlinkSync(`/proc/${process}/ns/pid`)
  } catch {
    return ''
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
