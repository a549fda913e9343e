import { existsSync } from 'node:fs'
import type { ObjectId } from '../contracts/ids.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { NoteAddition } from '../git/notes.ts'
import type { Ticket } from '../identity/ticket.ts'
import { objectFormatOf } from '../objects/object-id.ts'
import { loadNodeWebrtc } from '../../transports/webrtc/index.ts'
import { webSocketHints } from './collaboration.ts'
import { exchange } from './exchange.ts'
import { readIceServers } from './ice-servers.ts'
import { knownUrls, rememberUrls } from './known-urls.ts'
import { meetRoom } from './meet-room.ts'
import { writeNotes } from './notes-ref.ts'
import { settingsOf } from './read-settings.ts'
import { RoomHost } from './room-host.ts'
import { keepRoomRefs } from './room-refs.ts'
import type { RoomRefs, RoomRemote, RoomRemoteOptions } from './room-remote.ts'
import { takeCommit } from './take-commit.ts'

const joinMs = 30_000
const joinHint = 'A newcomer needs a member who is there: ask one to run `ai-vcs collab start`.'

/** A room that is open for as long as git asks. Files and branch of the clone stay as they are, unless the clone mirrors the room. */
export class OpenedRemote implements RoomRemote {
  readonly #host: RoomHost
  readonly #signal: AbortSignal | undefined
  readonly #notes: NoteAddition[] = []

  private constructor(host: RoomHost, signal: AbortSignal | undefined) {
    this.#host = host
    this.#signal = signal
    host.room.events.on('commit', ({ commit, lines }) => {
      if (lines.length) this.#notes.push({ commit, lines })
    })
  }

  static async open({ workspace, signal }: RoomRemoteOptions, ticket: Ticket): Promise<OpenedRemote> {
    const { data } = workspace
    if (objectFormatOf(ticket.base) !== workspace.git.format)
      throw new AnvcsError('ROOM_MISMATCH', {
        message: `The repository of the room names its objects by ${objectFormatOf(ticket.base)}, and this one does not.`,
        hint: `Make one that does: \`git init --object-format=${objectFormatOf(ticket.base)}\`, then \`git fetch\` from the ticket.`,
      })
    const { values } = await settingsOf(workspace)
    const wrtc = await loadNodeWebrtc()
    const known = await data.branchOf(ticket.room)
    // Which branch it is will be known when a member has let this clone in.
    const branch = known ?? `refs/ai-vcs/joining/${ticket.room}`
    const options = { workspace, branch, autoMerge: values['room.autoMerge'], takesHistory: true }
    const isMember = known !== undefined && (await RoomHost.hasKeys(workspace, ticket.room))
    const host = await (isMember ? RoomHost.open(options) : RoomHost.join(options, ticket))
    const remote = new OpenedRemote(host, signal)
    try {
      const given = [...webSocketHints(ticket), ...values['signaling.servers']]
      const urls = [...new Set([...given, ...(await knownUrls(data, ticket.room))])]
      await rememberUrls(data, ticket.room, given)
      meetRoom(host, { urls, wrtc, iceServers: readIceServers(values['ice.servers']) })
      const tooLong = AbortSignal.timeout(joinMs)
      await host.ready({ signal: AbortSignal.any([tooLong, ...(signal ? [signal] : [])]) }).catch((error: unknown) => {
        throw error === tooLong.reason ? new AnvcsError('PEER_UNREACHABLE', { hint: joinHint }) : error
      })
      await remote.#nameBranch()
      return remote
    } catch (error) {
      // What went wrong first is told, not what follows from it.
      await host.close().catch(() => {})
      throw error
    }
  }

  async refs(): Promise<RoomRefs> {
    const { room } = this.#host
    await exchange(room, this.#signal)
    if (!room.peers.length) throw new AnvcsError('PEER_UNREACHABLE')
    await this.#keep()
    return { branch: this.#branch, heads: this.#heads }
  }

  async push(commit: ObjectId): Promise<void> {
    const { workspace, room } = this.#host
    // What its files hold is journaled first: otherwise the commit and the next look at them would both type it.
    if (!this.#host.follows && existsSync(workspace.data.room(room.id).mirror)) await this.#host.begin()
    await takeCommit(this.#host, commit, this.#signal)
    await this.#keep()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#host.close()
  }

  get #branch(): string {
    return `refs/heads/${this.#host.room.genesis.branch}`
  }

  /** A merge that was just computed may not be stored yet. */
  get #heads(): readonly ObjectId[] {
    const { room, workspace } = this.#host
    const heads = room.commits.heads().map(({ commit }) => commit)
    return heads.filter((id) => workspace.git.objects.has(id))
  }

  /** A room that was joined here is the room of its branch from now on, if that has none yet: `collab join` goes on with it. */
  async #nameBranch(): Promise<void> {
    const { room, branch, workspace } = this.#host
    const { data, git } = workspace
    const checked = await git.git.call(['check-ref-format', this.#branch])
    if (checked.exitCode !== 0)
      throw new AnvcsError('ROOM_MISMATCH', { message: 'The branch of the room has no name that Git allows.' })
    if (branch === this.#branch || (await data.roomOf(this.#branch))) return
    await data.setRoom(this.#branch, room.id)
    await data.setRoom(branch, undefined)
  }

  /** Keeps commits and their notes here. */
  async #keep(): Promise<void> {
    const { room, workspace } = this.#host
    const { git } = workspace
    const notes = this.#notes.splice(0)
    if (notes.length) await writeNotes(git, notes, workspace.personNow())
    await keepRoomRefs(git, room.id, room.genesis.base, this.#heads)
  }
}
