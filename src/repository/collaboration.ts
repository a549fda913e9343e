import { networkInterfaces } from 'node:os'
import { AnvcsError } from '../contracts/errors.ts'
import type { KeyId, ObjectId } from '../contracts/ids.ts'
import type { Transport } from '../contracts/transport.ts'
import { readHead } from '../git/head.ts'
import { didKey } from '../identity/did-key.ts'
import { formatTicket, parseTicket, type Ticket } from '../identity/ticket.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { LocalSocket, type LocalServer } from '../node/local-socket.ts'
import { inTurn } from '../lib/in-turn.ts'
import { KeepingEmitter } from '../lib/keeping-emitter.ts'
import { mustBeWebSocketUrl } from '../../signaling/client/index.ts'
import { startSignalingServer, type SignalingServer } from '../../signaling/server/index.ts'
import { loadNodeWebrtc, type IceServer } from '../../transports/webrtc/index.ts'
import type { DataFolder } from './data-folder.ts'
import { exchange, readyForExchange } from './exchange.ts'
import { HostMethods } from './host-methods.ts'
import { knownUrls, rememberUrls } from './known-urls.ts'
import { knownPort, rememberPort } from './known-port.ts'
import { meetRoom } from './meet-room.ts'
import { RoomHost, type HostOptions } from './room-host.ts'
import { unsignedHeads } from './room-status.ts'
import { checkName } from './run-git.ts'
import type { Workspace } from './workspace.ts'

export interface CollaborationOptions {
  readonly workspace: Workspace
  /** Full name of the branch; the one that is checked out unless told. */
  readonly branch?: string
  /** Signaling servers besides our own. */
  readonly signalingUrls?: readonly string[]
  readonly iceServers?: readonly IceServer[]
  /** Where the embedded signaling server listens; `false`: there is none. */
  readonly listen?: { readonly host?: string; readonly port?: number } | false
  readonly follow?: boolean
  readonly autoMerge?: 'apply' | 'offer'
  readonly shareChanges?: boolean
  /** It is opened for an exchange alone, and given up where nobody has what it needs to be opened. */
  readonly isForExchange?: boolean
  /** What a damaged journal has lost is fetched before files are compared with the room. */
  readonly exchangesFirst?: boolean
  /** Lays something between the room and its transport: a meter, say, or a cut. */
  readonly wrapTransport?: (transport: Transport) => Transport
  readonly signal?: AbortSignal
}

/** Facts that a person or program who watches a room wants to know, one after the other. */
export type CollaborationEvent =
  | { readonly event: 'joined' | 'left'; readonly member: string; readonly name: string; readonly path: string }
  | { readonly event: 'changed'; readonly paths: readonly string[]; readonly origin: 'local' | 'remote' }
  | { readonly event: 'commit'; readonly commit: ObjectId; readonly author: string; readonly own: boolean }
  | { readonly event: 'merge'; readonly commit: ObjectId }
  | { readonly event: 'heads'; readonly heads: readonly ObjectId[] }
  | { readonly event: 'followed'; readonly from: ObjectId | null; readonly to: ObjectId }
  | { readonly event: 'paused'; readonly reason: string | null }
  | { readonly event: 'signaling'; readonly connected: boolean }
  | { readonly event: 'warning'; readonly message: string }
  /** It was closed. */
  | { readonly event: 'ended' }

/** A room that runs: hosted, mirrored, reachable, and open to the commands of this clone. */
export class Collaboration implements AsyncDisposable {
  readonly host: RoomHost
  /** What happens before anybody can listen, and while others are met, is told to the first who does. */
  readonly events = new KeepingEmitter<{ event: CollaborationEvent }>()
  readonly #server: SignalingServer | undefined
  readonly #local: LocalServer
  readonly #urls: readonly string[]
  #closed: Promise<void> | undefined

  private constructor(
    host: RoomHost,
    server: SignalingServer | undefined,
    local: LocalServer,
    urls: readonly string[],
  ) {
    this.host = host
    this.#server = server
    this.#local = local
    this.#urls = urls
    this.#listen()
  }

  /** Resumes the room of the branch, or founds one. */
  static start(options: CollaborationOptions): Promise<Collaboration> {
    return begin(options, async (host) => {
      const { workspace, branch } = host
      const isKnown = (await workspace.data.roomOf(branch)) !== undefined
      return isKnown ? RoomHost.open(host) : RoomHost.create(host)
    })
  }

