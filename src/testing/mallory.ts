import type { EntryId, FeedId } from '../contracts/ids.ts'
import { controlEpoch, type RoomId } from '../contracts/ids.ts'
import type { Past } from '../history/causality.ts'
import { operationsKind, readOperations, writeOperations, type OperationBody } from '../history/operations-body.ts'
import { feedClientId, feedIdOf } from '../identity/ids.ts'
import { proveLink, type LinkView } from '../identity/link-proof.ts'
import type { Ticket } from '../identity/ticket.ts'
import type { CborValue } from '../lib/cbor.ts'
import { decodeEntry, openEntry, sealEntry, type Dependency, type Entry, type EntryFields } from '../journal/entry.ts'
import { FeedIndex } from '../journal/feed-index.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { nodeDeflate } from '../node/deflate.ts'
import { writeControlBody, type ControlBody, type OpeningBody } from '../room/control-body.ts'
import { readHello, writeHello, type Hello } from '../room/handshake.ts'
import type { RoomKeys } from '../room/keys.ts'
import { RoomIdentity } from '../room/room-identity.ts'
import type { Room } from '../room/room.ts'
import { loadSecrets } from '../room/secrets.ts'
import { HostileLink } from './hostile-link.ts'
import { SimFeedStore } from './sim-feed-store.ts'
import type { SimPeer } from './sim-peer.ts'
import { SimVault } from './sim-vault.ts'
import type { SimWorld } from './sim-world.ts'

/** What an entry says instead of the truth. */
export interface Lie {
  readonly fields?: Partial<EntryFields>
  readonly signingSeed?: Uint8Array
  /** How many operation numbers the entry uses up at honest peers; as many as its body holds if left out. */
  readonly operations?: number
  readonly compress?: boolean
  /** Feeds whose newest entries it pretends not to know yet. */
  readonly unseen?: ReadonlySet<FeedId>
  /** The entry is not taken into the own feed: another one may follow in its place. */
  readonly aside?: true
}

/**
 * A member whose program is hostile: it was let in like everybody else, holds the keys of the room, and seals, signs and
 * sends whatever it likes.
 */
export class Mallory {
  readonly keys: RoomKeys
  readonly identity: RoomIdentity
  readonly index = new FeedIndex()
  readonly links: HostileLink[] = []
  feed: FeedId
  readonly admission: EntryId
  readonly #world: SimWorld
  readonly #waiting: Entry[] = []
  readonly #told = new Map<FeedId, Map<FeedId, EntryId>>()
  readonly #entries = new Map<EntryId, Entry>()

  private constructor(world: SimWorld, keys: RoomKeys, identity: RoomIdentity, feed: FeedId, admission: EntryId) {
    this.#world = world
    this.keys = keys
    this.identity = identity
    this.feed = feed
    this.admission = admission
  }

  /** Joins like an honest member, then stops the honest program. */
  static async join(world: SimWorld, peer: SimPeer, ticket: Ticket): Promise<Mallory> {
    await peer.join(ticket)
    await world.wait(peer.room.ready())
    await world.wait(peer.room.flush())
    const { identity } = peer
    const { device } = identity.certificate
    const { feed } = peer.room.membership.feedsOf(device)[0]!
    const { id: admission } = peer.room.self!
    await peer.stop()
    const mount = peer.disk.mount()
    const secrets = await world.wait(loadSecrets(nodeCrypto, new SimVault(mount)))
    const mallory = new Mallory(world, secrets!.keys, identity, feed, admission)
    const store = await world.wait(SimFeedStore.open(mount))
    for (const each of await store.feeds()) for await (const { bytes } of store.read(each)) mallory.take(bytes)
    return mallory
  }

  /** The Yjs client that belongs to its feed. */
  get client(): number {
    return feedClientId(this.#world.crypto, this.keys.room, this.feed)
  }

  /** Entries that came from others, in an order that fits. */
  take(bytes: Uint8Array): void {
    const entry = decodeEntry(nodeCrypto, bytes)
    if (!entry) return
    this.#waiting.push(entry)
    for (let progress = true; progress;) {
      progress = false
      for (const [at, each] of this.#waiting.entries()) {
        const chain = this.index.follows(each)
        if (chain === 'gap') continue
        this.#waiting.splice(at, 1)
        if (chain === 'next') this.#add(each, this.operationsOf(each))
        progress = true
        break
      }
    }
  }

  #add(entry: Entry, operations: number): void {
    this.index.add(entry, operations)
    this.#entries.set(entry.id, entry)
  }

  /** An entry that it knows. */
  entry(feed: FeedId, seq: number): Entry | undefined {
    const id = this.index.idOf(feed, seq)
    return id && this.#entries.get(id)
  }

  operationsOf(entry: Entry): number {
    const keys = this.keys.forEntry(entry.head.room, entry.head.epoch, entry.head.feed)
    const body = keys && openEntry(nodeCrypto, nodeDeflate, keys, entry)
    return body === undefined ? 0 : countOperations(body)
  }

