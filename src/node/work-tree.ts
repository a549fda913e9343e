import { closeSync, constants, lstatSync, openSync, readlinkSync, renameSync, unlinkSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { chmod, link, lstat, mkdir, open, readlink, realpath, rmdir, symlink, unlink } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import {
  temporaryPrefix,
  type DisplacedWrite,
  type FileToWrite,
  type WorkTree,
  type WorkTreeFile,
} from '../contracts/work-tree.ts'
import { DisplacedFiles } from './displaced-files.ts'
import { PlacedFiles } from './placed-files.ts'
import { openQuietly, readQuietly, readQuietlySync } from './quiet-reading.ts'
import { isTreePath } from './tree-path.ts'
import { TreeWatcher } from './tree-watcher.ts'

/** Where the tree lies, and what in it nobody wants to hear of. */
export interface WorkTreeOptions {
  readonly root: string
  /** Of a folder for which this is true nothing is watched. `.git`, `.ai` and temporary files of ours never are. */
  readonly isIgnored?: (path: string, isFolder: boolean) => boolean
}

/**
 * Times of the file system go in steps; a file that changed less than this ago may change again under the same time. Then its content is
 * compared once more right before it is replaced.
 */
const timeStepNs = 50_000_000n

/** How often a file is read again that changed while it was read. */
const maxAttempts = 5

const linkMode = 0o120000

interface Found {
  readonly file: WorkTreeFile
  readonly stat: BigIntStats
}

/**
 * The files below a folder. Watching begins with the first `onChange`; each listener's first call is for everything, when all is
 * watched.
 * Own writes are told like those of others. Paths that leave the tree reject with PATH_ESCAPES_TREE, failures of the system with
 * WORK_TREE_FAILED.
 */
export async function openWorkTree({ root, isIgnored = () => false }: WorkTreeOptions): Promise<WorkTree> {
  return new DiskWorkTree(await guarded('', () => realpath(root)), isIgnored)
}

class DiskWorkTree implements WorkTree {
  readonly #root: string
  readonly #isIgnored: (path: string, isFolder: boolean) => boolean
  readonly #listeners = new Set<(paths: readonly string[] | undefined) => void>()
  readonly #writtenListeners = new Set<(write: DisplacedWrite) => void>()
  readonly #displaced = new DisplacedFiles((write) => {
    for (const listener of this.#writtenListeners) listener(write)
  })
  readonly #placed = new PlacedFiles()
  #watcher: TreeWatcher | undefined
  /** Writes are done one after the other: no write of ours changes a folder under another. */
  #writes: Promise<unknown> = Promise.resolve()

  constructor(root: string, isIgnored: (path: string, isFolder: boolean) => boolean) {
    this.#root = root
    this.#isIgnored = isIgnored
  }

  async read(path: string): Promise<WorkTreeFile | undefined> {
    checkPath(path)
    return guarded(path, async () => {
      const found = await this.#find(path)
      const overtaken = found && this.#placed.overtakenAt(path, found.stat)
      return overtaken?.length ? { ...found!.file, overtaken } : found?.file
    })
  }

  async write(path: string, expect: Uint8Array | undefined, next: FileToWrite | undefined): Promise<boolean> {
    checkPath(path)
    const done = this.#writes.then(() => guarded(path, () => this.#replace(path, expect, next)))
    this.#writes = done.catch(() => undefined)
    return done
  }

  onChange(changed: (paths: readonly string[] | undefined) => void): () => void {
    this.#listeners.add(changed)
    this.#watcher ??= new TreeWatcher(this.#root, this.#isIgnored, (paths) => {
      for (const listener of this.#listeners) listener(paths)
    })
    void this.#watcher.ready.then(() => this.#listeners.has(changed) && changed(undefined))
    return () => void this.#listeners.delete(changed)
  }

  onDisplaced(written: (write: DisplacedWrite) => void): () => void {
    this.#writtenListeners.add(written)
    return () => {
      this.#displaced.close()
      this.#writtenListeners.delete(written)
    }
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    await this.#writes
    this.#displaced.close()
    this.#placed.close()
    this.#writtenListeners.clear()
    await this.#watcher?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** The file or link at a path, where no folder above it is a link and it holds still while it is read. */
  async #find(path: string): Promise<Found | undefined> {
    if ((await this.#parents(path)) !== 'folders') return undefined
    const full = join(this.#root, path)
    for (let attempt = 1; ; attempt++) {
      const stat = await absent(lstat(full, { bigint: true }))
      if (!stat?.isFile() && !stat?.isSymbolicLink()) return undefined
      const content = await absent(stat.isFile() ? readQuietly(full) : readlink(full, { encoding: 'buffer' }))
      const after = await absent(lstat(full, { bigint: true }))
      // What never holds still is given as it was: it is told again, and a write is refused.
      if (content && after && (isSameStat(stat, after) || attempt === maxAttempts))
        return { file: { path, mode: gitMode(stat), content, restedMs: Date.now() - Number(after.mtimeMs) }, stat }
      if (attempt === maxAttempts) return undefined
    }
  }

  /** What lies above a path: real folders all the way, a gap, or something that is no folder. */
  async #parents(path: string): Promise<'folders' | 'missing' | 'blocked'> {
    let folder = this.#root
    for (const name of path.split('/').slice(0, -1)) {
      folder = join(folder, name)
      const stat = await absent(lstat(folder))
      if (!stat) return 'missing'
      if (!stat.isDirectory()) return 'blocked'
    }
    return 'folders'
  }

  async #replace(path: string, expect: Uint8Array | undefined, next: FileToWrite | undefined): Promise<boolean> {
    const found = await this.#find(path)
    if (expect ? !found || Buffer.compare(found.file.content, expect) !== 0 : found) return false
    const full = join(this.#root, path)
    if (!next) return !found || this.#remove(path, found)
    const parents = await this.#parents(path)
    if (parents === 'blocked') return false
    if (parents === 'missing') await mkdir(dirname(full), { recursive: true })
    // A folder without files is nothing to git: it gives way.
    if (!found && (await absent(lstat(full))) && !(await isDone(rmdir(full)))) return false
    const temporary = join(dirname(full), temporaryPrefix + randomBytes(8).toString('hex'))
    try {
      await create(temporary, next, found?.stat)
      if (!found) return await isPlaced(temporary, full)
      return found.stat.isFile() && next.mode !== linkMode
        ? this.#supplant(full, found, temporary)
        : this.#displace(full, found, () => renameSync(temporary, full))
    } finally {
      await absent(unlink(temporary))
    }
  }

  /** Puts one regular file in the place of another. */
  #supplant(full: string, found: Found, temporary: string): boolean {
    const descriptor = openSync(temporary, constants.O_RDONLY)
    let isPlaced = false
    try {
      const unread = this.#placed.mark(descriptor)
      isPlaced = this.#displace(full, found, () => renameSync(temporary, full))
      if (isPlaced) this.#placed.add(found.file.path, found.file.content, descriptor, unread)
      return isPlaced
    } finally {
      if (!isPlaced) closeSync(descriptor)
    }
  }

  async #remove(path: string, found: Found): Promise<boolean> {
    const full = join(this.#root, path)
    this.#placed.forget(path)
    if (!this.#displace(full, found, () => unlinkSync(full))) return false
    for (let folder = dirname(full); folder !== this.#root && (await isDone(rmdir(folder)));) folder = dirname(folder)
    return true
  }

  /** Takes a file from its path, if it is still as it was found, and keeps an eye on it. */
  #displace(full: string, found: Found, deed: () => void): boolean {
    if (!found.stat.isFile()) {
      if (!isUntouched(full, found)) return false
      deed()
      return true
    }
    const descriptor = tryOpen(full)
    if (descriptor === undefined) return false
    let isHeld = false
    try {
      if (!isUntouched(full, found)) return false
      deed()
      const { path, mode, content } = found.file
      this.#displaced.hold(descriptor, found.stat, { path, mode, before: content })
      isHeld = true
      return true
    } finally {
      if (!isHeld) closeSync(descriptor)
    }
  }
}

async function create(path: string, next: FileToWrite, old: BigIntStats | undefined): Promise<void> {
  if (next.mode === linkMode) return symlink(Buffer.from(next.content), path)
  const isProgram = next.mode === 0o100755
  const handle = await open(path, 'wx', isProgram ? 0o777 : 0o666)
  try {
    await handle.writeFile(next.content)
  } finally {
    await handle.close()
  }
  if (!old?.isFile()) return
  const bits = Number(old.mode & 0o777n)
  await chmod(path, isProgram ? bits | ((bits & 0o444) >> 2) : bits & ~0o111)
}

/** Gives a new file its name, where nothing has it. A link never replaces; some file systems have none. */
async function isPlaced(temporary: string, full: string): Promise<boolean> {
  try {
    return await isDone(link(temporary, full))
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    if (lstatSync(full, { throwIfNoEntry: false })) return false
    renameSync(temporary, full)
    return true
  }
}

/**
 * Is there still what was read? Synchronous, and right before it is replaced: no system has a rename that compares. What is left is
 * the time between two system calls.
 */
function isUntouched(full: string, { file, stat }: Found): boolean {
  try {
    const isFresh = BigInt(Date.now()) * 1_000_000n - stat.ctimeNs < timeStepNs
    if (isFresh) {
      const content = stat.isFile() ? readQuietlySync(full) : readlinkSync(full, { encoding: 'buffer' })
      if (Buffer.compare(content, file.content) !== 0) return false
    }
    return isSameStat(stat, lstatSync(full, { bigint: true }))
  } catch {
    return false
  }
}

/** Undefined where there is nothing (any more), or no regular file. */
function tryOpen(full: string): number | undefined {
  try {
    return openQuietly(full)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

function isSameStat(left: BigIntStats, right: BigIntStats): boolean {
  return (
    left.ino === right.ino &&
    left.size === right.size &&
    left.mode === right.mode &&
    left.mtimeNs === right.mtimeNs &&
    left.ctimeNs === right.ctimeNs
  )
}

function gitMode(stat: BigIntStats): WorkTreeFile['mode'] {
  if (stat.isSymbolicLink()) return linkMode
  return stat.mode & 0o100n ? 0o100755 : 0o100644
}

function checkPath(path: string): void {
  if (!isTreePath(path)) throw new AnvcsError('PATH_ESCAPES_TREE', { details: { path } })
}

/** The answer, or undefined where there is nothing (any more) at the path. */
async function absent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** Did it work? False where something is in the way. */
async function isDone(call: Promise<void>): Promise<boolean> {
  try {
    await call
    return true
  } catch (error) {
    const inTheWay = ['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'ENOENT', 'EBUSY']
    if (inTheWay.includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

async function guarded<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (AnvcsError.is(error)) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new AnvcsError('WORK_TREE_FAILED', {
      message: `${path || 'The work tree'}: ${code ?? String(error)}`,
      cause: error,
      details: { path, code },
    })
  }
}
