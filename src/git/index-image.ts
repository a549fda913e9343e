import type { BigIntStats } from 'node:fs'
import type { ObjectId } from '../contracts/ids.ts'
import { parseCacheTree, type CachedFolder } from './cache-tree.ts'

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
  readonly #names: Buffer
  readonly #nameStarts: Uint32Array
  readonly #nameEnds: Uint32Array
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
    this.#nameStarts = new Uint32Array(this.count)
    this.#nameEnds = new Uint32Array(this.count)
    this.#names = this.version === 4 ? this.#scanCompressed() : this.#scan()
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
    return this.#names.subarray(this.#nameStarts[entry], this.#nameEnds[entry])
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
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = this.#names.compare(name, 0, name.length, this.#nameStarts[middle], this.#nameEnds[middle])
      if (order < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  isAt(entry: number, name: Uint8Array): boolean {
    return entry < this.count && this.name(entry).equals(name)
  }

  /** All that is asked of every entry, in one go: there may be a hundred thousand. */
  #lookOver(): { readonly racy: readonly number[]; readonly isPlain: boolean } {
    const { bytes, count, starts, idLength, writtenSeconds } = this
    const racy: number[] = []
    let flags = 0
    for (let entry = 0; entry < count; entry++) {
      const at = starts[entry]!
      flags |= bytes[at + statBytes + idLength]!
      const low = (bytes[at + 9]! << 16) | (bytes[at + 10]! << 8) | bytes[at + 11]!
      if (bytes[at + 8]! * 0x1000000 + low >= writtenSeconds) racy.push(entry)
    }
    return { racy, isPlain: ((flags << 8) & (extended | assumeValid | stageBits)) === 0 }
  }

  #flags(entry: number): number {
    return this.bytes.readUInt16BE(this.starts[entry]! + statBytes + this.idLength)
  }

  /** Where the name of an entry that begins here begins. */
  #nameAt(start: number): number {
    const flagsAt = start + statBytes + this.idLength
    return flagsAt + ((this.bytes.readUInt16BE(flagsAt) & extended) !== 0 ? 4 : 2)
  }

  /**
   * Versions 2 and 3: names are whole, and each entry ends at a multiple of eight, after one zero at least. Byte by byte, which is quickest
   * in code that runs for the first time.
   */
  #scan(): Buffer {
    const { bytes, count, starts, idLength } = this
    const [nameStarts, nameEnds] = [this.#nameStarts, this.#nameEnds]
    let at = headBytes
    for (let entry = 0; entry < count; entry++) {
      starts[entry] = at
      const flagsAt = at + statBytes + idLength
      const high = bytes[flagsAt] ?? 0
      const nameAt = flagsAt + ((high << 8) & extended ? 4 : 2)
      const length = ((high << 8) | (bytes[flagsAt + 1] ?? 0)) & nameBits
      const end = length < nameBits ? nameAt + length : bytes.indexOf(0, nameAt)
      if (end < nameAt) throw new NotUnderstood()
      nameStarts[entry] = nameAt
      nameEnds[entry] = end
      at += (end - at + 8) & ~7
    }
    starts[count] = at
    if (at > bytes.length) throw new NotUnderstood()
    return bytes
  }

  /** Version 4: of each name, what it shares with the one before is left out. */
  #scanCompressed(): Buffer {
    const { bytes, starts } = this
    let names = Buffer.alloc(bytes.length * 2)
    let used = 0
    let at = headBytes
    for (let entry = 0; entry < this.count; entry++) {
      starts[entry] = at
      let cursor = this.#nameAt(at)
      let byte = bytes[cursor++]!
      let dropped = byte & 0x7f
      while (byte & 0x80) {
        byte = bytes[cursor++]!
        dropped = (dropped + 1) * 128 + (byte & 0x7f)
      }
      const end = bytes.indexOf(0, cursor)
      const [from, to] = entry ? [this.#nameStarts[entry - 1]!, this.#nameEnds[entry - 1]!] : [0, 0]
      const kept = to - from - dropped
      if (end < 0 || kept < 0) throw new NotUnderstood()
      const length = kept + end - cursor
      if (used + length > names.length) names = Buffer.concat([names, Buffer.alloc(names.length + length)])
      names.copy(names, used, from, from + kept)
      bytes.copy(names, used + kept, cursor, end)
      this.#nameStarts[entry] = used
      this.#nameEnds[entry] = used + length
      used += length
      at = end + 1
    }
    starts[this.count] = at
    return names
  }
}

class NotUnderstood extends Error {}