  /** Joins by a ticket; without one, a room that this clone is in already. */
  static async join(options: CollaborationOptions, text: string | undefined): Promise<Collaboration> {
    const ticket = text === undefined ? undefined : parseTicket(nodeCrypto, text)
    if (text !== undefined && !ticket) throw new AnvcsError('TICKET_INVALID')
    const { workspace } = options
    return begin(
      { ...options, signalingUrls: [...(options.signalingUrls ?? []), ...webSocketHints(ticket)] },
      async (host) => {
        const known = await workspace.data.roomOf(host.branch)
        if (!ticket) return RoomHost.open(host)
        if (known !== ticket.room) await mustBeUnchanged(host)
        else if (await RoomHost.hasKeys(workspace, ticket.room)) return RoomHost.open(host)
        return RoomHost.join(host, ticket)
      },
    )
  }

  static async #create(
    options: CollaborationOptions,
    open: (host: HostOptions) => Promise<RoomHost>,
  ): Promise<Collaboration> {
    const { workspace, listen, iceServers, follow, autoMerge, shareChanges } = options
    const branch = options.branch ?? checkedOut(workspace)
    for (const url of options.signalingUrls ?? []) mustBeWebSocketUrl(url)
    // The binding is asked for first: without it nothing may be begun.
    const wrtc = await loadNodeWebrtc()
    let collaboration: Collaboration | undefined
    const socket = new LocalSocket(workspace.data.socket)
    const serving = await socket.serve({
      handle: (method, params, context) => {
        if (!collaboration) throw new AnvcsError('ROOM_CLOSED', { message: 'The room is being opened.' })
        return new HostMethods(collaboration).handle(method, params, context)
      },
    })
    if (serving.status === 'held')
      throw new AnvcsError('FEED_LOCKED', {
        message: `A room of this repository is running already${serving.holder ? ` (process ${serving.holder.pid})` : ''}.`,
        hint: 'Use it, or end that process first.',
      })
    let server: SignalingServer | undefined
    let host: RoomHost | undefined
    try {
      server = listen === false ? undefined : await startServer(workspace.data, branch, listen ?? {})
      host = await open({
        workspace,
        branch,
        ...(follow !== undefined && { follow }),
        ...(autoMerge && { autoMerge }),
        ...(shareChanges !== undefined && { shareChanges }),
      })
      const own = server ? [server.url] : []
      const known = await knownUrls(workspace.data, host.room.id)
      const urls = [...new Set([...own, ...(options.signalingUrls ?? []), ...known])]
      await rememberUrls(workspace.data, host.room.id, options.signalingUrls ?? [])
      if (server) await rememberPort(workspace.data, host.room.id, server.port)
      collaboration = new Collaboration(host, server, serving.server, urls)
      meetRoom(host, { urls, wrtc, iceServers, wrapTransport: options.wrapTransport })
      if (options.isForExchange) await readyForExchange(host, options.signal)
      else await host.ready(options.signal ? { signal: options.signal } : {})
      if (options.exchangesFirst) await exchange(host.room, options.signal)
      await host.begin()
      return collaboration
    } catch (error) {
      // What went wrong first is told, not what follows from it.
      await inTurn(
        () => host?.close(),
        () => server?.close(),
        () => serving.server.close(),
      ).catch(() => {})
      throw error
    }
  }

  static create(options: CollaborationOptions, open: (host: HostOptions) => Promise<RoomHost>): Promise<Collaboration> {
    return Collaboration.#create(options, open)
  }

  /** A ticket as text, with the addresses at which this host can be met. */
  async invite(options: { readonly uses?: number; readonly lifeMs?: number } = {}): Promise<string> {
    const ticket = await this.host.room.invite({ ...options, hints: this.#hints().slice(0, 8) })
    return formatTicket(nodeCrypto, ticket)
  }

  /** Bytes that have gone through our own signaling server. */
  get serverBytes(): number {
    const stats = this.#server?.stats()
    return stats ? stats.bytesIn + stats.bytesOut : 0
  }

  get signalingUrls(): readonly string[] {
    return this.#urls
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    await inTurn(
      () => this.host.close(),
      () => this.#server?.close(),
      () => this.#local.close(),
      () => this.events.emit('event', { event: 'ended' }),
    )
  }

  #hints(): readonly string[] {
    const others = this.#urls.filter((url) => url !== this.#server?.url)
    if (!this.#server) return others
    const { url, port } = this.#server
    const isEverywhere = /\/\/(?:0\.0\.0\.0|\[::\])/.test(url)
    return [...(isEverywhere ? addresses().map((address) => `ws://${address}:${port}`) : [url]), ...others]
  }

  #listen(): void {
    const { room } = this.host
    const emit = (event: CollaborationEvent): void => this.events.emit('event', event)
    const tell = (event: 'joined' | 'left', { member, path }: Met, name: string): void =>
      emit({ event, member: didKey(member), name, path })
    // A newcomer meets others before it knows their names.
    const unnamed = new Map<KeyId, Met>()
    room.events.on('peer', ({ state, device, member, path }) => {
      const person = room.membership.personOf(member)
      if (!person && state === 'linked') unnamed.set(device, { member, path })
      else if (!unnamed.delete(device))
        tell(state === 'linked' ? 'joined' : 'left', { member, path }, person?.name ?? 'unknown')
    })
    room.events.on('member', ({ member, person }) => {
      for (const [device, met] of unnamed)
        if (met.member === member && unnamed.delete(device)) tell('joined', met, person.name)
    })
    room.events.on('changed', ({ paths, origin }) => emit({ event: 'changed', paths, origin }))
    room.events.on('commit', ({ commit, kind, author, isOwn, isFirst }) => {
      // Every peer that makes a merge announces it, and whoever pulls a commit names it.
      if (!isFirst) return
      if (kind === 'fold') emit({ event: 'merge', commit })
      else emit({ event: 'commit', commit, author: author.person.name, own: isOwn })
    })
    let heads = ''
    room.events.on('settled', (settled) => {
      if (settled.heads.join() === heads) return
      heads = settled.heads.join()
      emit({ event: 'heads', heads: settled.heads })
      for (const head of settled.heads.length === 1 ? unsignedHeads(this.host) : [])
        emit({ event: 'warning', message: unsignedText(head, this.host.branch) })
    })
    room.events.on('signaling', ({ connected }) => emit({ event: 'signaling', connected }))
    this.host.events.on('followed', ({ from, to }) => emit({ event: 'followed', from: from ?? null, to }))
    this.host.events.on('paused', ({ reason }) => emit({ event: 'paused', reason: reason ?? null }))
    this.host.events.on('problem', ({ message }) => emit({ event: 'warning', message }))
  }
}

