import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { compareBytes, hexBytes } from '../lib/bytes.ts'
import { applyDelta, lengthAfter } from '../objects/delta.ts'
import type { ByteCache } from './byte-cache.ts'
import { ownBytes } from './own-bytes.ts'
import { packedTypes, parseItemHead } from './pack-item.ts'
import { unsupported } from './probe.ts'

/** Objects above this are left to the git program. */
export const maxObjectBytes = 512 * 1024 * 1024

const indexHeaderBytes = 8
const fanoutBytes = 1024
const maxChain = 4096
/** After so many looks into the index its tables are read at once. */
const manyLooks = 60
const maxTableBytes = 24 * 1024 * 1024
const bucketBytes = 16 * 1024
/** Commits and most trees are within this. */
const firstReadBytes = 1024

interface PackedItem {
  readonly type: number
  readonly size: number
  /** Where the compressed data begins. */
  readonly dataAt: number
  readonly base: number | ObjectId | undefined
  /** What was read of the data already. */
  readonly begun: Uint8Array
}

/** One pack with its index (version 1 or 2), read by position: nothing of it is held but the fan-out table, and more only while many objects are asked for. */
export class PackFile {
  readonly path: string
  readonly #idLength: number
  readonly #pack: number
  readonly #index: number
  readonly #isFirst: boolean
  readonly #tablesAt: number
  readonly #fanout: Buffer
  readonly #count: number
  readonly #packBytes: number
  readonly #bases: ByteCache<GitObject>
  /** The collector takes them back: a room asks for many objects when it begins, and hardly any later. */
  #tables: WeakRef<Buffer> | undefined
  #looks = 0

