import type { ObjectId } from '../contracts/ids.ts'
import { didKey } from '../identity/did-key.ts'
import { mayBeFollowed } from './branch-follower.ts'
import type { RoomHost } from './room-host.ts'

/** A room as `status` shows it. */
export interface RoomStatus {
  readonly room: string
  readonly branch: string
  /** The commit that the branch names here. */
  readonly tip: ObjectId | null
  readonly ready: boolean
  /** This member; null until the room has admitted it. */
  readonly self: string | null
  readonly base: ObjectId
  readonly members: readonly { readonly did: string; readonly name: string; readonly email: string }[]
  readonly peers: readonly {
    readonly did: string
    readonly name: string
    readonly path: string
    readonly lastHeardMs: number
    readonly equal: boolean
  }[]
  readonly signaling: boolean
  readonly heads: readonly ObjectId[]
  /** See `unsignedHeads`. */
  readonly unsigned: readonly ObjectId[]
  /** Commits that wait, and for what. */
  readonly waiting: readonly { readonly commit: ObjectId; readonly reason: string }[]
  readonly waitingEntries: number
  readonly entries: number
  /** Equal at peers that hold the same entries. */
  readonly digest: string
  readonly paused: string | null
  /** Does it stand still until somebody resumes it? */
  readonly standing: boolean
  /** Paths that lie here, untracked, and are not shared until they are added. */
  readonly held: readonly string[]
  readonly voided: number
}

/** Heads that the branch does not follow, since no member has signed them. */
export function unsignedHeads({ room, branch, workspace: { git } }: RoomHost): readonly ObjectId[] {
  const tip = git.refs.read(branch)
  const heads = room.commits.heads().map(({ commit }) => commit)
  // A merge that was just computed may not be stored yet.
  return heads.filter((head) => head !== tip && git.objects.has(head) && !mayBeFollowed(room, head))
}

/** How a room stands now. */
export function roomStatus(host: RoomHost): RoomStatus {
  const { room, branch, mirror, workspace } = host
  const nameOf = (member: Parameters<typeof didKey>[0]) => room.membership.personOf(member)?.name ?? 'unknown'
  const tip = workspace.git.refs.read(branch) ?? null
  const heads = room.commits.heads().map(({ commit }) => commit)
  const members = new Map([...room.membership.admissions].map(({ member, person }) => [member, person]))
  return {
    room: room.id,
    branch: branch.replace('refs/heads/', ''),
    tip,
    ready: room.isReady,
    self: room.self ? didKey(room.self.member) : null,
    base: room.genesis.base,
    members: [...members].map(([member, { name, email }]) => ({ did: didKey(member), name, email })),
    peers: room.peers.map(({ member, link, lastHeardMs, session }) => ({
      did: didKey(member),
      name: nameOf(member),
      path: link.path,
      lastHeardMs,
      equal: session.isEqual(),
    })),
    signaling: room.meeting?.connected ?? false,
    heads,
    unsigned: unsignedHeads(host),
    waiting: room.commits.waiting,
    waitingEntries: room.waitingEntries,
    entries: room.entryCount,
    digest: room.digest,
    paused: mirror?.paused ?? null,
    standing: mirror?.isStanding ?? false,
    held: mirror?.held ?? [],
    voided: room.voided.length,
  }
}
