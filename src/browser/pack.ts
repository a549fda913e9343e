import { zlibSync } from 'fflate'
import type { Crypto } from '../contracts/crypto.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectFormat, ObjectType } from '../contracts/object-store.ts'
import { concat, equalBytes, toHex, utf8 } from '../lib/bytes.ts'
import { applyDelta } from '../objects/delta.ts'
import { objectId } from '../objects/object-id.ts'
import { inflateFirst } from './inflate.ts'

const types: readonly (ObjectType | undefined)[] = [undefined, 'commit', 'tree', 'blob', 'tag']
const offsetDelta = 6
const refDelta = 7
const headBytes = 12
/** Head of the smallest item: type and size, a zlib stream of nothing. */
const minItemBytes = 9
/** A pack lists bases before what is made of them; this many rounds are spent on one that does not. */
const maxRounds = 16

/** What a pack may hold, and where bases are looked for that it does not hold. */
export interface ReadPackOptions {
  readonly crypto: Crypto
  readonly format: ObjectFormat
  readonly base: (id: ObjectId) => GitObject | undefined
  /** Of all its objects and deltas together. */
  readonly maxBytes: number
}

interface Item {
  readonly offset: number
  readonly type: number
  /** The object's, or the delta's. */
  readonly content: Uint8Array
  readonly base: number | ObjectId | undefined
  readonly end: number
}

/** The objects of a pack (gitformat-pack, version 2) by their ids, or undefined where it is broken or too large. */
export function readPack(bytes: Uint8Array, options: ReadPackOptions): ReadonlyMap<ObjectId, GitObject> | undefined {
  const { crypto, format } = options
  const trailerBytes = format === 'sha1' ? 20 : 32
  const end = bytes.length - trailerBytes
  if (end < headBytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, headBytes)
  const count = view.getUint32(8)
  if (view.getUint32(0) !== 0x5041434b || view.getUint32(4) !== 2 || count * minItemBytes > end) return undefined
  const body = bytes.subarray(0, end)
  if (!equalBytes(hash(crypto, format, body), bytes.subarray(end))) return undefined
  const items: Item[] = []
  let left = options.maxBytes
  for (let at = headBytes; items.length < count;) {
    const item = readItem(body, at, trailerBytes, left)
    if (!item) return undefined
    items.push(item)
    left -= item.content.length
    at = item.end
  }
  return (items.at(-1)?.end ?? headBytes) === end ? resolve(items, left, options) : undefined
}

/** The item at an offset. Checksums of zlib are not looked at: the pack's own covers all bytes. */
function readItem(body: Uint8Array, offset: number, idLength: number, maxBytes: number): Item | undefined {
  let at = offset
  let byte = body[at++] ?? 0
  const type = (byte >> 4) & 7
  let size = byte & 15
  for (let factor = 16; byte & 0x80; factor *= 128) {
    byte = body[at++] ?? 0
    size += (byte & 0x7f) * factor
  }
  if (size > maxBytes || (!types[type] && type !== offsetDelta && type !== refDelta)) return undefined
  let base: number | ObjectId | undefined
  if (type === refDelta) {
    base = toHex(body.subarray(at, at + idLength)) as ObjectId
    at += idLength
  } else if (type === offsetDelta) {
    byte = body[at++] ?? 0
    let distance = byte & 0x7f
    while (byte & 0x80) {
      byte = body[at++] ?? 0
      distance = (distance + 1) * 128 + (byte & 0x7f)
    }
    base = offset - distance
  }
  // RFC 1950: method and flags, the deflate stream, four bytes of a checksum.
  const [method = 0, flags = 0] = body.subarray(at, at + 2)
  if ((method & 15) !== 8 || flags & 0x20 || (method * 256 + flags) % 31 !== 0) return undefined
  const stream = inflateFirst(body.subarray(at + 2), size)
  if (!stream || stream.content.length !== size) return undefined
  return { offset, type, content: stream.content, base, end: at + 2 + stream.end + 4 }
}

/** Makes objects of deltas. */
function resolve(
  items: readonly Item[],
  maxBytes: number,
  { crypto, format, base }: ReadPackOptions,
): ReadonlyMap<ObjectId, GitObject> | undefined {
  const found = new Map<ObjectId, GitObject>()
  const byOffset = new Map<number, GitObject>()
  let left = maxBytes
  let open = items
  for (let round = 0; open.length && round < maxRounds; round++) {
    const later: Item[] = []
    for (const item of open) {
      const type = types[item.type]
      const from = type
        ? undefined
        : typeof item.base === 'number'
          ? byOffset.get(item.base)
          : (found.get(item.base!) ?? base(item.base!))
      if (!type && !from) {
        later.push(item)
        continue
      }
      const content = from ? applyDelta(from.content, item.content, left) : item.content
      if (!content) return undefined
      if (from) left -= content.length
      const object: GitObject = { type: type ?? from!.type, content }
      byOffset.set(item.offset, object)
      found.set(objectId(crypto, format, object), object)
    }
    if (later.length === open.length) return undefined
    open = later
  }
  return open.length ? undefined : found
}

/** A pack of whole objects. */
export function writePack(crypto: Crypto, format: ObjectFormat, objects: readonly GitObject[]): Uint8Array {
  const head = new Uint8Array(headBytes)
  head.set(utf8('PACK'))
  const view = new DataView(head.buffer)
  view.setUint32(4, 2)
  view.setUint32(8, objects.length)
  const body = concat(head, ...objects.flatMap((object) => [itemHead(object), zlibSync(object.content)]))
  return concat(body, hash(crypto, format, body))
}

/** Type and size: four bits of it, then seven a byte, the lowest first. */
function itemHead({ type, content }: GitObject): Uint8Array {
  let rest = Math.floor(content.length / 16)
  const bytes = [(types.indexOf(type) << 4) | (content.length & 15)]
  while (rest) {
    bytes[bytes.length - 1]! |= 0x80
    bytes.push(rest & 0x7f)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.from(bytes)
}

function hash(crypto: Crypto, format: ObjectFormat, bytes: Uint8Array): Uint8Array {
  return format === 'sha1' ? crypto.sha1(bytes) : crypto.sha256(bytes)
}