  /** `path` is that of the index. Throws ENOENT where a repack has removed it meanwhile. */
  constructor(path: string, idLength: number, bases: ByteCache<GitObject>) {
    this.path = path
    this.#idLength = idLength
    this.#bases = bases
    this.#index = openSync(path, 'r')
    try {
      this.#pack = openSync(path.replace(/\.idx$/, '.pack'), 'r')
    } catch (error) {
      closeSync(this.#index)
      throw error
    }
    const head = this.#readIndex(0, indexHeaderBytes + fanoutBytes)
    // Version 1 has no header: it begins with the fan-out table, and each offset stands before its id.
    this.#isFirst = head.readUInt32BE(0) !== 0xff744f63
    if (!this.#isFirst && head.readUInt32BE(4) !== 2) {
      this.close()
      throw unsupported('a pack index that is neither of version 1 nor 2')
    }
    const fanoutAt = this.#isFirst ? 0 : indexHeaderBytes
    this.#tablesAt = fanoutAt + fanoutBytes
    this.#fanout = head.subarray(fanoutAt, this.#tablesAt)
    this.#count = this.#fanout.readUInt32BE(fanoutBytes - 4)
    this.#packBytes = fstatSync(this.#pack).size
  }

  has(id: ObjectId): boolean {
    return this.#find(id) !== undefined
  }

  /** The object, or undefined where this pack does not have it. Throws OBJECT_INVALID where the pack is damaged, MESSAGE_TOO_LARGE above `maxObjectBytes`. */
  read(id: ObjectId): GitObject | undefined {
    const offset = this.#find(id)
    return offset === undefined ? undefined : this.#readAt(offset)
  }

  /** All ids whose first byte is this, in hex. */
  idsOf(first: string): readonly string[] {
    const byte = Number.parseInt(first, 16)
    const low = byte ? this.#fanout.readUInt32BE(4 * (byte - 1)) : 0
    const count = this.#fanout.readUInt32BE(4 * byte) - low
    return Array.from({ length: count }, (_, i) => Buffer.from(this.#idAt(low + i, undefined)).toString('hex'))
  }

  close(): void {
    closeSync(this.#index)
    closeSync(this.#pack)
  }

  /** The offset in the pack, by bisection over the sorted ids. */
  #find(id: ObjectId): number | undefined {
    const wanted = hexBytes(id)
    if (wanted.length !== this.#idLength) return undefined
    const tables = this.#heldTables()
    let low = wanted[0] ? this.#fanout.readUInt32BE(4 * (wanted[0] - 1)) : 0
    let high = this.#fanout.readUInt32BE(4 * wanted[0]!)
    const idAt = tables ? (position: number) => this.#idAt(position, tables) : this.#idsBetween(low, high)
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = compareBytes(idAt(middle), wanted)
      if (order === 0) return this.#offset(middle, tables)
      if (order < 0) low = middle + 1
      else high = middle
    }
    return undefined
  }

  /** Ids that begin alike, which are read together: to ask the system for one takes as long. */
  #idsBetween(low: number, high: number): (position: number) => Uint8Array {
    const step = this.#idLength + (this.#isFirst ? 4 : 0)
    if (high <= low || (high - low) * step > bucketBytes) return (position) => this.#idAt(position, undefined)
    const bucket = this.#readIndex(this.#tablesAt + low * step, (high - low) * step)
    return (position) => bucket.subarray((position + 1 - low) * step - this.#idLength, (position + 1 - low) * step)
  }

  #idAt(position: number, tables: Buffer | undefined): Uint8Array {
    const at = this.#isFirst ? position * (this.#idLength + 4) + 4 : position * this.#idLength
    return this.#inTables(at, this.#idLength, tables)
  }

  #offset(position: number, tables: Buffer | undefined): number {
    if (this.#isFirst) return this.#inTables(position * (this.#idLength + 4), 4, tables).readUInt32BE()
    const offsetsAt = this.#count * (this.#idLength + 4)
    const offset = this.#inTables(offsetsAt + 4 * position, 4, tables).readUInt32BE()
    if (offset < 0x80000000) return offset
    const largeAt = offsetsAt + 4 * this.#count + 8 * (offset - 0x80000000)
    return Number(this.#readIndex(this.#tablesAt + largeAt, 8).readBigUInt64BE())
  }

  /** The tables of ids, checksums and offsets, if they are not too large. */
  #heldTables(): Buffer | undefined {
    const held = this.#tables?.deref()
    if (held) return held
    if (this.#tables) this.#looks = 0
    this.#tables = undefined
    const sizeBytes = this.#count * (this.#idLength + (this.#isFirst ? 4 : 8))
    if (++this.#looks < manyLooks || sizeBytes > maxTableBytes) return undefined
    const tables = this.#readIndex(this.#tablesAt, sizeBytes)
    this.#tables = new WeakRef(tables)
    return tables
  }

  #inTables(at: number, length: number, tables: Buffer | undefined): Buffer {
    return tables?.subarray(at, at + length) ?? this.#readIndex(this.#tablesAt + at, length)
  }

  #readAt(start: number): GitObject {
    const deltas: Uint8Array[] = []
    const offsets: number[] = []
    let offset = start
    let object: GitObject | undefined
    while (!object) {
      object = this.#bases.get(this.#key(offset))
      if (object) break
      const item = this.#item(offset)
      const content = this.#inflate(item)
      const type = packedTypes[item.type]
      if (type) {
        object = { type, content }
        // What stands alone is kept by who asked for it, or read again as quickly.
        if (deltas.length) this.#bases.set(this.#key(offset), object)
      } else {
        deltas.push(content)
        offsets.push(offset)
        const base = typeof item.base === 'string' ? this.#find(item.base) : item.base
        if (base === undefined || deltas.length > maxChain) throw this.#damaged(offset)
        offset = base
      }
    }
    for (let i = deltas.length - 1; i >= 0; i--) {
      const content = applyDelta(object.content, deltas[i]!, maxObjectBytes)
      if (!content && lengthAfter(deltas[i]!) > maxObjectBytes) throw tooLarge('an object made by a delta')
      if (!content) throw this.#damaged(start)
      object = { type: object.type, content }
      this.#bases.set(this.#key(offsets[i]!), object)
    }
    return object
  }

  #item(offset: number): PackedItem {
    const bytes = this.#readPack(offset, firstReadBytes)
    const head = parseItemHead(bytes, 0, this.#idLength)
    if (!head) throw this.#damaged(offset)
    const { type, size, length, distance, baseId } = head
    if (size > maxObjectBytes) throw tooLarge(`an object of ${size} bytes`)
    if (distance !== undefined && distance > offset) throw this.#damaged(offset)
    const base = distance === undefined ? baseId : offset - distance
    return { type, size, dataAt: offset + length, base, begun: bytes.subarray(length) }
  }

  /** The length of compressed data is not recorded: most often the bound of what deflate adds is enough. */
  #inflate({ size, dataAt, begun }: PackedItem): Uint8Array {
    for (let length = size + (size >> 10) + 128; ; length *= 4) {
      const compressed = begun.length >= length ? begun : this.#readPack(dataAt, length)
      try {
        // One chunk of its size: zlib's own are 16 KiB, and the cache would keep all of it for a small object.
        const content = inflateSync(compressed, {
          maxOutputLength: Math.max(size, 1),
          chunkSize: Math.max(size + 1, 64),
        })
        if (content.length !== size) throw this.#damaged(dataAt)
        return ownBytes(content)
      } catch (error) {
        const isCut = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR'
        if (!isCut || compressed.length < length) throw this.#damaged(dataAt, error)
      }
    }
  }

  #key(offset: number): string {
    return `${this.path} ${offset}`
  }

  #readIndex(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length)
    if (readSync(this.#index, bytes, 0, length, at) !== length) throw this.#damaged(at)
    return bytes
  }

  /** Up to `length` bytes: fewer at the end of the pack. */
  #readPack(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.#packBytes - at)))
    return bytes.subarray(0, readSync(this.#pack, bytes, 0, bytes.length, at))
  }

  #damaged(offset: number, cause?: unknown): AnvcsError {
    const message = `${this.path} or its pack is damaged near ${offset}.`
    return new AnvcsError('OBJECT_INVALID', { message, hint: 'Run `git fsck` and fetch what it names.', cause })
  }
}

/** It is here, and not read into memory. */
export function tooLarge(what: string): AnvcsError {
  return new AnvcsError('MESSAGE_TOO_LARGE', { message: `Git holds ${what}, more than is read at once.` })
}
