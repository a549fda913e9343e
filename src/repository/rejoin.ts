import type { ObjectId } from '../contracts/ids.ts'
import { didKey } from '../identity/did-key.ts'
import { exchange } from './exchange.ts'
import type { RoomHost } from './room-host.ts'
import { unsignedHeads } from './room-status.ts'

/** What a rejoin has brought. */
export interface RejoinReport {
  readonly peers: readonly {
    readonly did: string
    readonly name: string
    readonly equal: boolean
    readonly path: string
    readonly entriesSent: number
    readonly entriesReceived: number
  }[]
  /** Entries that are here when the exchange begins, and after it: those that were made here, too. */
  readonly entriesBefore: number
  readonly entriesAfter: number
  readonly commitsReceived: number
  readonly headsMerged: number
  /** Heads that are left: more than one conflict. */
  readonly heads: readonly ObjectId[]
  /** Heads that the branch does not follow, since no member has signed them. */
  readonly unsigned: readonly ObjectId[]
  readonly waiting: readonly { readonly commit: ObjectId; readonly reason: string }[]
  /** The tree of the branch here, after all. */
  readonly tree: ObjectId | null
  readonly digest: string
}

/** Where a rejoin begins to count. */
interface Counted {
  readonly commits: number
  readonly merges: number
  readonly entries: ReadonlyMap<unknown, { readonly sent: number; readonly received: number }>
}

const nothing: Counted = { commits: 0, merges: 0, entries: new Map() }

/**
 * Exchanges until equal with every member that can be reached, and merges heads. A room that was opened for this tells what has come since:
 * others are met before it is ready.
 */
export async function rejoin(
  host: RoomHost,
  { signal, isOpenedForThis = false }: { readonly signal?: AbortSignal; readonly isOpenedForThis?: boolean } = {},
): Promise<RejoinReport> {
  const { room, workspace } = host
  const { git } = workspace
  const entriesBefore = room.entryCount
  const before: Counted = isOpenedForThis
    ? nothing
    : { ...host.brought, entries: new Map(room.peers.map(({ session }) => [session, session.entryCounts])) }
  await host.mirror?.scan()
  await exchange(room, signal)
  await host.follower.step()
  await host.mirror?.scan()
  const tip = git.refs.read(host.branch)
  const peers = room.peers.map(({ member, session, link }) => {
    const { sent, received } = session.entryCounts
    const earlier = before.entries.get(session) ?? { sent: 0, received: 0 }
    return {
      did: didKey(member),
      name: room.membership.personOf(member)?.name ?? 'unknown',
      equal: session.isEqual(),
      path: link.path,
      entriesSent: sent - earlier.sent,
      entriesReceived: received - earlier.received,
    }
  })
  return {
    peers,
    entriesBefore,
    entriesAfter: room.entryCount,
    commitsReceived: host.brought.commits - before.commits,
    headsMerged: host.brought.merges - before.merges,
    heads: room.commits.heads().map(({ commit }) => commit),
    waiting: room.commits.waiting,
    unsigned: unsignedHeads(host),
    tree: tip ? room.engines.reader.read(tip).tree : null,
    digest: room.digest,
  }
}
