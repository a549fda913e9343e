import { formatTicket, parseTicket } from '../../identity/ticket.ts'
import { didKey } from '../../identity/did-key.ts'
import { utf8 } from '../../lib/bytes.ts'
import { nodeClock } from '../../node/clock.ts'
import { nodeCrypto } from '../../node/crypto.ts'
import { createMemberKey, memberKeyPath } from '../../node/member-key-file.ts'
import { nodeRandom } from '../../node/random.ts'
import { checkedOut } from '../../repository/collaboration.ts'
import { commit } from '../../repository/commit.ts'
import { RoomHost } from '../../repository/room-host.ts'
import { roomStatus } from '../../repository/room-status.ts'
import { Workspace } from '../../repository/workspace.ts'
import { AnvcsError } from '../../contracts/errors.ts'
import { signalingClient } from '../../../signaling/client/index.ts'
import { startSignalingServer, type SignalingServer } from '../../../signaling/server/index.ts'
import { loadNodeWebrtc, webrtcTransport } from '../../../transports/webrtc/index.ts'
import { concurrencyAt } from './concurrency.ts'
import { Partition } from './partition.ts'
import type { CallName, PeerCalls, PeerState } from './peer-calls.ts'
import { Typist } from './typist.ts'

type Handlers = { readonly [Name in CallName]: (ask: PeerCalls[Name]['ask']) => Promise<PeerCalls[Name]['answer']> }

/** One member of the demo: a clone, its room, and the way to the others. */
export class Peer {
  readonly #name: string
  readonly #workspace: Workspace
  readonly #warn: (message: string) => void
  readonly #partition = new Partition()
  #server: SignalingServer | undefined
  #host: RoomHost | undefined

  private constructor(name: string, workspace: Workspace, warn: (message: string) => void) {
    this.#name = name
    this.#workspace = workspace
    this.#warn = warn
  }

  static async open(name: string, folder: string, warn: (message: string) => void): Promise<Peer> {
    return new Peer(name, await Workspace.open({ path: folder, environment: process.env }), warn)
  }

  readonly calls: Handlers = {
    found: async ({ uses }) => {
      await this.#createKey()
      this.#server = await startSignalingServer()
      const host = await RoomHost.create({ workspace: this.#workspace, branch: checkedOut(this.#workspace) })
      await this.#begin(host, [this.#server.url])
      const ticket = await host.room.invite({ uses, hints: [this.#server.url] })
      return { ticket: formatTicket(nodeCrypto, ticket), room: host.room.id }
    },
    join: async ({ ticket: text }) => {
      await this.#createKey()
      const ticket = parseTicket(nodeCrypto, text)
      if (!ticket) throw new AnvcsError('TICKET_INVALID')
      const host = await RoomHost.join({ workspace: this.#workspace, branch: checkedOut(this.#workspace) }, ticket)
      await this.#begin(host, ticket.hints)
      return null
    },
    type: async (script) => {
      await new Typist(this.#room).run(script)
      return null
    },
    settle: async () => {
      const { mirror, room, follower } = this.#room
      await mirror?.scan()
      await room.flush()
      await follower.step()
      return this.#state()
    },
    state: async () => this.#state(),
    concurrency: async ({ path }) => concurrencyAt(this.#room, path),
    commit: async ({ report, ...request }) => {
      const done = await commit(this.#workspace, this.#room, { ...request, testReport: utf8(report) })
      return { commit: done.commit, files: done.paths.length, contributors: done.contributors.map(({ name }) => name) }
    },
    cut: async () => {
      await this.#partition.cut()
      return this.#partition.traffic
    },
    mend: async () => {
      const { traffic } = this.#partition
      this.#partition.mend()
      return traffic
    },
    announce: async () => {
      this.#room.room.announce()
      return null
    },
    traffic: async () => {
      const stats = this.#server?.stats()
      return { ...this.#partition.traffic, serverBytes: stats ? stats.bytesIn + stats.bytesOut : 0 }
    },
    close: async () => {
      await this.close()
      return null
    },
  }

  async close(): Promise<void> {
    await this.#host?.close()
    await this.#server?.close()
    await this.#workspace.close()
  }

  get #room(): RoomHost {
    if (!this.#host) throw new AnvcsError('ROOM_CLOSED')
    return this.#host
  }

  async #createKey(): Promise<void> {
    await createMemberKey(nodeCrypto, nodeRandom, memberKeyPath(this.#workspace.configFolder), this.#name)
  }

  async #begin(host: RoomHost, urls: readonly string[]): Promise<void> {
    this.#host = host
    host.events.on('problem', ({ message }) => this.#warn(message))
    host.events.on('paused', ({ reason }) => reason !== undefined && this.#warn(`paused: ${reason}`))
    const transport = webrtcTransport({ clock: nodeClock, random: nodeRandom, wrtc: await loadNodeWebrtc() })
    const WebSocket = this.#partition.webSocket()
    const signaling = signalingClient({ urls, crypto: nodeCrypto, random: nodeRandom, clock: nodeClock, WebSocket })
    host.meet(this.#partition.transport(transport), signaling)
    await host.ready()
    await host.begin()
  }

  #state(): PeerState {
    const host = this.#room
    const { members: _, ...status } = roomStatus(host)
    const { git } = this.#workspace
    return {
      member: didKey(host.room.self!.member),
      head: git.refs.read(host.branch) ?? '',
      heads: status.heads.length,
      digest: status.digest,
      entries: status.entries,
      waiting: status.waitingEntries + status.waiting.length,
      voided: status.voided,
      peers: status.peers.filter(({ equal }) => equal).map(({ name }) => name),
      paused: status.paused,
    }
  }
}
