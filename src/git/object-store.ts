import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Crypto } from '../contracts/crypto.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectFormat, ObjectStore } from '../contracts/object-store.ts'
import { objectId } from '../objects/object-id.ts'
import { ByteCache } from './byte-cache.ts'
import type { GitConfig } from './config.ts'
import { isFlushed, isShared } from './durability.ts'
import { reasonIn, type GitProgram } from './git-program.ts'
import { syncFolder, writeLoose } from './loose-writer.ts'
import { storePack, writeMiniPack } from './mini-pack.ts'
import { ObjectFolder } from './object-folder.ts'
import { unlessMissing } from './git-missing.ts'
import { indexPack } from './index-pack.ts'
import type { PendingFlushes } from './pending-flushes.ts'
import { joinPack, packItem, writePack } from './pack-writer.ts'
import { reachableObjects } from './reachable-objects.ts'
import { shallowCommits } from './shallow-commits.ts'

/** Where a store lies and what it uses. */
export interface GitObjectStoreOptions {
  /** The object folder of the repository. */
  readonly folder: string
  /** Folders that are borrowed from besides those that `info/alternates` names. */
  readonly alternates: readonly string[]
  readonly format: ObjectFormat
  readonly crypto: Crypto
  readonly git: GitProgram
  readonly config: GitConfig
}

interface CallOptions {
  readonly signal?: AbortSignal
}

/** Above this many new objects one pack is written instead of loose files: one flush instead of many. */
const maxLooseObjects = 32
const cacheBytes = 32 * 1024 * 1024
const maxPackBytes = 256 * 1024 * 1024
const maxFolders = 32
/** After so many bytes others get their turn. */
const maxTurnBytes = 8 * 1024 * 1024

/** The objects of a repository on disk. Reading is ours, by position; packs from others are made and checked by git. */
export class GitObjectStore implements ObjectStore {
  readonly format: ObjectFormat
  readonly #options: GitObjectStoreOptions
  readonly #cache = new ByteCache<GitObject>(cacheBytes, ({ content }) => content.length + 200)
  #folders: readonly ObjectFolder[]

  constructor(options: GitObjectStoreOptions) {
    this.format = options.format
    this.#options = options
    this.#folders = [this.#folder(options.folder)]
    this.#rescan()
  }

  read(id: ObjectId): GitObject | undefined {
    if (!this.#isId(id)) return undefined
    const cached = this.#cache.get(id)
    if (cached) return cached
    const object = this.#find(
      (folder) => folder.readPacked(id),
      (folder) => folder.readLoose(id),
    )
    // Of a file its reader keeps what it makes of it; trees and commits are read again and again.
    if (object && object.type !== 'blob') this.#cache.set(id, object)
    return object
  }

