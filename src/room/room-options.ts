import type { Clock } from '../contracts/clock.ts'
import type { Crypto, Deflate } from '../contracts/crypto.ts'
import type { FeedStore } from '../contracts/feed-store.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { MergeDrivers } from '../contracts/merge-driver.ts'
import type { ObjectStore } from '../contracts/object-store.ts'
import type { Random } from '../contracts/random.ts'
import type { Vault } from '../contracts/vault.ts'
import type { RoomIdentity } from './room-identity.ts'

/** Everything that a room rests on: who this device is, where its entries and keys lie, and the powers that are lent to it. */
export interface RoomOptions {
  readonly crypto: Crypto
  readonly deflate: Deflate
  readonly clock: Clock
  readonly random: Random
  readonly store: FeedStore
  readonly vault: Vault
  readonly objects: ObjectStore
  /** One for each merge version of rooms that can be followed; a room that is founded follows the first. */
  readonly drivers: MergeDrivers
  readonly identity: RoomIdentity
  /** Lines of a commit's note, where this device has one. */
  readonly notes?: (commit: ObjectId) => readonly string[]
  /** `offer` leaves heads that would merge as they are. */
  readonly autoMerge?: 'apply' | 'offer'
}

/** What a new room begins with. */
export interface Founding {
  readonly base: ObjectId
  readonly branch: string
}
