import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectFormat, ObjectStore } from '../contracts/object-store.ts'
import type { RefChange, Refs } from '../contracts/refs.ts'
import { fromUtf8 } from '../lib/bytes.ts'
import { pathBytes, pathText } from '../objects/path-bytes.ts'
import type { GitConfig } from './config.ts'
import { isFlushed, isShared } from './durability.ts'
import { GitLock } from './git-lock.ts'
import { gitFailed, type GitProgram } from './git-program.ts'
import { mayHaveHook } from './has-hook.ts'
import { whenUnlocked } from './lock-wait.ts'
import { moveRefs, type HeldRef, type MoveOptions, type RefFiles } from './move-refs.ts'
import type { PlainIdent } from './plain-ident.ts'
import { switchHead, type HeadSwitch } from './switch-head.ts'
import { readRefFile, refPath, type RefContent } from './ref-file.ts'

/** Where refs lie and what writes them. */
export interface GitRefsOptions {
  /** Of the work tree: HEAD and the refs that are its own. */
  readonly gitDir: string
  /** Of the repository: all other refs. */
  readonly commonDir: string
  readonly format: ObjectFormat
  readonly git: GitProgram
  /** Our own folder. */
  readonly dataDir: string
  readonly config: GitConfig
  readonly objects: ObjectStore
  /** Who moves refs; undefined where git alone knows. */
  readonly mover: () => PlainIdent | undefined
}

interface PackedRefs {
  readonly stamp: string
  readonly ids: ReadonlyMap<string, ObjectId>
}

const maxSymbolicDepth = 5
/** Refs that each work tree has for itself (git-worktree, "Refs"). */
const ownRefs = /^(?:[^/]+$|refs\/(?:bisect|rewritten|worktree)\/)/

/** Refs in files: read and, in a plain repository, moved by us; else by `git update-ref`. */
export class GitRefs implements Refs {
  readonly #options: GitRefsOptions
  #packed: PackedRefs = { stamp: '', ids: new Map() }

  constructor(options: GitRefsOptions) {
    this.#options = options
  }

  read(name: string): ObjectId | undefined {
    let target = name
    for (let depth = 0; depth < maxSymbolicDepth; depth++) {
      const found = this.#readLoose(target)
      if (found?.target === undefined) return found?.id ?? this.#packedRefs().get(target)
      target = found.target
    }
    return undefined
  }

