import type { ObjectId } from '../contracts/ids.ts'
import { didKey } from '../identity/did-key.ts'
import { exchange } from './exchange.ts'
import type { RoomHost } from './room-host.ts'

/** What a rejoin has brought. */
export interface RejoinReport {
  readonly peers: readonly {
    readonly did: string
    readonly name: string
    readonly equal: boolean
    readonly path: string
  }[]
  readonly entriesBefore: number
  readonly entriesAfter: number
  readonly commitsReceived: number
  readonly headsMerged: number
  /** Heads that are left: more than one conflict. */
  readonly heads: readonly ObjectId[]
  readonly waiting: readonly { readonly commit: ObjectId; readonly reason: string }[]
  /** The tree of the branch here, after all. */
  readonly tree: ObjectId | null
  readonly digest: string
}

/** Exchanges until equal with every member that can be reached, and merges heads. */
export async function rejoin(
  host: RoomHost,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<RejoinReport> {
  const { room, workspace } = host
  const { git } = workspace
  const entriesBefore = room.entryCount
  let commitsReceived = 0
  let headsMerged = 0
  const stop = room.events.on('commit', ({ kind, isOwn, isFirst }) => {
    if (!isFirst) return
    if (kind === 'fold') headsMerged++
    else if (!isOwn) commitsReceived++
  })
  try {
    await host.mirror?.scan()
    await exchange(room, signal)
    await host.follower.step()
    await host.mirror?.scan()
  } finally {
    stop()
  }
  const tip = git.refs.read(host.branch)
  return {
    peers: room.peers.map(({ member, session, link }) => ({
      did: didKey(member),
      name: room.membership.personOf(member)?.name ?? 'unknown',
      equal: session.isEqual(),
      path: link.path,
    })),
    entriesBefore,
    entriesAfter: room.entryCount,
    commitsReceived,
    headsMerged,
    heads: room.commits.heads().map(({ commit }) => commit),
    waiting: room.commits.waiting,
    tree: tip ? room.engines.reader.read(tip).tree : null,
    digest: room.digest,
  }
}
