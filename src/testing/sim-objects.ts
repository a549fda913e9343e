import { createHash } from 'node:crypto'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectStore, ObjectType } from '../contracts/object-store.ts'
import { decodeCbor, encodeCbor } from '../lib/cbor.ts'
import { bytesUpTo, listOf, tuple, type Shape } from '../lib/shape.ts'
import { linkedIds } from '../objects/object-links.ts'
import type { SimMount } from './sim-disk.ts'
import { recordWrite, recoverRecords } from './sim-records.ts'

const name = 'objects'
const idLength = 20
const types: readonly ObjectType[] = ['blob', 'tree', 'commit', 'tag']
const objectType: Shape<ObjectType> = (value) => types.find((type) => type === value)
const packShape = listOf(tuple(objectType, bytesUpTo(64 << 20)), 1_000_000)

/**
 * Git objects of a SHA-1 repository on a simulated disk, under their real ids. A pack is the deterministic CBOR list of
 * [type, content]; a written batch is one record, so that a crash leaves all of it or nothing.
 */
export class SimObjects implements ObjectStore {
  readonly format = 'sha1'
  readonly #mount: SimMount
  readonly #objects = new Map<ObjectId, GitObject>()

  private constructor(mount: SimMount) {
    this.#mount = mount
  }

  /** Reads what the last process has left. */
  static async open(mount: SimMount): Promise<SimObjects> {
    const store = new SimObjects(mount)
    for (const record of await recoverRecords(mount, name)) store.#add(readPack(record) ?? [])
    return store
  }

  read(id: ObjectId): GitObject | undefined {
    return this.#objects.get(id)
  }

  has(id: ObjectId): boolean {
    return this.#objects.has(id)
  }

  async write(objects: readonly GitObject[]): Promise<readonly ObjectId[]> {
    const ids = objects.map(idOf)
    const missing = objects.filter((_, i) => !this.#objects.has(ids[i]!))
    if (missing.length) {
      this.#mount.append([recordWrite(name, writePack(missing))])
      await this.#mount.flush()
      this.#add(missing)
    }
    return ids
  }

  async pack(
    wants: readonly ObjectId[],
    haves: readonly ObjectId[],
    options: { readonly signal?: AbortSignal; readonly shallow?: readonly ObjectId[] } = {},
  ): Promise<Uint8Array> {
    options.signal?.throwIfAborted()
    const known = this.#closure(
      haves.filter((id) => this.#objects.has(id)),
      new Set(),
    )
    const wanted = this.#closure(wants, known, options.shallow)
    return await Promise.resolve(writePack([...wanted].map((id) => this.#objects.get(id)!)))
  }

  packExact(ids: readonly ObjectId[]): Promise<Uint8Array> {
    return Promise.resolve(writePack(ids.flatMap((id) => this.#objects.get(id) ?? [])))
  }

  async unpack(pack: Uint8Array, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    options.signal?.throwIfAborted()
    const objects = readPack(pack)
    if (!objects) throw new AnvcsError('OBJECT_INVALID')
    const brought = new Set(objects.map(idOf))
    for (const object of objects) {
      const links = linkedIds(object, idLength)
      if (!links?.every((id) => brought.has(id) || this.#objects.has(id))) throw new AnvcsError('OBJECT_INVALID')
    }
    await this.write(objects)
  }

  #add(objects: readonly GitObject[]): void {
    for (const object of objects) this.#objects.set(idOf(object), object)
  }

  /** Everything reachable from `roots` without passing through `known`, nor to the parents of `shallow` ones. */
  #closure(roots: readonly ObjectId[], known: ReadonlySet<ObjectId>, shallow: readonly ObjectId[] = []): Set<ObjectId> {
    const found = new Set<ObjectId>()
    const open = [...roots]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id) || known.has(id)) continue
      const object = this.#objects.get(id)
      if (!object) throw new AnvcsError('OBJECT_MISSING', { details: { id } })
      found.add(id)
      const links = linkedIds(object, idLength) ?? []
      open.push(...(shallow.includes(id) ? links.slice(0, 1) : links))
    }
    return found
  }
}

function idOf({ type, content }: GitObject): ObjectId {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex') as ObjectId
}

function writePack(objects: readonly GitObject[]): Uint8Array {
  return encodeCbor(objects.map(({ type, content }) => [type, content]))
}

function readPack(bytes: Uint8Array): readonly GitObject[] | undefined {
  const value = decodeCbor(bytes)
  const read = value === undefined ? undefined : packShape(value)
  return read?.map(([type, content]) => ({ type, content }))
}