  has(id: ObjectId): boolean {
    return (
      this.#isId(id) &&
      Boolean(
        this.#find(
          (folder) => folder.hasPacked(id),
          (folder) => folder.hasLoose(id),
        ),
      )
    )
  }

  /** The ids that begin with these hex digits. */
  beginningWith(digits: string): readonly ObjectId[] {
    const isWanted = (id: string) => id.startsWith(digits)
    return [...new Set(this.#folders.flatMap((folder) => folder.idsOf(digits.slice(0, 2)).filter(isWanted)))]
  }

  /** With `pending` it need not last yet that they are here. */
  async write(objects: readonly GitObject[], pending?: PendingFlushes): Promise<readonly ObjectId[]> {
    const ids = objects.map((object) => objectId(this.#options.crypto, this.format, object))
    const fresh = this.#missing(ids, objects)
    if (fresh.size > maxLooseObjects || (fresh.size && isShared(this.#options.config))) await this.#writePacked(fresh)
    else if (fresh.size) {
      const [folder] = this.#folders
      await writeLoose(
        [...fresh].map(([id, object]) => ({ path: folder!.loosePath(id), object })),
        isFlushed(this.#options.config, 'objects'),
        pending,
      )
    }
    for (const [id, object] of fresh) this.#cache.set(id, object)
    return ids
  }

  async pack(
    wants: readonly ObjectId[],
    haves: readonly ObjectId[],
    { signal, shallow = [] }: CallOptions & { readonly shallow?: readonly ObjectId[] } = {},
  ): Promise<Uint8Array> {
    this.#need(wants)
    const known = haves.filter((id) => this.has(id))
    // Only who has something can resolve a delta against it.
    const thin = known.length ? ['--thin'] : []
    // What a partial clone has not fetched is not fetched now either.
    const args = [
      'pack-objects',
      '--revs',
      '--stdout',
      '--delta-base-offset',
      '-q',
      '--missing=allow-promisor',
      ...thin,
    ]
    // Git reads what is shallow before the commits themselves.
    const input = [...shallow.map((id) => `--shallow ${id}`), ...wants, ...known.map((id) => `^${id}`), ''].join('\n')
    const packed = await this.#options.git
      .run(args, { input, signal, maxOutputBytes: maxPackBytes })
      .catch(unlessMissing)
    return (
      packed ??
      this.#packed(reachableObjects({ objects: this, shallow: this.#shallow(shallow), wants, haves: known }), signal)
    )
  }

  async packExact(ids: readonly ObjectId[], { signal }: CallOptions = {}): Promise<Uint8Array> {
    this.#need(ids)
    const args = ['pack-objects', '--stdout', '--delta-base-offset', '-q']
    const packed = await this.#options.git
      .run(args, { input: [...ids, ''].join('\n'), signal, maxOutputBytes: maxPackBytes })
      .catch(unlessMissing)
    return (
      packed ??
      this.#packed(
        [...new Set(ids)].map((id) => this.read(id)!),
        signal,
      )
    )
  }

  async unpack(pack: Uint8Array, { signal }: CallOptions = {}): Promise<void> {
    if (pack.length > maxPackBytes) throw new AnvcsError('MESSAGE_TOO_LARGE')
    await this.inQuarantine(async (git, quarantine) => {
      const args = ['index-pack', '--stdin', '--strict', '--fix-thin', `--max-input-size=${maxPackBytes}`]
      const result = await git.call(args, { input: pack, signal }).catch(unlessMissing)
      if (!result) return this.#unpackDirectly(pack, signal)
      if (result.exitCode !== 0)
        throw new AnvcsError('OBJECT_INVALID', { message: `A pack was refused: ${reasonIn(result.stderr)}` })
      return this.#takeOver(join(quarantine, 'pack'))
    })
  }

  /** The folder of the store, and those that it borrows from besides the ones that are named there. */
  get folders(): readonly string[] {
    return [this.#options.folder, ...this.#options.alternates]
  }

  /** Gives a git that sees every object here, and whose new ones are removed afterwards with their folder. */
  async inQuarantine<T>(use: (git: GitProgram, quarantine: string) => Promise<T>): Promise<T> {
    const { folder, git } = this.#options
    // `git gc` removes folders of this name that a crash has left.
    const quarantine = await mkdtemp(join(folder, 'tmp_objdir-incoming-'))
    const env = {
      GIT_OBJECT_DIRECTORY: quarantine,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: this.folders.map(quotePath).join(delimiter),
    }
    try {
      return await use(git.with(env), quarantine)
    } finally {
      await rm(quarantine, { recursive: true, force: true })
    }
  }

  /** Without git: nothing is written before all of the pack was checked. */
  async #unpackDirectly(pack: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    const { folder, crypto, config } = this.#options
    const { format } = this
    if (isShared(config)) throw new AnvcsError('GIT_MISSING')
    const indexed = await indexPack(pack, { crypto, format, objects: this, shallow: this.#shallow(), signal })
    if (!indexed.items.length) return
    await storePack({ folder, crypto, format, durable: isFlushed(config, 'objects') }, indexed)
    this.#rescan()
  }

  /** Whole objects in one pack. */
  async #packed(objects: Iterable<GitObject>, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const items: Uint8Array[] = []
    let sizeBytes = 0
    let turnBytes = 0
    for (const object of objects) {
      const item = packItem(object)
      items.push(item)
      sizeBytes += item.length
      turnBytes += object.content.length
      if (sizeBytes > maxPackBytes)
        throw new AnvcsError('MESSAGE_TOO_LARGE', { message: 'The pack would be too large.' })
      if (turnBytes < maxTurnBytes) continue
      turnBytes = 0
      await setImmediate()
      signal?.throwIfAborted()
    }
    return joinPack(this.#options.crypto, this.format, items)
  }

  /** Commits whose parents are not here, or are left out. */
  #shallow(more: readonly ObjectId[] = []): ReadonlySet<string> {
    return new Set([...shallowCommits(dirname(this.#options.folder)), ...more])
  }

  /** The same store for a room whose base commit is not here: a peer is asked for it and all that came before it. */
  takingHistory(): ObjectStore {
    return {
      format: this.format,
      takesBase: 'with its history',
      read: (id) => this.read(id),
      has: (id) => this.has(id),
      write: (objects) => this.write(objects),
      pack: (wants, haves, options) => this.pack(wants, haves, options),
      packExact: (ids, options) => this.packExact(ids, options),
      unpack: (pack, options) => this.unpack(pack, options),
    }
  }

  close(): void {
    for (const folder of this.#folders) folder.close()
  }

  /** The index of a pack comes last: only then is the pack seen. */
  async #takeOver(quarantined: string): Promise<void> {
    const packs = join(this.#options.folder, 'pack')
    const names = (await readdir(quarantined)).sort((a, b) => Number(a.endsWith('.idx')) - Number(b.endsWith('.idx')))
    for (const name of names)
      if (!existsSync(join(packs, name))) await rename(join(quarantined, name), join(packs, name))
    if (isFlushed(this.#options.config, 'objects')) await syncFolder(packs)
    this.#rescan()
  }

  async #writePacked(objects: ReadonlyMap<ObjectId, GitObject>): Promise<void> {
    const { crypto, git, config, folder } = this.#options
    const { format } = this
    if (isShared(config))
      await git.run(['index-pack', '--stdin'], { input: writePack(crypto, format, [...objects.values()]) })
    else await writeMiniPack({ folder, crypto, format, durable: isFlushed(config, 'objects') }, objects)
    this.#rescan()
  }

  /** Those that are not stored. As a rule none is: packs that came meanwhile are looked for once. */
  #missing(ids: readonly ObjectId[], objects: readonly GitObject[]): Map<ObjectId, GitObject> {
    const isHere = (id: ObjectId) =>
      this.#first((folder) => folder.hasPacked(id)) || this.#first((folder) => folder.hasLoose(id))
    const missing = new Map(ids.flatMap((id, i) => (isHere(id) ? [] : [[id, objects[i]!] as const])))
    if (missing.size && this.#rescan()) for (const id of missing.keys()) if (isHere(id)) missing.delete(id)
    return missing
  }

  #need(ids: readonly ObjectId[]): void {
    const missing = ids.find((id) => !this.has(id))
    if (missing)
      throw new AnvcsError('OBJECT_MISSING', {
        message: `The object ${missing} is not here.`,
        details: { id: missing },
      })
  }

  /** Packs first, then loose files, then packs that came meanwhile: `git gc` moves objects while we look. */
  #find<T>(
    packed: (folder: ObjectFolder) => T | undefined,
    loose: (folder: ObjectFolder) => T | undefined,
  ): T | undefined {
    for (const look of [packed, loose]) {
      const found = this.#first(look)
      if (found) return found
    }
    return this.#rescan() ? (this.#first(packed) ?? this.#first(loose)) : undefined
  }

  #first<T>(look: (folder: ObjectFolder) => T | undefined): T | undefined {
    for (const folder of this.#folders) {
      const found = look(folder)
      if (found) return found
    }
    return undefined
  }

  #rescan(): boolean {
    const known = new Map(this.#folders.map((folder) => [folder.path, folder]))
    const paths = [...this.folders]
    const folders = new Map<string, ObjectFolder>()
    for (let path = paths.shift(); path !== undefined && folders.size < maxFolders; path = paths.shift()) {
      if (folders.has(path)) continue
      const folder = known.get(path) ?? this.#folder(path)
      folders.set(path, folder)
      paths.push(...folder.alternates())
    }
    for (const folder of this.#folders) if (!folders.has(folder.path)) folder.close()
    this.#folders = [...folders.values()]
    return this.#folders.map((folder) => folder.rescan()).some(Boolean)
  }

  #folder(path: string): ObjectFolder {
    return new ObjectFolder(path, this.format === 'sha1' ? 20 : 32, this.#cache)
  }

  /** Ids that others send may be of another format. */
  #isId(id: string): boolean {
    return id.length === (this.format === 'sha1' ? 40 : 64) && /^[0-9a-f]*$/.test(id)
  }
}

/** The name of a folder in a list of them, as git reads it: one that holds a separator is quoted. */
export function quotePath(path: string): string {
  return /[":;\\\n]/.test(path) ? `"${path.replace(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"` : path
}