function unsignedText(head: ObjectId, branch: string): string {
  const id = head.slice(0, 10)
  return `${id} is signed by no member, so ${branch.replace('refs/heads/', '')} does not follow it (\`ai-vcs merge ${id}\`)`
}

/** A link to a member. */
interface Met {
  readonly member: KeyId
  readonly path: string
}

function begin(options: CollaborationOptions, open: (host: HostOptions) => Promise<RoomHost>): Promise<Collaboration> {
  return Collaboration.create(options, open)
}

/** Others know the port of the last run, and look for this host there. */
async function startServer(
  data: DataFolder,
  branch: string,
  listen: { readonly host?: string; readonly port?: number },
): Promise<SignalingServer> {
  const room = await data.roomOf(branch)
  const port = room && (await knownPort(data, room))
  if (listen.port || port === undefined) return startSignalingServer(listen)
  try {
    return await startSignalingServer({ ...listen, port })
  } catch (error) {
    if (!AnvcsError.is(error, 'PORT_TAKEN')) throw error
    return startSignalingServer(listen)
  }
}

/** The branch that is checked out, by its full name. Throws USAGE where HEAD is detached, REPOSITORY_UNSUPPORTED where its name is not UTF-8. */
export function checkedOut({ git }: Workspace): string {
  const { branch } = readHead(git.gitDir, git.refs)
  if (branch) {
    checkName(branch, 'branch')
    return branch
  }
  throw new AnvcsError('USAGE', {
    message: 'No branch is checked out.',
    hint: 'Check out a branch: a room is one branch.',
  })
}

/** A newcomer's uncommitted changes become everybody's: that has to be meant. */
async function mustBeUnchanged({ workspace, shareChanges }: HostOptions): Promise<void> {
  if (shareChanges) return
  const changed = (await workspace.git.index.changedFiles()).map(({ path }) => path)
  if (!changed.length) return
  throw new AnvcsError('WORK_TREE_BUSY', {
    message: `There are uncommitted changes: ${changed.slice(0, 5).join(', ')}${changed.length > 5 ? ', …' : ''}.`,
    hint: 'Commit or stash them, or share them with `--share-changes`.',
    details: { paths: changed },
  })
}

export function webSocketHints(ticket: Ticket | undefined): readonly string[] {
  return ticket?.hints.filter((hint) => /^wss?:/.test(hint)) ?? []
}

/** Addresses of this machine that others may reach, the loopback last. */
function addresses(): readonly string[] {
  const found = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const outward = found.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address)
  return [...outward.slice(0, 4), '127.0.0.1']
}
