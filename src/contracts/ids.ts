/** Ids are lower-case hexadecimal text in memory and raw bytes on disk and wire. */
declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** A room: first 16 bytes of the hash of its genesis entry. */
export type RoomId = Branded<'RoomId'>
/** A feed: 16 bytes, one writer, one run of one device. */
export type FeedId = Branded<'FeedId'>
/** An entry: 32 bytes, the hash of its head. */
export type EntryId = Branded<'EntryId'>
/** A file in a room: 16 bytes, stable over renames. */
export type FileId = Branded<'FileId'>
/** A virtual author: 16 bytes. */
export type AuthorId = Branded<'AuthorId'>
/** An epoch: 16 bytes that commit to its key; all zero for the control key. */
export type EpochId = Branded<'EpochId'>
/** A Git object: 20 bytes (sha1) or 32 (sha256). */
export type ObjectId = Branded<'ObjectId'>
/** A member's or device's Ed25519 public key: 32 bytes. */
export type KeyId = Branded<'KeyId'>
/** A running endpoint as signaling knows it: chosen anew for each run. */
export type EndpointId = Branded<'EndpointId'>

/** Stands for the room inside its own genesis entry. */
export const zeroRoom = '0'.repeat(32) as RoomId
/** Stands for the feed inside the genesis entry. */
export const zeroFeed = '0'.repeat(32) as FeedId
/** What lies before the first entry of a feed. */
export const zeroEntry = '0'.repeat(64) as EntryId
/** The epoch of the control key. */
export const controlEpoch = '0'.repeat(32) as EpochId
