import type { FeedId, KeyId, ObjectId } from '../contracts/ids.ts'
import type { Link } from '../contracts/transport.ts'
import type { Emitter } from '../lib/emitter.ts'
import type { Entry } from '../journal/entry.ts'
import type { SessionEvent } from '../sync/session.ts'
import { DurableFeeds } from './durable-feeds.ts'
import { EntrySource } from './entry-source.ts'
import type { Hello } from './handshake.ts'
import { ObjectTransfer } from './object-transfer.ts'
import type { PeerLink } from './peer-link.ts'
import type { RoomEvents } from './room-events.ts'
import { RoomLinks, type Welcome } from './room-links.ts'
import type { RoomOptions } from './room-options.ts'

export interface RoomTrafficOptions {
  readonly options: RoomOptions
  readonly events: Emitter<RoomEvents>
  readonly hello: (link: Link) => Hello
  readonly welcome: (hello: Hello, link: Link) => Promise<Welcome>
  readonly deviceOf: (feed: FeedId) => KeyId | undefined
  /** The base commit, once it is known. */
  readonly base: () => ObjectId | undefined
  /** Does the room speak of this commit? */
  readonly isOfRoom: (commit: ObjectId) => boolean
  /** Commits that are here. */
  readonly haves: () => readonly ObjectId[]
  readonly onEntries: (peer: PeerLink, entries: readonly Uint8Array[]) => void
  readonly onKeys: (box: Uint8Array) => void
  readonly onObjects: () => void
  /** Somebody came or went, or told how far it is. */
  readonly onExchange: () => void
  readonly onProblem: (message: string) => void
}

/** What goes over the links of a room: durable entries, Git objects, keys for newcomers, presence. */
export class RoomTraffic {
  readonly #given: RoomTrafficOptions
  readonly #durable: DurableFeeds
  readonly #source: EntrySource
  readonly #transfer: ObjectTransfer
  readonly #links: RoomLinks
  #presence: Uint8Array | undefined
  /** Peers whose entries found no room: they are asked for all again when there is some. */
  readonly #askLater = new Set<PeerLink>()

  constructor(given: RoomTrafficOptions) {
    this.#given = given
    const { crypto, clock, objects, store, identity } = given.options
    this.#durable = new DurableFeeds(crypto)
    this.#source = new EntrySource(store)
    const { base, isOfRoom, haves, onObjects, onProblem, hello, welcome, deviceOf } = given
    this.#transfer = new ObjectTransfer({ objects, clock, base, isOfRoom, haves, onObjects, onProblem })
    this.#links = new RoomLinks({
      crypto,
      clock,
      deviceSeed: identity.deviceSeed,
      source: this.#source,
      replica: {
        positions: () => this.#durable.positions(),
        digest: () => this.#durable.digest(),
        length: (feed) => this.#durable.length(feed),
        deviceOf,
      },
      hello,
      welcome,
      onEvents: (peer, events) => this.#onEvents(peer, events),
      onPeer: (peer, state) => this.#onPeer(peer, state),
      onProblem,
    })
  }

  get peers(): readonly PeerLink[] {
    return this.#links.peers
  }

  /** Number of entries that are durable here. */
  get entryCount(): number {
    return this.#durable.positions().reduce((sum, { length }) => sum + length, 0)
  }

  /** SHA-256 over how far each feed is durable here. */
  get digest(): Uint8Array {
    return this.#durable.digest()
  }

  /** Takes a link that is open but not authenticated. */
  attach(link: Link): void {
    this.#links.attach(link)
  }

  /** Entries were in the journal when it was opened. */
  replayed(entries: readonly Entry[]): void {
    this.#durable.add(entries)
  }

  /** Entries have become durable: they are sent to those that lack them. */
  durable(entries: readonly Entry[]): void {
    this.#durable.add(entries)
    const feeds = new Set<FeedId>()
    for (const { feed, head, bytes } of entries) {
      this.#source.add({ feed, seq: head.seq, bytes })
      feeds.add(feed)
    }
    this.#links.advanced(feeds)
  }

  /** Entries wait for these Git objects. */
  need(objects: readonly ObjectId[]): void {
    this.#transfer.need(objects)
  }

  /** Asks for Git objects beside those. */
  wish(objects: readonly ObjectId[]): void {
    this.#transfer.wish(objects)
  }

  /** What the peer has sent could not be kept. */
  askLater(peer: PeerLink): void {
    this.#askLater.add(peer)
  }

  /** Asks those again for whom there is room now. */
  askAgain(hasRoom: (peer: PeerLink) => boolean): void {
    for (const peer of this.#askLater) {
      if (!hasRoom(peer)) continue
      this.#askLater.delete(peer)
      peer.session.restart()
      peer.flush()
    }
  }

  setPresence(content: Uint8Array): void {
    this.#presence = content
    for (const peer of this.peers) peer.send({ type: 'presence', content })
  }

  async close(): Promise<void> {
    await this.#links.close()
  }

  #onPeer(peer: PeerLink, state: 'linked' | 'gone'): void {
    if (state === 'linked') {
      if (this.#presence) peer.send({ type: 'presence', content: this.#presence })
      this.#transfer.addPeer(peer)
    } else {
      this.#transfer.removePeer(peer)
      this.#askLater.delete(peer)
    }
    const { device, member } = peer
    this.#given.events.emit('peer', { state, device, member, path: peer.link.path })
    this.#given.onExchange()
  }

  #onEvents(peer: PeerLink, events: readonly SessionEvent[]): void {
    for (const event of events) this.#onEvent(peer, event)
  }

  #onEvent(peer: PeerLink, event: SessionEvent): void {
    const { onEntries, onKeys, onExchange, events } = this.#given
    switch (event.type) {
      case 'entries':
        onEntries(peer, event.entries)
        break
      case 'keys':
        onKeys(event.box)
        break
      case 'want':
      case 'history':
        void this.#transfer.serve(peer, event).then(() => peer.answered(event.size))
        break
      case 'pack':
        void this.#transfer.receive(peer, event)
        break
      case 'lacking':
        this.#transfer.lacking(peer, event.request)
        break
      case 'presence':
        events.emit('presence', { member: peer.member, device: peer.device, content: event.content })
        break
      case 'positions':
        onExchange()
        break
    }
  }
}
