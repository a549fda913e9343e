import type { BigIntStats } from 'node:fs'
import type { ObjectId } from '../contracts/ids.ts'
import { parseCacheTree, type CachedFolder } from './cache-tree.ts'
import { IndexNames } from './index-names.ts'

/** Extensions that are understood here; with any other one the index is left to git (gitformat-index). */
const knownExtensions = new Set(['TREE', 'REUC', 'EOIE', 'IEOT'])
/** Of an entry: times, device, inode, mode, owner, size. */
export const statBytes = 40
const headBytes = 12
const extended = 0x4000
const assumeValid = 0x8000
const stageBits = 0x3000
const nameBits = 0x0fff

/** The bytes of an index file, versions 2 to 4, with the place of each entry: looking a path up reads nothing else. */
export class IndexImage {
  readonly bytes: Buffer
  readonly version: number
  readonly count: number
  readonly idLength: number
  /** Where each entry begins, and the last one ends. */
  readonly starts: Uint32Array
  /** When the file was last written; 0 where that is not known. */
  readonly writtenSeconds: number
  /** Entries whose files were changed in the second in which the index was written, or later. */
  readonly racy: readonly number[]
  /** Is there no conflict, and no entry that git treats in a way of its own? */
  readonly isPlain: boolean
  /** In version 4; in others they lie whole in their entries. */
  readonly #names: IndexNames | undefined
  cacheTree: CachedFolder | undefined
  /** As it lies in the file, with its head. */
  readonly resolveUndo: Buffer | undefined

  private constructor(bytes: Buffer, idLength: number, writtenSeconds = 0) {
    this.bytes = bytes
    this.writtenSeconds = writtenSeconds
    this.idLength = idLength
    this.version = bytes.readUInt32BE(4)
    this.count = bytes.readUInt32BE(8)
    const end = bytes.length - idLength
    if (bytes.toString('latin1', 0, 4) !== 'DIRC' || this.version < 2 || this.version > 4) throw new NotUnderstood()
    if (this.count * (statBytes + idLength) > end) throw new NotUnderstood()
    this.starts = new Uint32Array(this.count + 1)
    this.#names = this.version === 4 ? new IndexNames(bytes, this.count) : undefined
    const { racy, isPlain } = this.#lookOver()
    this.racy = racy
    this.isPlain = isPlain
    for (let at = this.starts[this.count]!; at < end;) {
      const name = bytes.toString('latin1', at, at + 4)
      const next = at + 8 + bytes.readUInt32BE(at + 4)
      if (next > end || !knownExtensions.has(name)) throw new NotUnderstood()
      if (name === 'TREE') this.cacheTree = parseCacheTree(bytes.subarray(at + 8, next), idLength)
      if (name === 'REUC') this.resolveUndo = bytes.subarray(at, next)
      at = next
    }
  }

  /** Undefined where git has to deal with the file: another version, an extension that is not known here, damage. */
  static parse(bytes: Buffer, idLength: number, writtenSeconds: number): IndexImage | undefined {
    try {
      return new IndexImage(bytes, idLength, writtenSeconds)
    } catch (error) {
      if (error instanceof NotUnderstood || error instanceof RangeError) return undefined
      throw error
    }
  }

  /** What an index is before anything was staged. */
  static empty(idLength: number): IndexImage {
    const bytes = Buffer.alloc(headBytes + idLength)
    bytes.write('DIRC', 'latin1')
    bytes.writeUInt32BE(2, 4)
    return new IndexImage(bytes, idLength)
  }

  mode(entry: number): number {
    return this.bytes.readUInt32BE(this.starts[entry]! + 24)
  }

  id(entry: number): ObjectId {
    const at = this.starts[entry]! + statBytes
    return this.bytes.toString('hex', at, at + this.idLength) as ObjectId
  }

