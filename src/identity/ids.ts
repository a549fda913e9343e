import type { Crypto } from '../contracts/crypto.ts'
import type { EntryId, FeedId, FileId, ObjectId, RoomId } from '../contracts/ids.ts'
import { hexBytes, toHex, utf8 } from '../lib/bytes.ts'
import { encodeCbor, type CborValue } from '../lib/cbor.ts'

/** 16 bytes of a hash over a labelled, unambiguous encoding: nothing in an id is free to choose. */
function derive(crypto: Crypto, label: string, ...parts: readonly CborValue[]): string {
  return toHex(crypto.sha256(encodeCbor([`anvcs/1 ${label}`, ...parts])).subarray(0, 16))
}

/** A room is named by its first entry. */
export function roomIdOf(genesis: EntryId): RoomId {
  return genesis.slice(0, 32) as RoomId
}

/** A feed: the member's admission, one of its 16 devices, one run of that device. */
export function feedIdOf(crypto: Crypto, room: RoomId, admission: EntryId, device: number, run: number): FeedId {
  return derive(crypto, 'feed', hexBytes(room), hexBytes(admission), device, run) as FeedId
}

/** A file that the base commit has at a path. */
export function baseFileId(crypto: Crypto, room: RoomId, path: string): FileId {
  return derive(crypto, 'base file', hexBytes(room), path) as FileId
}

/** A file that a commit from outside adds at a path. */
export function outsideFileId(crypto: Crypto, room: RoomId, commit: ObjectId, path: string): FileId {
  return derive(crypto, 'outside file', hexBytes(room), hexBytes(commit), path) as FileId
}

/** A file that was made in the room: by this operation of this feed. */
export function madeFileId(crypto: Crypto, room: RoomId, feed: FeedId, operation: number): FileId {
  return derive(crypto, 'made file', hexBytes(room), hexBytes(feed), operation) as FileId
}

/** The Yjs client of a feed: 53 bits, a multiple of 16, so that branches of a forked feed can take the numbers beside it. */
export function feedClientId(crypto: Crypto, room: RoomId, feed: FeedId): number {
  const client = first53Bits(crypto.sha256(encodeCbor(['anvcs/1 client', hexBytes(room), hexBytes(feed)])))
  return client - (client % 16)
}

/** The Yjs client of a computed author (a seed, a virtual author): 53 bits under a key, so that outsiders cannot grind one. */
export function computedClientId(
  crypto: Crypto,
  idKey: Uint8Array,
  kind: 'seed' | 'author',
  ...parts: readonly CborValue[]
): number {
  return first53Bits(crypto.hmacSha256(idKey, encodeCbor([`anvcs/1 ${kind} client`, ...parts])))
}

/** How a room is named in commits: the first 16 hexadecimal digits of the hash of its id. */
export function roomTag(crypto: Crypto, room: RoomId): string {
  return toHex(crypto.sha256(utf8('anvcs/1 room'), hexBytes(room)).subarray(0, 8))
}

function first53Bits(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return view.getUint32(0) * 0x200000 + (view.getUint32(4) >>> 11)
}
