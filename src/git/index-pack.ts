import { setImmediate } from 'node:timers/promises'
import { crc32, inflateSync } from 'node:zlib'
import type { Crypto } from '../contracts/crypto.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectFormat, ObjectStore } from '../contracts/object-store.ts'
import { compareBytes, concat, equalBytes } from '../lib/bytes.ts'
import { applyDelta } from '../objects/delta.ts'
import { objectId } from '../objects/object-id.ts'
import { ByteCache } from './byte-cache.ts'
import { LinkCheck } from './link-check.ts'
import { objectFault } from './object-fault.ts'
import { maxObjectBytes } from './pack-file.ts'
import { packedTypes, parseItemHead } from './pack-item.ts'
import { packHeadBytes, packItem } from './pack-writer.ts'

/** What a pack is checked against. */
export interface IndexPackOptions {
  readonly crypto: Crypto
  readonly format: ObjectFormat
  /** What is here already: a thin pack has deltas on it. */
  readonly objects: Pick<ObjectStore, 'read' | 'has'>
  /** Commits whose parents are not here. */
  readonly shallow: ReadonlySet<string>
  readonly signal?: AbortSignal | undefined
}

/** An object in a pack. */
export interface IndexedItem {
  readonly id: ObjectId
  readonly start: number
  readonly crc: number
}

/** A pack that needs nothing beside itself, and what its index holds. */
export interface IndexedPack {
  readonly pack: Uint8Array
  readonly items: readonly IndexedItem[]
}

const maxItems = 2_000_000
/** Of all objects of one pack, those that have to be made again included: a small pack can name any amount of work. */
const maxContentBytes = 16 * 1024 * 1024 * 1024
const maxChain = 4096
const cacheBytes = 64 * 1024 * 1024
const chunkBytes = 64 * 1024
/** After so many bytes others get their turn. */
const turnBytes = 8 * 1024 * 1024

/**
 * What `git index-pack --strict --fix-thin` does: every object of a pack is made, named and checked, and what it points to has to be
 * here or in the pack. Held at a time are the pack, numbers for each item, and a cache. Throws OBJECT_INVALID.
 */
export async function indexPack(pack: Uint8Array, options: IndexPackOptions): Promise<IndexedPack> {
  return new PackIndexer(pack, options).run()
}

interface Item {
  readonly start: number
  readonly dataAt: number
  readonly type: number
  readonly size: number
  readonly crc: number
  /** Of a delta: the place of its base among the items, or the id of it. */
  base: number | ObjectId | undefined
  id: ObjectId | undefined
}

class PackIndexer {
  readonly #pack: Uint8Array
  readonly #options: IndexPackOptions
  readonly #idLength: number
  readonly #items: Item[] = []
  readonly #made: ByteCache<GitObject>
  readonly #links: LinkCheck
  /** Items that are a delta on the item, or the object. */
  readonly #waiting = new Map<number | ObjectId, number[]>()
  /** Objects that are here and complete a thin pack, by their place after the items. */
  readonly #lent = new Map<number, GitObject>()
  #contentBytes = 0
  #turnBytes = 0

  constructor(pack: Uint8Array, options: IndexPackOptions) {
    this.#pack = pack
    this.#options = options
    this.#idLength = options.format === 'sha1' ? 20 : 32
    this.#made = new ByteCache(cacheBytes, ({ content }) => content.length + 200)
    this.#links = new LinkCheck({ ...options, maxLinks: maxItems, idLength: this.#idLength })
  }

