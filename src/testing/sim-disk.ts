import { AnvcsError } from '../contracts/errors.ts'
import type { FaultCounters } from './fault-counters.ts'
import type { SimClock } from './sim-clock.ts'
import type { SimRandom } from './sim-random.ts'

/** How bad a disk is. Chances are in [0, 1]. */
export interface DiskFaults {
  /** Mean time of a flush, exponentially distributed. */
  readonly meanFlushMs: number
  /** Per flush: it takes `slowFlushMs` longer. */
  readonly slowFlush: number
  readonly slowFlushMs: number
  /** Per write: the disk turns out to be full, and stays so for `fullMs`. */
  readonly full: number
  readonly fullMs: number
}

/** Every kind of fault that disks count. */
export const diskFaultKinds = [
  'process killed',
  'power cut',
  'unsynced tail lost',
  'torn record',
  'disk full',
  'flush slow',
] as const

/** A kind of fault that disks count. */
export type DiskFaultKind = (typeof diskFaultKinds)[number]

/** What a disk is made of. */
export interface SimDiskOptions {
  readonly name: string
  readonly clock: SimClock
  readonly random: SimRandom
  readonly counters: FaultCounters<DiskFaultKind>
  readonly faults: DiskFaults
}

interface SimFile {
  bytes: Uint8Array
  /** What `bytes` holds beyond is room to grow. */
  length: number
  /** Bytes that a power cut spares. */
  durable: number
}

/**
 * The disk of one machine: files that only grow. A write is there for every reader at once, and durable when a flush that
 * began after it has ended. A process sees the disk through its mount and loses that when it dies.
 */
export class SimDisk {
  readonly counters: FaultCounters<DiskFaultKind>
  readonly name: string
  readonly #clock: SimClock
  readonly #random: SimRandom
  readonly #files = new Map<string, SimFile>()
  #mount: SimMount | undefined
  #fullUntilMs = 0
  /** In force from now on; may be replaced at any time. */
  faults: DiskFaults

  constructor({ name, clock, random, counters, faults }: SimDiskOptions) {
    this.name = name
    this.#clock = clock
    this.#random = random
    this.counters = counters
    this.faults = faults
  }

  /** The disk for a process that starts now. An earlier one has to be dead. */
  mount(): SimMount {
    if (this.#mount) throw new AnvcsError('INTERNAL', { message: 'the machine runs a process already' })
    this.#mount = new SimMount(this)
    return this.#mount
  }

  /** The process is killed: what it has written stays, nothing that it waits for comes. */
  kill(): void {
    this.#unmount('process killed')
  }

  /** The power goes: of what was not flushed a part is left, perhaps the half of a record, perhaps with zeros behind. */
  cutPower(): void {
    this.#unmount('power cut')
    for (const [name, file] of this.#files) {
      const unsynced = file.length - file.durable
      if (!unsynced) continue
      this.counters.add('unsynced tail lost', `${this.name}:${name}`)
      const kept = file.durable + this.#random.below(unsynced)
      const zeros = this.#random.chance(0.5) ? this.#random.below(file.length - kept + 1) : 0
      file.bytes.fill(0, kept, file.length)
      file.length = kept + zeros
      file.durable = file.length
    }
  }

  /** No space is left from now on, or there is some again. */
  setFull(full: boolean): void {
    this.#fullUntilMs = full ? Number.POSITIVE_INFINITY : 0
  }

  #unmount(cause: 'process killed' | 'power cut'): void {
    this.counters.add(cause, this.name)
    this.#mount?.die()
    this.#mount = undefined
  }

  /** Closes a mount whose process ends in peace. */
  unmount(mount: SimMount): void {
    if (this.#mount === mount) this.#mount = undefined
  }

  names(): readonly string[] {
    return [...this.#files.keys()]
  }

  read(name: string): Uint8Array {
    const file = this.#files.get(name)
    return file ? file.bytes.slice(0, file.length) : new Uint8Array(0)
  }

  truncate(name: string, length: number): void {
    const file = this.#files.get(name)
    if (!file) return
    file.length = Math.min(file.length, length)
    file.durable = Math.min(file.durable, length)
  }

  append(writes: readonly FileWrite[]): void {
    const now = this.#clock.now()
    if (now >= this.#fullUntilMs && this.#random.chance(this.faults.full)) this.#fullUntilMs = now + this.faults.fullMs
    if (now < this.#fullUntilMs) {
      this.counters.add('disk full', this.name)
      throw new AnvcsError('DISK_FULL')
    }
    for (const { name, bytes } of writes) {
      let file = this.#files.get(name)
      if (!file) this.#files.set(name, (file = { bytes: new Uint8Array(0), length: 0, durable: 0 }))
      const needed = file.length + bytes.length
      if (needed > file.bytes.length) {
        const grown = new Uint8Array(Math.max(2 * file.bytes.length, needed, 1024))
        grown.set(file.bytes)
        file.bytes = grown
      }
      file.bytes.set(bytes, file.length)
      file.length = needed
    }
  }

  /** Everything written before is durable when `done` is called. */
  flush(done: () => void): void {
    let delayMs = this.#random.exponential(this.faults.meanFlushMs)
    if (this.#random.chance(this.faults.slowFlush)) {
      this.counters.add('flush slow', this.name)
      delayMs += this.faults.slowFlushMs
    }
    const lengths = [...this.#files].map(([, file]) => [file, file.length] as const)
    const mount = this.#mount
    this.#clock.schedule(delayMs, () => {
      if (!mount || this.#mount !== mount) return
      for (const [file, length] of lengths) file.durable = Math.max(file.durable, Math.min(length, file.length))
      done()
    })
  }
}

/** Bytes for the end of a file. */
export interface FileWrite {
  readonly name: string
  readonly bytes: Uint8Array
}

/** A disk as one process sees it. After the death of the process its writes do nothing and its flushes never end. */
export class SimMount {
  readonly #disk: SimDisk
  readonly #claims = new Set<string>()
  #alive = true
  #flushing = false
  #waiting: (() => void)[] = []

  constructor(disk: SimDisk) {
    this.#disk = disk
  }

  /** Names of files that begin with a prefix. */
  names(prefix: string): readonly string[] {
    return this.#disk.names().filter((name) => name.startsWith(prefix))
  }

  read(name: string): Uint8Array {
    return this.#disk.read(name)
  }

  truncate(name: string, length: number): void {
    if (this.#alive) this.#disk.truncate(name, length)
  }

  /** All of the writes, or none and DISK_FULL. */
  append(writes: readonly FileWrite[]): void {
    if (this.#alive) this.#disk.append(writes)
  }

  /** Resolves when everything written before is durable; calls made during a flush share the next. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#startFlush()
    })
  }

  /** A reader found bytes that are no whole record at the end of a file. */
  foundTornRecord(name: string): void {
    this.#disk.counters.add('torn record', `${this.#disk.name}:${name}`)
  }

  /** Takes a lock that dies with the process; false where it is taken. */
  lock(name: string): boolean {
    if (this.#claims.has(name)) return false
    this.#claims.add(name)
    return true
  }

  unlock(name: string): void {
    this.#claims.delete(name)
  }

  die(): void {
    this.#alive = false
    this.#waiting = []
  }

  /** The process ends in peace. */
  close(): void {
    this.die()
    this.#disk.unmount(this)
  }

  #startFlush(): void {
    if (this.#flushing || !this.#alive || !this.#waiting.length) return
    this.#flushing = true
    const sharing = this.#waiting
    this.#waiting = []
    this.#disk.flush(() => {
      this.#flushing = false
      for (const done of sharing) done()
      this.#startFlush()
    })
  }
}
