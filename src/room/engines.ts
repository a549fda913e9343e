import type { Crypto } from '../contracts/crypto.ts'
import type { KeyId, ObjectId } from '../contracts/ids.ts'
import type { MergeDriver } from '../contracts/merge-driver.ts'
import type { ObjectStore } from '../contracts/object-store.ts'
import type { Anchor } from '../history/anchor.ts'
import type { NamingEntry } from '../history/naming-entry.ts'
import { RoomHistory } from '../history/room-history.ts'
import { Views } from '../history/views.ts'
import { roomTag } from '../identity/ids.ts'
import type { FeedIndex } from '../journal/feed-index.ts'
import { mustHaveBase } from './base-commit.ts'
import { CommitReader } from './commit-reader.ts'
import { CommitStates } from './commit-states.ts'
import type { GenesisBody } from './control-body.ts'
import type { RoomKeys } from './keys.ts'
import { LiveFiles } from './live-files.ts'
import type { Membership } from './membership.ts'
import type { OwnFeed } from './own-feed.ts'
import { RoomCommits } from './room-commits.ts'
import { RoomFiles } from './room-files.ts'
import { ToldCommits } from './told-commits.ts'

/** Everything that rests on the base commit, and therefore begins with genesis. */
export interface Engines {
  readonly history: RoomHistory
  readonly views: Views
  readonly live: LiveFiles
  readonly reader: CommitReader
  readonly files: RoomFiles
  readonly commits: RoomCommits
  readonly told: ToldCommits
}

export interface EnginesOptions {
  readonly crypto: Crypto
  readonly objects: ObjectStore
  readonly driver: MergeDriver
  readonly keys: RoomKeys
  readonly index: FeedIndex
  readonly membership: Membership
  readonly device: KeyId
  readonly feed: () => OwnFeed
  readonly onChange: () => void
  readonly name: (entry: NamingEntry) => Promise<unknown>
  readonly flush: () => Promise<void>
  readonly notes: (commit: ObjectId) => readonly string[]
  readonly attest: (merge: Anchor) => Promise<string>
}

/** Throws ROOM_MISMATCH where the base commit of the room is not in the repository. */
export function beginEngines(genesis: GenesisBody, options: EnginesOptions): Engines {
  const { crypto, objects, driver, keys, index, membership, device, feed } = options
  const { onChange, name, flush, notes, attest } = options
  const { base } = genesis
  mustHaveBase(objects, base, genesis.objectFormat)
  const { room, idKey } = keys
  const history = new RoomHistory({ crypto, room, idKey, objects, base, driver, causality: index })
  const views = new Views(history)
  const live = new LiveFiles(views)
  const reader = new CommitReader({ crypto, objects: history.objects, membership, roomTag: roomTag(crypto, room) })
  const heardSinceMs = (commit: ObjectId, sinceMs: number) =>
    membership.heardSinceMs(reader.memberOf(commit), index, device, sinceMs)
  const files = new RoomFiles({ history, views, live, index, feed, onChange })
  const states = new CommitStates({ history, views, live, files })
  const told = new ToldCommits(history)
  const facts = { commits: reader, notes, attest, heardSinceMs }
  const commits = new RoomCommits({ history, views, live, objects, states, told, name, flush, ...facts })
  return { history, views, live, reader, files, commits, told }
}
