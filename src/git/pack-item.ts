import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectType } from '../contracts/object-store.ts'
import { toHex } from '../lib/bytes.ts'

/** The types of whole objects in a pack, by their number (gitformat-pack). */
export const packedTypes: readonly (ObjectType | undefined)[] = [undefined, 'commit', 'tree', 'blob', 'tag']
const offsetDelta = 6
const refDelta = 7
/** A size beyond 2^49 bytes is no size. */
const maxSizeFactor = 2 ** 46

/** What stands before the compressed data of an item. */
export interface PackItemHead {
  readonly type: number
  /** Of the object, or of the delta that makes it. */
  readonly size: number
  /** Bytes of the head. */
  readonly length: number
  /** Of a delta: how far before the item its base begins. */
  readonly distance?: number
  /** Of a delta: the object that it is made of. */
  readonly baseId?: ObjectId
}

/** The head of the item that begins at an offset; undefined where there is none, or it is cut. */
export function parseItemHead(bytes: Uint8Array, start: number, idLength: number): PackItemHead | undefined {
  let at = start
  let byte = bytes[at++] ?? 0
  const type = (byte >> 4) & 7
  let size = byte & 15
  for (let factor = 16; byte & 0x80; factor *= 128) {
    if (factor > maxSizeFactor) return undefined
    byte = bytes[at++] ?? 0
    size += (byte & 0x7f) * factor
  }
  if (type === refDelta) {
    const baseId = toHex(bytes.subarray(at, at + idLength)) as ObjectId
    at += idLength
    return at > bytes.length ? undefined : { type, size, length: at - start, baseId }
  }
  if (type === offsetDelta) {
    byte = bytes[at++] ?? 0
    let distance = byte & 0x7f
    while (byte & 0x80) {
      byte = bytes[at++] ?? 0
      distance = (distance + 1) * 128 + (byte & 0x7f)
    }
    return distance > 0 && at <= bytes.length ? { type, size, length: at - start, distance } : undefined
  }
  return packedTypes[type] && at <= bytes.length ? { type, size, length: at - start } : undefined
}