  /** Refs whose name begins with `prefix`, sorted by name; those that are damaged are passed over, as by git. */
  list(prefix: string): readonly { readonly name: string; readonly id: ObjectId }[] {
    const names = new Set([...this.#packedRefs().keys()].filter((name) => name.startsWith(prefix)))
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    for (const name of this.#looseNames(folder)) if (name.startsWith(prefix)) names.add(name)
    return [...names].sort().flatMap((name) => {
      const id = this.#readIfSound(name)
      return id ? [{ name, id }] : []
    })
  }

  #readIfSound(name: string): ObjectId | undefined {
    try {
      return this.read(name)
    } catch (error) {
      if (AnvcsError.is(error, 'OBJECT_INVALID')) return undefined
      throw error
    }
  }

  async update(
    changes: readonly RefChange[],
    message: string,
    { signal, held, pending }: MoveOptions = {},
  ): Promise<boolean> {
    const line = message.replace(/\s+/g, ' ').trim()
    const moved = await this.#move(changes, line, { signal, held, pending })
    if (moved !== undefined) return moved
    await pending?.done()
    // Git takes the lock itself.
    held?.lock[Symbol.dispose]()
    const args = ['update-ref', '-m', line, '--stdin', '-z']
    const zero = '0'.repeat(this.#options.format === 'sha1' ? 40 : 64)
    const commands = ['start\0', ...changes.map((change) => command(change, zero)), 'prepare\0', 'commit\0']
    const input = pathBytes(commands.join(''))
    const result = await whenUnlocked(() => this.#options.git.call(args, { input, signal }), signal)
    if (result.exitCode === 0) return true
    if (changes.every((change) => this.#holds(change)) && !/ but expected |already exists/.test(result.stderr))
      throw gitFailed(args, result)
    return false
  }

  /** Locks a ref until it is disposed of, or moved with it; undefined where git has to do it. Throws LOCK_TIMEOUT. */
  async hold(name: string, signal?: AbortSignal): Promise<HeldRef | undefined> {
    const { dataDir, config } = this.#options
    if (isShared(config) || !isRefName(name)) return undefined
    const lock = await GitLock.take(this.#fileOf(name), { dataDir, signal })
    return lock && { name, lock }
  }

  /**
   * Puts HEAD on a branch (its full name) or a commit, without git, and writes its log. False where it is not what it was any more. Throws
   * GIT_MISSING where only git can do it.
   */
  async moveHead(move: HeadSwitch, signal?: AbortSignal): Promise<boolean> {
    const files = this.#files()
    const moved = files && (await switchHead(files, move, signal))
    if (moved === undefined) throw new AnvcsError('GIT_MISSING')
    return moved
  }

  /** Undefined where git has to do it. */
  async #move(changes: readonly RefChange[], message: string, options: MoveOptions): Promise<boolean | undefined> {
    const files = this.#files()
    return files && moveRefs(files, changes, message, options)
  }

  /** What moving refs rests on; undefined where git has to do it. */
  #files(): RefFiles | undefined {
    const { gitDir, commonDir, dataDir, config, mover, objects } = this.#options
    if (isShared(config) || mayHaveHook(this.#options, 'reference-transaction')) return undefined
    return {
      gitDir,
      commonDir,
      dataDir,
      mover,
      durable: isFlushed(config, 'refs'),
      logs:
        config.get('core.logallrefupdates')?.toLowerCase() === 'always'
          ? 'all'
          : config.isTrue('core.logallrefupdates', true)
            ? 'usual'
            : 'none',
      read: (name) => this.read(name),
      isCommit: (id) => objects.read(id)?.type === 'commit',
      hasObject: (id) => objects.has(id),
      packed: () => this.#packedRefs().keys(),
      fileOf: (name) => this.#fileOf(name),
      isSymbolic: (name) => this.#readLoose(name)?.target !== undefined,
      headBranch: () => this.#readLoose('HEAD')?.target,
    }
  }

  #holds(change: RefChange): boolean {
    return !('expect' in change) || this.read(change.name) === change.expect
  }

  #fileOf(name: string): string {
    return join(this.#folderOf(name), name)
  }

  #folderOf(name: string): string {
    return ownRefs.test(name) ? this.#options.gitDir : this.#options.commonDir
  }

  #readLoose(name: string): RefContent | undefined {
    if (!isRefName(name)) return undefined
    return readRefFile(refPath(this.#folderOf(name), name), /^(?:HEAD$|refs\/)/.test(name))
  }

  #looseNames(folder: string): readonly string[] {
    if (folder !== '' && !isRefName(folder.slice(0, -1))) return []
    try {
      const entries = readdirSync(this.#fileOf(folder), { recursive: true, withFileTypes: true })
      const start = this.#fileOf(folder).length
      return entries
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
        .map((entry) => folder + join(entry.parentPath, entry.name).slice(start).replace(/^\//, ''))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }

  #packedRefs(): ReadonlyMap<string, ObjectId> {
    const path = join(this.#options.commonDir, 'packed-refs')
    const info = statSync(path, { throwIfNoEntry: false, bigint: true })
    // Git replaces the file, so another content is another inode or time.
    const stamp = info ? `${info.ino} ${info.size} ${info.mtimeNs}` : ''
    if (stamp !== this.#packed.stamp) this.#packed = { stamp, ids: info ? parsePacked(readFileSync(path)) : new Map() }
    return this.#packed.ids
  }
}

function parsePacked(bytes: Uint8Array): ReadonlyMap<string, ObjectId> {
  const ids = new Map<string, ObjectId>()
  const text = fromUtf8(bytes)
  for (const line of (text ?? Buffer.from(bytes).toString('latin1')).split('\n')) {
    const [, id, name] = /^([0-9a-f]{40,64}) ([^ ]+)$/.exec(line) ?? []
    if (id && name) ids.set(text === undefined ? pathText(Buffer.from(name, 'latin1')) : name, id as ObjectId)
  }
  return ids
}

/** One command for `git update-ref --stdin -z`. Without an expected value the old one is left empty. */
function command(change: RefChange, zero: string): string {
  const { name, to } = change
  const old = 'expect' in change ? (change.expect ?? zero) : ''
  if (to !== undefined) return `update ${name}\0${to}\0${old}\0`
  return change.expect === undefined && 'expect' in change ? `verify ${name}\0${zero}\0` : `delete ${name}\0${old}\0`
}

/** No name that leads out of the repository is read as a file. */
function isRefName(name: string): boolean {
  return !name.split('/').some((part) => part === '' || part === '.' || part === '..') && !name.includes('\0')
}
