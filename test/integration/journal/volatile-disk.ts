import fs from 'node:fs'
import fsp, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { dirname, join, relative } from 'node:path'
import type { SeededRandom } from '../../../src/lib/seeded-random.ts'

const sectorBytes = 512

interface Unsynced {
  readonly at: number
  /** Undefined: the file was cut to `at` bytes. */
  readonly bytes: Buffer | undefined
}

type HandleCall = (this: FileHandle, ...given: unknown[]) => Promise<unknown>
type HandleCalls = Record<'write' | 'truncate' | 'sync' | 'datasync', HandleCall>

/**
 * Watches what this process does to the files below a folder, and tells what a power cut would leave of them: what was synced, and of all
 * else any sectors. Names (created, renamed, removed) are durable once their folder is synced, and before that they are or are not.
 */
export class VolatileDisk {
  readonly #root: string
  /** By inode: the content at the last sync, and what was written since. */
  readonly #synced = new Map<number, Buffer>()
  readonly #unsynced = new Map<number, Unsynced[]>()
  /** By folder: the names in it when it was synced last. */
  readonly #names = new Map<string, ReadonlyMap<string, number>>()
  readonly #undo: () => void
  /** Called before each write and each sync. */
  onStep: () => void = () => {}

  private constructor(root: string, handle: FileHandle) {
    this.#root = root
    this.#undo = this.#watch(Object.getPrototypeOf(handle) as HandleCalls)
  }

  static async watch(root: string): Promise<VolatileDisk> {
    const handle = await fsp.open(root)
    try {
      return new VolatileDisk(root, handle)
    } finally {
      await handle.close()
    }
  }

  stop(): void {
    this.#undo()
  }

  #watch(calls: HandleCalls): () => void {
    const { write, truncate, sync, datasync } = calls
    const real = { write, truncate, sync, datasync }
    const { writeSync, fdatasyncSync } = fs
    const wrote = (fd: number, given: readonly unknown[]): void => this.#wrote(fd, given)
    const cutOff = (fd: number, at: number): void => this.#keep(fd, { at, bytes: undefined })
    const step = (): void => this.onStep()
    const isSynced = (fd: number): void => this.#isSynced(fd)
    calls.write = function (...given) {
      wrote(this.fd, given)
      return real.write.apply(this, given)
    }
    calls.truncate = function (...given) {
      cutOff(this.fd, Number(given[0] ?? 0))
      return real.truncate.apply(this, given)
    }
    for (const name of ['sync', 'datasync'] as const)
      calls[name] = async function (...given) {
        step()
        await real[name].apply(this, given)
        isSynced(this.fd)
      }
    fs.writeSync = ((fd: number, ...given: [Uint8Array, number, number, number]) => {
      wrote(fd, given)
      return writeSync(fd, ...given)
    }) as typeof fs.writeSync
    fs.fdatasyncSync = (fd) => {
      step()
      fdatasyncSync(fd)
      isSynced(fd)
    }
    syncBuiltinESMExports()
    return () => {
      Object.assign(calls, real)
      Object.assign(fs, { writeSync, fdatasyncSync })
      syncBuiltinESMExports()
    }
  }

  #wrote(fd: number, [bytes, from, length, at]: readonly unknown[]): void {
    if (!(bytes instanceof Uint8Array) || typeof at !== 'number') return
    this.#keep(fd, { at, bytes: Buffer.from(bytes.subarray(from as number, (from as number) + (length as number))) })
  }

  #keep(fd: number, unsynced: Unsynced): void {
    this.onStep()
    const { ino } = fs.fstatSync(fd)
    this.#unsynced.set(ino, [...(this.#unsynced.get(ino) ?? []), unsynced])
  }

  #isSynced(fd: number): void {
    const stat = fs.fstatSync(fd)
    const path = fs.readlinkSync(`/proc/self/fd/${fd}`)
    if (stat.isDirectory()) this.#names.set(path, inodesIn(path))
    else {
      this.#synced.set(stat.ino, fs.readFileSync(path))
      this.#unsynced.delete(stat.ino)
    }
  }

  /** Files as a power cut at this moment may leave them, by path below the root. */
  cut(random: SeededRandom): ReadonlyMap<string, Buffer> {
    const files = new Map<string, Buffer>()
    for (const folder of foldersIn(this.#root)) {
      const now = inodesIn(folder)
      const names = random.chance(0.5) ? now : (this.#names.get(folder) ?? new Map<string, number>())
      for (const [name, ino] of names) files.set(relative(this.#root, join(folder, name)), this.#left(ino, random))
    }
    return files
  }

  #left(ino: number, random: SeededRandom): Buffer {
    let content = this.#synced.get(ino) ?? Buffer.alloc(0)
    for (const { at, bytes } of this.#unsynced.get(ino) ?? []) {
      if (!bytes) {
        if (random.chance(0.5)) content = content.subarray(0, at)
        continue
      }
      const size = Math.max(content.length, at + bytes.length)
      const whole = Buffer.concat([content, Buffer.alloc(size - content.length)])
      for (let from = at; from < at + bytes.length;) {
        const end = Math.min(at + bytes.length, (Math.floor(from / sectorBytes) + 1) * sectorBytes)
        if (random.chance(0.5)) bytes.copy(whole, from, from - at, end - at)
        from = end
      }
      content = whole
    }
    return content
  }
}

/** Puts files back below another root. */
export function restore(root: string, files: ReadonlyMap<string, Buffer>): void {
  for (const [name, content] of files) {
    fs.mkdirSync(dirname(join(root, name)), { recursive: true })
    fs.writeFileSync(join(root, name), content)
  }
}

function inodesIn(folder: string): ReadonlyMap<string, number> {
  const files = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(files.map(({ name }) => [name, fs.statSync(join(folder, name)).ino]))
}

function foldersIn(root: string): readonly string[] {
  const entries = fs.readdirSync(root, { withFileTypes: true, recursive: true }).filter((entry) => entry.isDirectory())
  return [root, ...entries.map((entry) => join(entry.path, entry.name))]
}
