import type { Crypto } from '../contracts/crypto.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectFormat } from '../contracts/object-store.ts'
import { toHex, utf8 } from '../lib/bytes.ts'

/** The name of an object: the hash of `<type> <length>`, NUL and its content (gitformat-pack, "object name"). */
export function objectId(crypto: Crypto, format: ObjectFormat, { type, content }: GitObject): ObjectId {
  const header = utf8(`${type} ${content.length}\0`)
  return toHex(format === 'sha1' ? crypto.sha1(header, content) : crypto.sha256(header, content)) as ObjectId
}

/** Which hash an id is of: the two differ in length. */
export function objectFormatOf(id: ObjectId): ObjectFormat {
  return id.length === 40 ? 'sha1' : 'sha256'
}
