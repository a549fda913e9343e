import type { Crypto } from '../contracts/crypto.ts'
import type { GitObject, ObjectFormat, ObjectType } from '../contracts/object-store.ts'
import { concat } from '../lib/bytes.ts'
import { deflateObject } from './deflate-object.ts'

export const packHeadBytes = 12
const typeNumbers: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 }

/** A pack (version 2) of whole objects, without deltas. */
export function writePack(crypto: Crypto, format: ObjectFormat, objects: readonly GitObject[]): Uint8Array {
  return joinPack(crypto, format, objects.map(packItem))
}

/** An object as it lies in a pack. */
export function packItem(object: GitObject): Uint8Array {
  return concat(itemHead(object), deflateObject(object.content))
}

/** The pack of items, with its checksum at the end. */
export function joinPack(crypto: Crypto, format: ObjectFormat, items: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.alloc(packHeadBytes)
  head.write('PACK', 'latin1')
  head.writeUInt32BE(2, 4)
  head.writeUInt32BE(items.length, 8)
  const body = concat(head, ...items)
  return concat(body, format === 'sha1' ? crypto.sha1(body) : crypto.sha256(body))
}

/** Type and size: four bits of it, then seven a byte, the lowest first. */
function itemHead({ type, content }: GitObject): Uint8Array {
  let rest = Math.floor(content.length / 16)
  const bytes = [(typeNumbers[type] << 4) | (content.length & 15)]
  while (rest) {
    bytes[bytes.length - 1]! |= 0x80
    bytes.push(rest & 0x7f)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.from(bytes)
}
