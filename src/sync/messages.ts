import { decodeCbor, encodeCbor, type CborValue } from '../lib/cbor.ts'
import { toHex, hexBytes } from '../lib/bytes.ts'
import {
  bytesOf,
  bytesUpTo,
  exactly,
  flag,
  listOf,
  objectIdBytes,
  textUpTo,
  tuple,
  uint,
  uintUpTo,
} from '../lib/shape.ts'
import type { EntryId, FeedId, KeyId, ObjectId } from '../contracts/ids.ts'
import { maxStoredEntryBytes } from '../contracts/feed-store.ts'
import { streams, type Message, type Stream } from './frames.ts'

/** How far a peer has a feed: `length` entries, the last of which is `head`. */
export interface FeedPosition {
  readonly feed: FeedId
  readonly length: number
  readonly head: EntryId
}

/** Everything that two peers say to each other once the link is authenticated. docs/protocol.md has the layout. */
export type PeerMessage =
  /** The digest of the whole room vector: equal rooms are done here. */
  | { readonly type: 'digest'; readonly digest: Uint8Array }
  /** Positions of feeds that are durable here: all of them (when digests differ), or those that moved since the last one. */
  | { readonly type: 'vector'; readonly whole: boolean; readonly positions: readonly FeedPosition[] }
  | { readonly type: 'credit'; readonly stream: Stream; readonly bytes: number }
  /** Devices that this peer is linked to: entries of their own need not be forwarded to it. */
  | { readonly type: 'neighbours'; readonly devices: readonly KeyId[] }
  /** Keys for a device that has just been admitted or that lacks an epoch: sealed boxes. */
  | { readonly type: 'keys'; readonly box: Uint8Array }
  | { readonly type: 'entries'; readonly entries: readonly Uint8Array[] }
  /**
   * Asks for a pack of what is reachable from `wants` and not from `haves`. Where the room's base commit is among `wants`, it
   * is packed as if it had no parents: who asks for it has nothing that is older.
   */
  | ({ readonly type: 'want' } & ObjectRequest)
  /** The same, but the base commit comes with all that was before it. */
  | ({ readonly type: 'history' } & ObjectRequest)
  | { readonly type: 'pack'; readonly request: number; readonly chunk: Uint8Array; readonly last: boolean }
  | { readonly type: 'lacking'; readonly request: number; readonly reason: string }
  | { readonly type: 'presence'; readonly content: Uint8Array }

/** Commits, trees and blobs that are asked for, and commits that are here already. */
interface ObjectRequest {
  readonly request: number
  readonly wants: readonly ObjectId[]
  readonly haves: readonly ObjectId[]
}

type MessageType = PeerMessage['type']

interface Codec<T extends PeerMessage> {
  readonly stream: Stream
  readonly code: number
  readonly write: (message: T) => readonly CborValue[]
  readonly read: (value: CborValue) => Omit<T, 'type'> | undefined
}

const maxFeeds = 20_000
const maxCreditBytes = 1 << 24
const maxNeighbours = 1024
const maxKeysBoxBytes = 64 * 1024
const maxEntries = 8192
const maxChunkBytes = 256 * 1024
const maxReasonUnits = 200
const maxPresenceBytes = 8192
const maxObjects = 4096

function writePosition(at: FeedPosition): CborValue {
  return [hexBytes(at.feed), at.length, hexBytes(at.head)]
}

function readPosition([feed, length, head]: readonly [Uint8Array, number, Uint8Array]): FeedPosition {
  return { feed: toHex(feed) as FeedId, length, head: toHex(head) as EntryId }
}

/** A codec whose message is an array [code, ...fields]. */
function codec<T extends PeerMessage, F extends readonly unknown[]>(
  stream: Stream,
  code: number,
  fields: (value: CborValue) => F | undefined,
  write: (message: T) => readonly CborValue[],
  build: (fields: F) => Omit<T, 'type'>,
): Codec<T> {
  return {
    stream,
    code,
    write: (message) => [code, ...write(message)],
    read: (value) => {
      const read = fields(value)
      return read && build(read)
    },
  }
}

type Of<T extends MessageType> = Extract<PeerMessage, { type: T }>

