import type { Crypto, Deflate } from '../contracts/crypto.ts'
import {
  zeroEntry,
  zeroFeed,
  zeroRoom,
  type EntryId,
  type EpochId,
  type FeedId,
  type KeyId,
  type RoomId,
} from '../contracts/ids.ts'
import { feedIdOf, roomIdOf } from '../identity/ids.ts'
import type { EntryKeys } from '../identity/key-schedule.ts'
import { concat, empty, equalBytes, hexBytes, toHex, utf8 } from '../lib/bytes.ts'
import { decodeCbor, encodeCbor, type CborValue } from '../lib/cbor.ts'
import { bytesOf, bytesUpTo, exactly, listOf, nullable, tuple, uint, uintUpTo } from '../lib/shape.ts'

export const maxEntryBytes = 1 << 20
export const maxBodyBytes = 8 << 20
export const maxDependencies = 1024
const maxHeadBytes = 128 * 1024
/** A body of some keystrokes hardly gets smaller, and the compressor's tables take longer than to seal and sign it. */
const leastCompressedBytes = 128

/** An entry of another feed that this one builds on. */
export interface Dependency {
  readonly feed: FeedId
  readonly seq: number
  readonly id: EntryId
}

/** The signed part of an entry. docs/protocol.md, "Entries". */
export interface EntryHead {
  readonly room: RoomId
  readonly feed: FeedId
  readonly seq: number
  /** The entry before; zero for the first. */
  readonly prev: EntryId
  readonly lamport: number
  /** The device's own clock; shown, never judged. */
  readonly timeMs: number
  readonly epoch: EpochId
  /** Number of operations in the feed before this entry. */
  readonly firstOperation: number
  /** Sorted by feed. */
  readonly deps: readonly Dependency[]
  readonly nonce: Uint8Array
  readonly length: number
  readonly hash: Uint8Array
}

export interface Entry {
  readonly head: EntryHead
  readonly id: EntryId
  /** Where it belongs: as its head says, but for genesis, whose head cannot name what is named after it. */
  readonly room: RoomId
  readonly feed: FeedId
  readonly signature: Uint8Array
  /** Undefined where the payload is gone. */
  readonly sealed: Uint8Array | undefined
  /** The received bytes. */
  readonly bytes: Uint8Array
}

export type EntryFields = Omit<EntryHead, 'prev' | 'nonce' | 'length' | 'hash'> & { readonly prev: EntryId | undefined }

const version = 1
const idLabel = utf8('anvcs/1 entry\0')
const signatureLabel = utf8('anvcs/1 sig\0')
const envelopeShape = tuple(bytesUpTo(maxHeadBytes), bytesOf(64), nullable(bytesUpTo(maxEntryBytes)))
const headShape = tuple(
  exactly(version),
  bytesOf(16),
  bytesOf(16),
  uint,
  bytesOf(32),
  uint,
  uint,
  bytesOf(16),
  uint,
  listOf(tuple(bytesOf(16), uint, bytesOf(32)), maxDependencies),
  bytesOf(12),
  uintUpTo(maxEntryBytes),
  bytesOf(32),
)

/** The entry, or undefined where the bytes are not one: form, bounds and hashes are checked, signature and content are not. */
export function decodeEntry(crypto: Crypto, bytes: Uint8Array): Entry | undefined {
  if (bytes.length > maxEntryBytes) return undefined
  const envelope = decodeWith(envelopeShape, bytes)
  const head = envelope && decodeHead(envelope[0])
  if (!head) return undefined
  const [headBytes, signature, sealed] = envelope
  if (sealed && (sealed.length !== head.length || !equalBytes(crypto.sha256(sealed), head.hash))) return undefined
  const id = entryIdOf(crypto, headBytes)
  return { head, id, ...placeOf(crypto, head, id), signature, sealed: sealed ?? undefined, bytes }
}

/** Genesis, and only it, has zeros for room and feed: it is entry 0 of the founder's first feed in the room that it names. */
function placeOf(crypto: Crypto, head: EntryHead, id: EntryId): { readonly room: RoomId; readonly feed: FeedId } {
  if (!isGenesis({ head })) return { room: head.room, feed: head.feed }
  const room = roomIdOf(id)
  return { room, feed: feedIdOf(crypto, room, id, 0, 0) }
}

/** Is it the first entry of a room, which names itself? */
export function isGenesis({ head }: Pick<Entry, 'head'>): boolean {
  return head.room === zeroRoom
}

function decodeWith<T>(shape: (value: CborValue) => T | undefined, bytes: Uint8Array): T | undefined {
  const value = decodeCbor(bytes)
  return value === undefined ? undefined : shape(value)
}

function decodeHead(bytes: Uint8Array): EntryHead | undefined {
  const read = decodeWith(headShape, bytes)
  if (!read) return undefined
  const [, room, feed, seq, prev, lamport, timeMs, epoch, firstOperation, dependencies, nonce, length, hash] = read
  const deps = dependencies.map(([of, at, id]) => ({ feed: toHex(of) as FeedId, seq: at, id: toHex(id) as EntryId }))
  const own = toHex(feed) as FeedId
  if (deps.some((dep, i) => dep.feed === own || (i > 0 && deps[i - 1]!.feed >= dep.feed))) return undefined
  const first = seq === 0 && deps.length === 0 && toHex(prev) === zeroEntry
  if ((toHex(room) === zeroRoom) !== (own === zeroFeed) || (own === zeroFeed && !first)) return undefined
  return {
    room: toHex(room) as RoomId,
    feed: own,
    seq,
    prev: toHex(prev) as EntryId,
    lamport,
    timeMs,
    epoch: toHex(epoch) as EpochId,
    firstOperation,
    deps,
    nonce,
    length,
    hash,
  }
}

