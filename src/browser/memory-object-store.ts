import type { Crypto } from '../contracts/crypto.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectFormat, ObjectStore } from '../contracts/object-store.ts'
import { linkedIds } from '../objects/object-links.ts'
import { objectId } from '../objects/object-id.ts'
import { readPack, writePack } from './pack.ts'

/** What a pack may bring at once, inflated. */
const maxPackBytes = 128 << 20

/**
 * Git objects in memory only, gone with the page. It begins empty: the base commit of a room comes from a peer, without what
 * came before it, and whole: every file of that commit.
 */
export class MemoryObjectStore implements ObjectStore {
  readonly format: ObjectFormat
  readonly takesBase = 'alone'
  readonly #crypto: Crypto
  readonly #objects = new Map<ObjectId, GitObject>()

  constructor(crypto: Crypto, format: ObjectFormat = 'sha1') {
    this.#crypto = crypto
    this.format = format
  }

  read(id: ObjectId): GitObject | undefined {
    return this.#objects.get(id)
  }

  has(id: ObjectId): boolean {
    return this.#objects.has(id)
  }

  async write(objects: readonly GitObject[]): Promise<readonly ObjectId[]> {
    const ids = objects.map((object) => objectId(this.#crypto, this.format, object))
    for (const [i, id] of ids.entries()) this.#objects.set(id, objects[i]!)
    return ids
  }

  /** A commit whose parents were never here is packed without them. */
  async pack(wants: readonly ObjectId[], haves: readonly ObjectId[]): Promise<Uint8Array> {
    const known = this.#closure(
      haves.filter((id) => this.has(id)),
      new Set(),
    )
    this.#need(wants)
    return this.#packed([...this.#closure(wants, known)])
  }

  async packExact(ids: readonly ObjectId[]): Promise<Uint8Array> {
    this.#need(ids)
    return this.#packed(ids)
  }

  /** Trees and blobs must be whole: a commit that is here can be read. Rejects with OBJECT_INVALID for any other pack. */
  async unpack(pack: Uint8Array): Promise<void> {
    const { format } = this
    const base = (id: ObjectId): GitObject | undefined => this.read(id)
    const objects = readPack(pack, { crypto: this.#crypto, format, base, maxBytes: maxPackBytes })
    if (!objects) throw new AnvcsError('OBJECT_INVALID', { message: 'A pack is broken or too large.' })
    for (const [id, object] of objects) {
      const links = linkedIds(object, this.#idLength)
      const needed = object.type === 'commit' ? links?.slice(0, 1) : links
      if (!needed?.every((link) => objects.has(link) || this.has(link)))
        throw new AnvcsError('OBJECT_INVALID', { message: `A pack lacks what ${id} names.`, details: { id } })
    }
    for (const [id, object] of objects) this.#objects.set(id, object)
  }

  get #idLength(): number {
    return this.format === 'sha1' ? 20 : 32
  }

  #need(ids: readonly ObjectId[]): void {
    const missing = ids.find((id) => !this.has(id))
    if (missing !== undefined) throw new AnvcsError('OBJECT_MISSING', { details: { id: missing } })
  }

  #packed(ids: readonly ObjectId[]): Uint8Array {
    return writePack(
      this.#crypto,
      this.format,
      ids.map((id) => this.#objects.get(id)!),
    )
  }

  /** Everything that is here and reachable from `roots` without passing through `known`. */
  #closure(roots: readonly ObjectId[], known: ReadonlySet<ObjectId>): Set<ObjectId> {
    const found = new Set<ObjectId>()
    const open = [...roots]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const object = this.#objects.get(id)
      if (!object || found.has(id) || known.has(id)) continue
      found.add(id)
      open.push(...(linkedIds(object, this.#idLength) ?? []))
    }
    return found
  }
}