function objectRequest<T extends Of<'want' | 'history'>>(code: number): Codec<T> {
  return codec<T, readonly [number, number, readonly Uint8Array[], readonly Uint8Array[]]>(
    'objects',
    code,
    tuple(exactly(code), uint, listOf(objectIdBytes, maxObjects), listOf(objectIdBytes, maxObjects)),
    (m) => [m.request, m.wants.map(hexBytes), m.haves.map(hexBytes)],
    ([, request, wants, haves]) =>
      ({ request, wants: wants.map(toObjectId), haves: haves.map(toObjectId) }) as unknown as Omit<T, 'type'>,
  )
}

const codecs: { readonly [T in MessageType]: Codec<Of<T>> } = {
  digest: codec<Of<'digest'>, readonly [1, Uint8Array]>(
    'control',
    1,
    tuple(exactly(1), bytesOf(32)),
    (m) => [m.digest],
    ([, digest]) => ({ digest }),
  ),
  vector: codec<Of<'vector'>, readonly [2, boolean, readonly (readonly [Uint8Array, number, Uint8Array])[]]>(
    'control',
    2,
    tuple(exactly(2), flag, listOf(tuple(bytesOf(16), uint, bytesOf(32)), maxFeeds)),
    (m) => [m.whole, m.positions.map(writePosition)],
    ([, whole, positions]) => ({ whole, positions: positions.map(readPosition) }),
  ),
  credit: codec<Of<'credit'>, readonly [4, number, number]>(
    'control',
    4,
    tuple(exactly(4), uintUpTo(streams.length - 1), uintUpTo(maxCreditBytes)),
    (m) => [streams.indexOf(m.stream), m.bytes],
    ([, stream, bytes]) => ({ stream: streams[stream]!, bytes }),
  ),
  neighbours: codec<Of<'neighbours'>, readonly [5, readonly Uint8Array[]]>(
    'control',
    5,
    tuple(exactly(5), listOf(bytesOf(32), maxNeighbours)),
    (m) => [m.devices.map(hexBytes)],
    ([, devices]) => ({ devices: devices.map((device) => toHex(device) as KeyId) }),
  ),
  keys: codec<Of<'keys'>, readonly [6, Uint8Array]>(
    'control',
    6,
    tuple(exactly(6), bytesUpTo(maxKeysBoxBytes)),
    (m) => [m.box],
    ([, box]) => ({ box }),
  ),
  entries: codec<Of<'entries'>, readonly [7, readonly Uint8Array[]]>(
    'entries',
    7,
    tuple(exactly(7), listOf(bytesUpTo(maxStoredEntryBytes), maxEntries)),
    (m) => [m.entries],
    ([, entries]) => ({ entries }),
  ),
  want: objectRequest<Of<'want'>>(8),
  pack: codec<Of<'pack'>, readonly [9, number, Uint8Array, boolean]>(
    'objects',
    9,
    tuple(exactly(9), uint, bytesUpTo(maxChunkBytes), flag),
    (m) => [m.request, m.chunk, m.last],
    ([, request, chunk, last]) => ({ request, chunk, last }),
  ),
  lacking: codec<Of<'lacking'>, readonly [10, number, string]>(
    'objects',
    10,
    tuple(exactly(10), uint, textUpTo(maxReasonUnits)),
    (m) => [m.request, m.reason],
    ([, request, reason]) => ({ request, reason }),
  ),
  presence: codec<Of<'presence'>, readonly [11, Uint8Array]>(
    'presence',
    11,
    tuple(exactly(11), bytesUpTo(maxPresenceBytes)),
    (m) => [m.content],
    ([, content]) => ({ content }),
  ),
  history: objectRequest<Of<'history'>>(12),
}

const typeOfCode = new Map((Object.keys(codecs) as MessageType[]).map((type) => [codecs[type].code, type]))

function toObjectId(bytes: Uint8Array): ObjectId {
  return toHex(bytes) as ObjectId
}

export function encodeMessage(message: PeerMessage): Message {
  const { stream, write } = codecs[message.type] as Codec<PeerMessage>
  return { stream, bytes: encodeCbor(write(message)) }
}

/** The message, or undefined for anything malformed or on the wrong stream. */
export function decodeMessage(message: Message): PeerMessage | undefined {
  const value = decodeCbor(message.bytes)
  if (!Array.isArray(value)) return undefined
  const type = typeOfCode.get(value[0] as number)
  if (!type || codecs[type].stream !== message.stream) return undefined
  const fields = codecs[type].read(value as CborValue)
  return fields && ({ type, ...fields } as PeerMessage)
}