function entryIdOf(crypto: Crypto, headBytes: Uint8Array): EntryId {
  return toHex(crypto.sha256(idLabel, headBytes)) as EntryId
}

/** The head without its last three fields: what the seal authenticates. */
function openFields(fields: EntryFields | EntryHead): readonly CborValue[] {
  return [
    version,
    hexBytes(fields.room),
    hexBytes(fields.feed),
    fields.seq,
    hexBytes(fields.prev ?? zeroEntry),
    fields.lamport,
    fields.timeMs,
    hexBytes(fields.epoch),
    fields.firstOperation,
    fields.deps.map((dep) => [hexBytes(dep.feed), dep.seq, hexBytes(dep.id)]),
  ]
}

/** Seals and signs a body. `compress` is false for keys, salts and whatever is secret beside chosen text. */
export function sealEntry(
  crypto: Crypto,
  deflate: Deflate,
  keys: EntryKeys,
  signingSeed: Uint8Array,
  fields: EntryFields,
  body: CborValue,
  compress = true,
): Entry {
  const open = openFields(fields)
  const aad = encodeCbor(open)
  const plaintext = encodePayload(deflate, encodeCbor(body), compress)
  const nonce = crypto.hmacSha256(keys.nonceKey, aad, plaintext).subarray(0, 12)
  const sealed = crypto.seal(keys.sealKey, nonce, aad, plaintext)
  const hash = crypto.sha256(sealed)
  const headBytes = encodeCbor([...open, nonce, sealed.length, hash])
  const id = entryIdOf(crypto, headBytes)
  const signature = crypto.sign(signingSeed, concat(signatureLabel, hexBytes(id)))
  const head: EntryHead = { ...fields, prev: fields.prev ?? zeroEntry, nonce, length: sealed.length, hash }
  return {
    head,
    id,
    ...placeOf(crypto, head, id),
    signature,
    sealed,
    bytes: encodeCbor([headBytes, signature, sealed]),
  }
}

/** Does the entry's own signature verify? The signature of a later entry in its chain is as good. */
export function verifyEntry(crypto: Crypto, device: KeyId, entry: Entry): boolean {
  return crypto.verify(hexBytes(device), concat(signatureLabel, hexBytes(entry.id)), entry.signature)
}

/** The body, or undefined where the payload is gone, does not open, or is not in its one form. */
export function openEntry(crypto: Crypto, deflate: Deflate, keys: EntryKeys, entry: Entry): CborValue | undefined {
  if (!entry.sealed) return undefined
  const plaintext = crypto.open(keys.sealKey, entry.head.nonce, encodeCbor(openFields(entry.head)), entry.sealed)
  const body = plaintext && decodePayload(deflate, plaintext)
  return body && decodeCbor(body)
}

const payloadShape = tuple(uintUpTo(1), bytesUpTo(maxBodyBytes))

/** [codec, body], padded with zeros to its Padmé length, so that sizes tell little. */
function encodePayload(deflate: Deflate, body: Uint8Array, compress: boolean): Uint8Array {
  const packed = compress && body.length >= leastCompressedBytes ? deflate.deflate(body) : empty
  const payload = encodeCbor(packed.length > 0 && packed.length < body.length ? [1, packed] : [0, body])
  const padded = new Uint8Array(padmeLength(payload.length))
  padded.set(payload)
  return padded
}

function decodePayload(deflate: Deflate, plaintext: Uint8Array): Uint8Array | undefined {
  const length = payloadLength(plaintext)
  if (length === undefined || length > plaintext.length || padmeLength(length) !== plaintext.length) return undefined
  if (plaintext.subarray(length).some((byte) => byte !== 0)) return undefined
  const payload = decodeWith(payloadShape, plaintext.subarray(0, length))
  if (!payload) return undefined
  return payload[0] === 1 ? deflate.inflate(payload[1], maxBodyBytes) : payload[1]
}

/** Length of the payload at the start of padded bytes: [codec, byte string] tells its own size. */
function payloadLength(bytes: Uint8Array): number | undefined {
  const info = bytes[2]! & 31
  if (bytes.length < 3 || bytes[0] !== 0x82 || bytes[2]! >> 5 !== 2 || info > 26) return undefined
  if (info < 24) return 3 + info
  const width = 1 << (info - 24)
  let size = 0
  for (let i = 0; i < width; i++) size = size * 256 + (bytes[3 + i] ?? 0)
  return 3 + width + size
}

/** Padmé (Nikitin et al. 2019): at most 12 % longer, and only log log n bits of the length show. */
export function padmeLength(length: number): number {
  if (length < 2) return length
  const exponent = Math.floor(Math.log2(length))
  const bits = Math.floor(Math.log2(exponent)) + 1
  const step = 2 ** Math.max(0, exponent - bits)
  return Math.ceil(length / step) * step
}
