import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { inflateSync } from 'node:zlib'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectType } from '../contracts/object-store.ts'
import type { ByteCache } from './byte-cache.ts'
import { maxObjectBytes, PackFile, tooLarge } from './pack-file.ts'

/** A folder that changed less than this before it was read may change again without a new time. */
const racyMs = 100

/** One object folder: that of the repository, or one that it borrows from. */
export class ObjectFolder {
  readonly path: string
  readonly #idLength: number
  readonly #bases: ByteCache<GitObject>
  #packs: readonly PackFile[] = []
  #packsChangedMs = -1
  #isRacy = true

  constructor(path: string, idLength: number, bases: ByteCache<GitObject>) {
    this.path = path
    this.#idLength = idLength
    this.#bases = bases
  }

  /** Folders that this one borrows from, nearest first (gitrepository-layout, objects/info/alternates). */
  alternates(): readonly string[] {
    const list = join(this.path, 'info/alternates')
    if (!existsSync(list)) return []
    const lines = readFileSync(list, 'latin1').split('\n')
    return lines.filter((line) => line && !line.startsWith('#')).map((line) => resolve(this.path, pathIn(line)))
  }

  readPacked(id: ObjectId): GitObject | undefined {
    for (const pack of this.#packs) {
      const object = pack.read(id)
      if (object) return object
    }
    return undefined
  }

  hasPacked(id: ObjectId): boolean {
    return this.#packs.some((pack) => pack.has(id))
  }

  hasLoose(id: ObjectId): boolean {
    return existsSync(this.loosePath(id))
  }

  /** All ids whose first byte is this, in hex. */
  idsOf(first: string): readonly ObjectId[] {
    const folder = join(this.path, first)
    const loose = existsSync(folder) ? readdirSync(folder).map((name) => first + name) : []
    const isId = (id: string) => id.length === 2 * this.#idLength
    return [...loose.filter(isId), ...this.#packs.flatMap((pack) => pack.idsOf(first))] as ObjectId[]
  }

  /** Throws OBJECT_INVALID where the file is damaged, MESSAGE_TOO_LARGE above `maxObjectBytes`. */
  readLoose(id: ObjectId): GitObject | undefined {
    let file: Buffer
    try {
      file = readFileSync(this.loosePath(id))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    return inflateLoose(id, file)
  }

  /** Asked for so often that `join` would take longer than all that is done with it (docs/decisions/0036-what-a-cold-command-costs.md). */
  loosePath(id: ObjectId): string {
    return `${this.path}/${id.slice(0, 2)}/${id.slice(2)}`
  }

  /** Looks for packs that came or went; true where something changed. */
  rescan(): boolean {
    const folder = join(this.path, 'pack')
    const changedMs = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (changedMs === this.#packsChangedMs && !this.#isRacy) return false
    this.#isRacy = Date.now() - changedMs < racyMs
    this.#packsChangedMs = changedMs
    const names = changedMs ? readdirSync(folder).filter((name) => name.endsWith('.idx')) : []
    const paths = names.map((name) => join(folder, name))
    const known = new Map(this.#packs.map((pack) => [pack.path, pack]))
    const opened = paths.filter((path) => !known.has(path)).flatMap((path) => this.#open(path) ?? [])
    const kept = paths.flatMap((path) => known.get(path) ?? [])
    for (const pack of this.#packs) if (!kept.includes(pack)) pack.close()
    if (!opened.length && kept.length === this.#packs.length) return false
    this.#packs = [...opened, ...kept]
    return true
  }

  close(): void {
    for (const pack of this.#packs) pack.close()
    this.#packs = []
  }

  #open(path: string): PackFile | undefined {
    try {
      return new PackFile(path, this.#idLength, this.#bases)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
}

function inflateLoose(id: ObjectId, file: Buffer): GitObject {
  try {
    const bytes = inflateSync(file, { maxOutputLength: maxObjectBytes })
    const end = bytes.indexOf(0)
    const [, type, size] = /^(blob|tree|commit|tag) (\d+)$/.exec(bytes.toString('latin1', 0, end)) ?? []
    if (type && Number(size) === bytes.length - end - 1)
      return { type: type as ObjectType, content: new Uint8Array(bytes.subarray(end + 1)) }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(`the object ${id}`)
    throw new AnvcsError('OBJECT_INVALID', {
      message: `The object ${id} is damaged.`,
      cause,
      details: { id },
    })
  }
  throw new AnvcsError('OBJECT_INVALID', { message: `The object ${id} is damaged.`, details: { id } })
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' }

/** The path on a line of alternates, one unit a byte; it may be quoted as a string of C. */
function pathIn(line: string): string {
  const quoted = /^"((?:[^"\\]|\\(?:[abtnvfr"\\]|[0-3][0-7]{2}))*)"/.exec(line)?.[1]
  const bytes = quoted?.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
  )
  return Buffer.from(bytes ?? line, 'latin1').toString()
}
