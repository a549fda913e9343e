import { messageOf } from '../lib/error-message.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Crypto } from '../contracts/crypto.ts'
import type { FeedId, KeyId } from '../contracts/ids.ts'
import type { Link } from '../contracts/transport.ts'
import type { Replica as SessionReplica, SessionEvent } from '../sync/session.ts'
import type { EntrySource } from './entry-source.ts'
import { Handshake, type Hello } from './handshake.ts'
import { PeerLink } from './peer-link.ts'

/** What the room decides about a device that has proved itself. */
export type Welcome =
  | Accepted
  | { readonly status: 'refused'; readonly reason: string }
  /** Neither side is a member yet, as happens where several join at once: both are about to be, and meet again. */
  | { readonly status: 'early' }

type Accepted =
  | { readonly status: 'member'; readonly member: KeyId }
  /** It shows a ticket: it gets the room's keys in a box once it is admitted. */
  | { readonly status: 'admitted'; readonly member: KeyId; readonly box: Uint8Array }

export interface RoomLinksOptions {
  readonly crypto: Crypto
  readonly clock: Clock
  readonly deviceSeed: Uint8Array
  readonly replica: SessionReplica
  readonly source: EntrySource
  /** What this device says of itself on a link. */
  readonly hello: (link: Link) => Hello
  readonly welcome: (hello: Hello, link: Link) => Promise<Welcome>
  readonly onEvents: (peer: PeerLink, events: readonly SessionEvent[]) => void
  readonly onPeer: (peer: PeerLink, state: 'linked' | 'gone') => void
  readonly onProblem: (message: string, link: Link) => void
}

const handshakeMs = 10_000
/** Links at once, authenticated or not yet. */
const maxLinks = 64
/** Messages of a peer that are kept while it is being admitted. */
const maxEarly = 256

/** The authenticated links of a room: one to each device. */
export class RoomLinks {
  readonly #options: RoomLinksOptions
  readonly #peers = new Map<KeyId, PeerLink>()
  readonly #open = new Set<Link>()
  #closed = false

  constructor(options: RoomLinksOptions) {
    this.#options = options
  }

  get peers(): readonly PeerLink[] {
    return [...this.#peers.values()]
  }

  /** Takes a link that a transport has opened: authenticates it, then exchanges over it until it closes. */
  attach(link: Link): void {
    if (this.#closed || this.#open.size >= maxLinks) {
      void link.close(this.#closed ? 'the room is closed' : 'too many links')
      return
    }
    this.#open.add(link)
    new Arrival(this.#options, link, (hello, welcome) => this.#welcome(link, hello, welcome)).begin()
    void link.closed.then(() => this.#open.delete(link))
  }

  /** Entries have become durable here: they are sent to those that lack them. */
  advanced(feeds: ReadonlySet<FeedId>): void {
    const positions = this.#options.replica.positions().filter(({ feed }) => feeds.has(feed))
    for (const peer of this.#peers.values()) {
      for (const feed of feeds) peer.advanced(feed)
      peer.session.tellPositions(positions)
      peer.flush()
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#open].map((link) => link.close('the room is closed')))
  }

  #welcome(link: Link, hello: Hello, welcome: Accepted): PeerLink {
    const { member } = welcome
    const { clock, replica, source, onEvents, onProblem } = this.#options
    const events = {
      events: onEvents,
      broke: (peer: PeerLink, reason: string) => onProblem(reason, peer.link),
    }
    const peer = new PeerLink({ link, hello, member, clock, replica, source, events })
    const older = this.#peers.get(peer.device)
    this.#peers.set(peer.device, peer)
    if (older) {
      this.#options.onPeer(older, 'gone')
      void older.close('replaced by a newer link')
    }
    void link.closed.then(() => this.#gone(peer))
    if (welcome.status === 'admitted') peer.send({ type: 'keys', box: welcome.box })
    peer.start(this.#neighboursOf(peer))
    this.#tellNeighbours()
    this.#options.onPeer(peer, 'linked')
    return peer
  }

  #gone(peer: PeerLink): void {
    if (this.#peers.get(peer.device) !== peer) return
    this.#peers.delete(peer.device)
    this.#tellNeighbours()
    this.#options.onPeer(peer, 'gone')
  }

  #neighboursOf(peer: PeerLink): readonly KeyId[] {
    return [...this.#peers.keys()].filter((device) => device !== peer.device)
  }

  #tellNeighbours(): void {
    for (const peer of this.#peers.values()) {
      peer.session.tellNeighbours(this.#neighboursOf(peer))
      peer.flush()
    }
  }
}

/** A link until it is authenticated. */
class Arrival {
  readonly #options: RoomLinksOptions
  readonly #link: Link
  readonly #handshake: Handshake
  readonly #early: Uint8Array[] = []
  readonly #accept: (hello: Hello, welcome: Accepted) => PeerLink
  #peer: PeerLink | undefined
  #proved = false
  #cancelTimer: () => void = () => {}

  constructor(options: RoomLinksOptions, link: Link, accept: (hello: Hello, welcome: Accepted) => PeerLink) {
    this.#options = options
    this.#link = link
    this.#accept = accept
    const { crypto, deviceSeed, hello } = options
    this.#handshake = new Handshake({ crypto, link, own: hello(link), deviceSeed })
  }

  begin(): void {
    this.#cancelTimer = this.#options.clock.schedule(handshakeMs, () => this.#refuse('the handshake took too long'))
    void this.#link.closed.then(() => this.#cancelTimer())
    this.#link.onMessage((message) => this.#receive(message))
    this.#send(this.#handshake.hello)
  }

  #receive(message: Uint8Array): void {
    if (this.#peer) this.#peer.receive(message)
    else if (this.#proved) this.#keep(message)
    else this.#step(message)
  }

  #keep(message: Uint8Array): void {
    if (this.#early.length < maxEarly) this.#early.push(message)
    else this.#refuse('too much was sent before the link was ready')
  }

  #step(message: Uint8Array): void {
    const step = this.#handshake.receive(message)
    if ('fault' in step) this.#refuse(step.fault)
    else if ('send' in step) this.#send(step.send)
    else void this.#settle(step.proved)
  }

  async #settle(hello: Hello): Promise<void> {
    this.#proved = true
    const welcome = await this.#options.welcome(hello, this.#link).catch((error: unknown): Welcome => ({
      status: 'refused',
      reason: messageOf(error),
    }))
    if (welcome.status === 'refused') return this.#refuse(welcome.reason)
    if (welcome.status === 'early') return this.#leave('neither side is a member yet')
    this.#cancelTimer()
    const peer = this.#accept(hello, welcome)
    this.#peer = peer
    for (const message of this.#early.splice(0)) peer.receive(message)
  }

  #send(message: Uint8Array): void {
    try {
      this.#link.send(message)
    } catch {
      this.#refuse('the link closed during the handshake')
    }
  }

  #refuse(reason: string): void {
    this.#options.onProblem(reason, this.#link)
    this.#leave(reason)
  }

  #leave(reason: string): void {
    this.#cancelTimer()
    void this.#link.close(reason)
  }
}