  name(entry: number): Buffer {
    return (this.#names?.bytes ?? this.bytes).subarray(this.#nameStart(entry), this.#nameEnd(entry))
  }

  /** 1 to 3 for the sides of a conflict. */
  stage(entry: number): number {
    return (this.#flags(entry) & stageBits) >> 12
  }

  /** Does git treat it in a way of its own: promised only, left out by a sparse checkout, assumed to be unchanged? */
  isSpecial(entry: number): boolean {
    return (this.#flags(entry) & (extended | assumeValid)) !== 0
  }

  /** When the file was last changed, as it was staged, in seconds. */
  changedSeconds(entry: number): number {
    return this.bytes.readUInt32BE(this.starts[entry]! + 8)
  }

  changedNanoseconds(entry: number): number {
    return this.bytes.readUInt32BE(this.starts[entry]! + 12)
  }

  /** Time and size, as far as git compares them. */
  looksLike(entry: number, stat: BigIntStats): boolean {
    const size = this.bytes.readUInt32BE(this.starts[entry]! + 36)
    const seconds = BigInt.asUintN(32, stat.mtimeNs / 1_000_000_000n)
    return size === Number(BigInt.asUintN(32, stat.size)) && this.changedSeconds(entry) === Number(seconds)
  }

  /** Is it, by all that is known of it, the file that was staged, long before the index was written? */
  isSameFile(entry: number, stat: BigIntStats): boolean {
    const at = this.starts[entry]!
    const second = 1_000_000_000n
    const now = [stat.ctimeNs / second, stat.ctimeNs % second, stat.mtimeNs / second, stat.mtimeNs % second, stat.ino]
    const places = [0, 4, 8, 12, 20]
    const isAlike = now.every(
      (value, i) => this.bytes.readUInt32BE(at + places[i]!) === Number(BigInt.asUintN(32, value)),
    )
    return isAlike && this.looksLike(entry, stat) && this.changedSeconds(entry) < this.writtenSeconds
  }

  /** Git will look at the content of the file, whatever its times are. */
  markChanged(entry: number): void {
    this.bytes.writeUInt32BE(0, this.starts[entry]! + 36)
  }

  /** The first entry whose name is not before this one. */
  find(name: Uint8Array): number {
    const names = this.#names?.bytes ?? this.bytes
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = names.compare(name, 0, name.length, this.#nameStart(middle), this.#nameEnd(middle))
      if (order < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  isAt(entry: number, name: Uint8Array): boolean {
    return entry < this.count && this.name(entry).equals(name)
  }

  /**
   * Where each entry begins, and all that is asked of every one, in one go: there may be a hundred thousand. A view reads each number at one stroke, which
   * is quickest in code that runs for the first time.
   */
  #lookOver(): { readonly racy: readonly number[]; readonly isPlain: boolean } {
    const { bytes, count, starts, writtenSeconds } = this
    const names = this.#names
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const flagsFrom = statBytes + this.idLength
    const racy: number[] = []
    let seen = 0
    let at = headBytes
    for (let entry = 0; entry < count; entry++) {
      starts[entry] = at
      const flags = view.getUint16(at + flagsFrom)
      seen |= flags
      if (view.getUint32(at + 8) >= writtenSeconds) racy.push(entry)
      const nameAt = at + flagsFrom + ((flags & extended) !== 0 ? 4 : 2)
      if (names) {
        at = names.add(nameAt)
        continue
      }
      const length = flags & nameBits
      const end = length < nameBits ? nameAt + length : bytes.indexOf(0, nameAt)
      if (end < nameAt) throw new NotUnderstood()
      // Each entry ends at a multiple of eight, after one zero at least.
      at += (end - at + 8) & ~7
    }
    starts[count] = at
    if (at > bytes.length) throw new NotUnderstood()
    return { racy, isPlain: (seen & (extended | assumeValid | stageBits)) === 0 }
  }

  #flags(entry: number): number {
    return this.bytes.readUInt16BE(this.starts[entry]! + statBytes + this.idLength)
  }

  #nameStart(entry: number): number {
    const place = this.#names?.starts[entry]
    if (place !== undefined) return place
    return this.starts[entry]! + statBytes + this.idLength + ((this.#flags(entry) & extended) !== 0 ? 4 : 2)
  }

  #nameEnd(entry: number): number {
    const place = this.#names?.ends[entry]
    if (place !== undefined) return place
    const start = this.#nameStart(entry)
    const length = this.#flags(entry) & nameBits
    return length < nameBits ? start + length : this.bytes.indexOf(0, start)
  }
}

class NotUnderstood extends Error {}