  /** Seals a body as the next entry of its feed, as it should be but for the lie. */
  seal(body: CborValue, lie: Lie = {}): Entry {
    const last = this.index.head(this.feed)
    const deps = this.#dependencies(lie.unseen)
    const fields: EntryFields = {
      room: this.keys.room,
      feed: this.feed,
      seq: this.index.length(this.feed),
      prev: last?.id,
      lamport: 1 + Math.max(last?.lamport ?? 0, ...deps.map((dep) => this.index.lamportOf(dep.feed, dep.seq))),
      timeMs: Math.max(last?.timeMs ?? 0, Math.floor(this.#world.clock.now())),
      epoch: this.keys.newest!,
      firstOperation: this.index.operationsIn(this.feed, this.index.length(this.feed)),
      deps,
      ...lie.fields,
    }
    const keys = this.keys.forEntry(fields.room, fields.epoch, fields.feed)!
    const seed = lie.signingSeed ?? this.identity.deviceSeed
    const entry = sealEntry(nodeCrypto, nodeDeflate, keys, seed, fields, body, lie.compress)
    if (lie.aside) return entry
    for (const { feed, id } of deps) this.#toldOf(this.feed).set(feed, id)
    this.#add(entry, lie.operations ?? countOperations(body))
    return entry
  }

  #dependencies(unseen: ReadonlySet<FeedId> = new Set()): readonly Dependency[] {
    return this.index
      .positions()
      .filter(({ feed, head }) => feed !== this.feed && !unseen.has(feed) && this.#toldOf(this.feed).get(feed) !== head)
      .map(({ feed, length, head }) => ({ feed, seq: length - 1, id: head }))
  }

  #toldOf(feed: FeedId): Map<FeedId, EntryId> {
    let told = this.#told.get(feed)
    if (!told) this.#told.set(feed, (told = new Map<FeedId, EntryId>()))
    return told
  }

  /** The causal past that the next entry will have. */
  pastOfNext(unseen?: ReadonlySet<FeedId>): Past {
    const seq = this.index.length(this.feed)
    const past = new Map(seq ? this.index.past(this.feed, seq - 1) : [])
    if (seq) past.set(this.feed, seq)
    const raise = (feed: FeedId, length: number) => past.set(feed, Math.max(length, past.get(feed) ?? 0))
    for (const dep of this.#dependencies(unseen)) {
      for (const [feed, length] of this.index.past(dep.feed, dep.seq)) raise(feed, length)
      raise(dep.feed, dep.seq + 1)
    }
    return past
  }

  sealOperations(operations: readonly OperationBody[], lie?: Lie): Entry {
    return this.seal(writeOperations(operations), lie)
  }

  sealControl(body: ControlBody, lie: Lie = {}): Entry {
    const fields = { epoch: controlEpoch, ...lie.fields }
    return this.seal(writeControlBody(body), { ...lie, fields, compress: false })
  }

  /** Opens the feed of another run; later entries are sealed into it. `lie` replaces parts of the opening. */
  openRun(run: number, lie: Partial<OpeningBody> = {}): Entry {
    const { certificate } = this.identity
    this.feed = feedIdOf(nodeCrypto, this.keys.room, this.admission, certificate.number, run)
    const salt = new Uint8Array(16)
    return this.sealControl({ kind: 'opening', admission: this.admission, run, certificate, salt, ...lie })
  }

  /** A link to the room of an honest peer, authenticated as an honest device would. */
  async meet(room: Room): Promise<HostileLink> {
    const link = HostileLink.open(room, this.#world.random)
    await this.introduce(link)
    link.onEntries = (bytes) => this.take(bytes)
    this.links.push(link)
    link.send({ type: 'digest', digest: new Uint8Array(32) })
    link.send({ type: 'vector', whole: true, positions: [] })
    for (let seq = 0; seq < this.index.length(this.feed); seq++)
      link.send({ type: 'entries', entries: [this.entry(this.feed, seq)!.bytes] })
    return link
  }

  /** The handshake by hand; `lie` replaces parts of the hello. */
  introduce(link: HostileLink, lie?: Partial<Hello>): Promise<void> {
    return introduce(this.#world, link, this.identity, this.keys.room, lie)
  }

  /** Sends entries to everybody it is linked to. */
  send(...entries: readonly Entry[]): void {
    for (const link of this.links) for (const { bytes } of entries) link.send({ type: 'entries', entries: [bytes] })
  }
}

/** The handshake of a device, by hand; `lie` replaces parts of its hello. Resolves when the other side has answered or closed. */
export async function introduce(
  world: SimWorld,
  link: HostileLink,
  identity: RoomIdentity,
  room: RoomId,
  lie: Partial<Hello> = {},
): Promise<void> {
  const own: Hello = { ...identity.hello(room, link.link, world.random, undefined), ...lie }
  link.sendBytes(writeHello(own))
  await world.wait(link.handshake(1))
  const peer = link.early[0] && readHello(link.early[0])
  if (!peer) return
  link.sendBytes(proveLink(nodeCrypto, identity.deviceSeed, viewOf(link, own, peer)))
  await world.wait(link.handshake(2))
}

/** Somebody with keys of its own. */
export function stranger(world: SimWorld, name = 'stranger'): RoomIdentity {
  const device = { signingSeed: world.random.bytes(32), agreementSecret: world.random.bytes(32), number: 0 }
  const person = { name, email: `${name}@example.org` }
  return RoomIdentity.ofSeed(nodeCrypto, world.random.bytes(32), device, person)
}

function viewOf(link: HostileLink, own: Hello, peer: Hello): LinkView {
  return {
    role: link.link.role,
    binding: link.link.binding,
    roomTag: own.roomTag,
    ownNonce: own.nonce,
    otherNonce: peer.nonce,
    ownCertificate: own.certificate,
    otherCertificate: peer.certificate,
  }
}

function countOperations(body: CborValue): number {
  return Array.isArray(body) && body[0] === operationsKind ? (readOperations(body)?.length ?? 0) : 0
}