  async run(): Promise<IndexedPack> {
    await this.#scan()
    const whole = this.#items.length
    for (let at = 0; at < whole; at++) if (this.#items[at]!.base === undefined) await this.#takeDeltasOn(at)
    for (const base of this.#waiting.keys()) if (typeof base === 'string') await this.#lend(base)
    if (this.#items.some(({ id }) => id === undefined)) throw invalid('a delta without its base')
    const missing = this.#links.missing()
    if (missing !== undefined) throw invalid(`the object ${missing}, which it names, is in neither`)
    return this.#lent.size ? this.#completed(whole) : { pack: this.#pack, items: this.#indexed() }
  }

  /** Reads all items once; objects that are whole are named. */
  async #scan(): Promise<void> {
    const pack = Buffer.from(this.#pack.buffer, this.#pack.byteOffset, this.#pack.byteLength)
    const end = pack.length - this.#idLength
    if (end < packHeadBytes || pack.toString('latin1', 0, 4) !== 'PACK') throw invalid('no pack')
    const [version, count] = [pack.readUInt32BE(4), pack.readUInt32BE(8)]
    if (version !== 2 && version !== 3) throw invalid(`version ${version} of a pack`)
    if (count > maxItems) throw invalid(`more than ${maxItems} objects`)
    if (!equalBytes(this.#hash(pack.subarray(0, end)), pack.subarray(end))) throw invalid('a wrong checksum')
    const places = new Map<number, number>()
    let start = packHeadBytes
    for (let at = 0; at < count; at++) {
      const head = parseItemHead(pack.subarray(0, end), start, this.#idLength)
      if (!head || head.size > maxObjectBytes) throw invalid(`no object at ${start}`)
      const { type, size, length, distance, baseId } = head
      const dataAt = start + length
      const { content, used } = this.#inflate(pack.subarray(dataAt, end), size)
      const base = distance === undefined ? baseId : places.get(start - distance)
      if (distance !== undefined && base === undefined) throw invalid(`a delta on nothing at ${start}`)
      const crc = crc32(pack.subarray(start, dataAt + used))
      this.#items.push({ start, dataAt, type, size, crc, base, id: undefined })
      places.set(start, at)
      if (base === undefined) await this.#name(at, { type: packedTypes[type]!, content })
      else this.#wait(base, at)
      start = dataAt + used
    }
    if (start !== end) throw invalid('something behind the last object')
  }

  #wait(base: number | ObjectId, at: number): void {
    const list = this.#waiting.get(base)
    if (list) list.push(at)
    else this.#waiting.set(base, [at])
  }

  /** An object that was made: its id is known now, and whether there is anything wrong with it. */
  async #name(at: number, object: GitObject): Promise<void> {
    const { crypto, format, objects, signal } = this.#options
    const id = objectId(crypto, format, object)
    const fault = objectFault(object, this.#idLength)
    if (fault !== undefined) throw invalid(`${fault} (${id})`)
    const known = objects.has(id) ? objects.read(id) : undefined
    if (known && (known.type !== object.type || compareBytes(known.content, object.content) !== 0))
      throw invalid(`another object with the id ${id}`)
    if (!this.#links.add(id, object)) throw invalid(`${id} names what is of another type`)
    this.#items[at]!.id = id
    this.#made.set(`${at}`, object)
    this.#turnBytes += object.content.length + 100
    if (this.#turnBytes < turnBytes) return
    this.#turnBytes = 0
    await setImmediate()
    signal?.throwIfAborted()
  }

  /** Makes all that is a delta on an item, and on what is made then. */
  async #takeDeltasOn(first: number): Promise<void> {
    const stack = [first]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const bases = [at, this.#items[at]!.id!] as const
      for (const base of bases) {
        const deltas = this.#waiting.get(base) ?? []
        this.#waiting.delete(base)
        for (const delta of deltas) {
          // A base that is named by its id stands wherever it was made.
          this.#items[delta]!.base = at
          await this.#name(delta, this.#make(delta))
          stack.push(delta)
        }
      }
    }
  }

  /** What is neither whole nor a delta on anything in the pack is a delta on an object that is here. */
  async #lend(base: ObjectId): Promise<void> {
    // It may have been made from another one that was lent.
    if (!this.#waiting.has(base)) return
    const object = this.#options.objects.read(base)
    if (!object) throw invalid(`a delta on the object ${base}, which is not here`)
    const at = this.#items.length
    this.#items.push({ start: 0, dataAt: 0, type: 0, size: 0, crc: 0, base: undefined, id: base })
    this.#lent.set(at, object)
    await this.#takeDeltasOn(at)
  }

  /** The object of an item: whole, or by the deltas on the nearest one that is known. */
  #make(wanted: number): GitObject {
    const deltas: number[] = []
    let at = wanted
    let object: GitObject | undefined
    while (!(object = this.#made.get(`${at}`) ?? this.#lent.get(at))) {
      const { base, type } = this.#items[at]!
      if (base === undefined) {
        object = { type: packedTypes[type]!, content: this.#contentOf(at) }
        break
      }
      deltas.push(at)
      if (deltas.length > maxChain || typeof base === 'string') throw invalid('too long a chain of deltas')
      at = base
    }
    for (const delta of deltas.reverse()) {
      const content = applyDelta(object.content, this.#contentOf(delta), maxObjectBytes)
      if (!content) throw invalid(`a delta that does not fit, at ${this.#items[delta]!.start}`)
      this.#spend(content.length)
      object = { type: object.type, content }
      if (delta !== wanted) this.#made.set(`${delta}`, object)
    }
    return object
  }

  #contentOf(at: number): Uint8Array {
    const { dataAt, size } = this.#items[at]!
    return this.#inflate(this.#pack.subarray(dataAt), size).content
  }

  #inflate(compressed: Uint8Array, size: number): { readonly content: Uint8Array; readonly used: number } {
    this.#spend(size)
    try {
      const limits = { maxOutputLength: Math.max(size, 1), chunkSize: Math.min(Math.max(size + 1, 64), chunkBytes) }
      // With `info` the result tells how much of the input was used.
      const result = inflateSync(compressed, { ...limits, info: true }) as unknown as {
        readonly buffer: Buffer
        readonly engine: { readonly bytesWritten: number }
      }
      if (result.buffer.length === size) return { content: result.buffer, used: result.engine.bytesWritten }
    } catch (cause) {
      throw new AnvcsError('OBJECT_INVALID', { message: 'A pack was refused: its data cannot be inflated.', cause })
    }
    throw invalid('an object of another size than it says')
  }

  #spend(bytes: number): void {
    this.#contentBytes += bytes
    if (this.#contentBytes > maxContentBytes) throw invalid('far more to make than a pack of its size holds')
  }

  /** The pack with the objects that it has deltas on. */
  #completed(whole: number): IndexedPack {
    const head = Buffer.from(this.#pack.subarray(0, packHeadBytes))
    head.writeUInt32BE(this.#items.length, 8)
    let start = this.#pack.length - this.#idLength
    const parts = [head, this.#pack.subarray(packHeadBytes, start)]
    const lent = [...this.#lent.values()].map((object, i) => {
      const bytes = packItem(object)
      const item = { id: this.#items[whole + i]!.id!, start, crc: crc32(bytes) }
      parts.push(bytes)
      start += bytes.length
      return item
    })
    const body = concat(...parts)
    return { pack: concat(body, this.#hash(body)), items: [...this.#indexed().slice(0, whole), ...lent] }
  }

  #indexed(): readonly IndexedItem[] {
    return this.#items.map(({ id, start, crc }) => ({ id: id!, start, crc }))
  }

  #hash(bytes: Uint8Array): Uint8Array {
    const { crypto, format } = this.#options
    return format === 'sha1' ? crypto.sha1(bytes) : crypto.sha256(bytes)
  }
}

function invalid(what: string): AnvcsError {
  return new AnvcsError('OBJECT_INVALID', { message: `A pack was refused: it holds ${what}.` })
}
