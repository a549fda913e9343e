import type { Crypto } from '../contracts/crypto.ts'
import type { EpochId, FeedId, RoomId } from '../contracts/ids.ts'
import type { SignalTopic } from '../contracts/signaling.ts'
import { hexBytes, toHex } from '../lib/bytes.ts'
import { encodeCbor, type CborValue } from '../lib/cbor.ts'

/** Every key is HKDF-SHA256 of a root with its own label; docs/protocol.md has the table. */
function derive(
  crypto: Crypto,
  root: Uint8Array,
  label: string,
  length: number,
  ...parts: readonly CborValue[]
): Uint8Array {
  return crypto.hkdfSha256(root, encodeCbor(['anvcs/1', label, ...parts]), length)
}

export interface EntryKeys {
  readonly sealKey: Uint8Array
  readonly nonceKey: Uint8Array
}

/** The keys that seal the entries of one feed in one epoch. */
export function entryKeys(
  crypto: Crypto,
  epochKey: Uint8Array,
  place: { readonly room: RoomId; readonly epoch: EpochId; readonly feed: FeedId },
): EntryKeys {
  const parts = [hexBytes(place.room), hexBytes(place.epoch), hexBytes(place.feed)]
  return {
    sealKey: derive(crypto, epochKey, 'entry', 32, ...parts),
    nonceKey: derive(crypto, epochKey, 'nonce', 32, ...parts),
  }
}

/** The id of an epoch commits to its key: a box with another key is refused. */
export function epochIdOf(crypto: Crypto, epochKey: Uint8Array, room: RoomId): EpochId {
  return toHex(derive(crypto, epochKey, 'epoch id', 16, hexBytes(room))) as EpochId
}

/** The key of the client numbers of computed authors. */
export function idKeyOf(crypto: Crypto, controlKey: Uint8Array, room: RoomId): Uint8Array {
  return derive(crypto, controlKey, 'client id', 32, hexBytes(room))
}

/** Where members of a room meet, and the key that seals their signals; the topic changes every day (days since 1970, UTC). */
export function signalTopicOf(crypto: Crypto, epochKey: Uint8Array, room: RoomId, day: number): SignalTopic {
  return {
    topic: derive(crypto, epochKey, 'topic', 32, hexBytes(room), day),
    key: derive(crypto, epochKey, 'signaling', 32, hexBytes(room)),
  }
}
