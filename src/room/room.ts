import { AnvcsError } from '../contracts/errors.ts'
import { controlEpoch, type EpochId, type ObjectId, type RoomId } from '../contracts/ids.ts'
import type { Signaling } from '../contracts/signaling.ts'
import type { Link, Transport } from '../contracts/transport.ts'
import { writeNaming } from '../history/naming-entry.ts'
import { roomTag } from '../identity/ids.ts'
import type { Ticket } from '../identity/ticket.ts'
import { toHex } from '../lib/bytes.ts'
import { inTurn } from '../lib/in-turn.ts'
import { orClose } from '../lib/or-close.ts'
import type { CborValue } from '../lib/cbor.ts'
import { Emitter } from '../lib/emitter.ts'
import { messageOf } from '../lib/error-message.ts'
import type { Entry } from '../journal/entry.ts'
import { mustReachBase } from './base-commit.ts'
import { writeControlBody, type ControlBody, type GenesisBody } from './control-body.ts'
import type { Engines } from './engines.ts'
import { openOwnFeed } from './feed-choice.ts'
import { firstEpoch, sealGenesis } from './genesis.ts'
import { JournalWriter } from './journal-writer.ts'
import { RoomKeys } from './keys.ts'
import { Meeting } from './meeting.ts'
import type { Admission, Membership } from './membership.ts'
import type { OwnFeed } from './own-feed.ts'
import type { PeerLink } from './peer-link.ts'
import { Readiness, tellRefusals } from './readiness.ts'
import { replayRoom } from './replay-room.ts'
import { noRoom, type Replica, type ReplicaReport } from './replica.ts'
import type { RoomCommits } from './room-commits.ts'
import type { RoomEvents } from './room-events.ts'
import type { RoomFiles } from './room-files.ts'
import type { Founding, RoomOptions } from './room-options.ts'
import { RoomState } from './room-state.ts'
import { RoomTraffic } from './room-traffic.ts'
import { loadSecrets, type IssuedTicket } from './secrets.ts'
import { Settler } from './settler.ts'
import { TicketDesk, type InviteOptions } from './ticket-desk.ts'
import { welcomeDevice } from './welcome.ts'

/** A live room: its files, its commits, and its links to others. Portable; everything outside is passed in. */
export class Room {
  readonly id: RoomId
  readonly events = new Emitter<RoomEvents>()
  readonly #options: RoomOptions
  readonly #keys: RoomKeys
  readonly #state: RoomState
  readonly #writer: JournalWriter
  readonly #traffic: RoomTraffic
  readonly #desk: TicketDesk
  readonly #settler: Settler
  #feed: OwnFeed | undefined
  #meeting: Meeting | undefined
  readonly #readiness = new Readiness()
  #admitting = false
  #closed = false

  private constructor(options: RoomOptions, keys: RoomKeys, tickets: readonly IssuedTicket[], ticket?: Ticket) {
    const { clock, store } = options
    this.#options = options
    this.#keys = keys
    this.#desk = new TicketDesk(options, keys, tickets, ticket)
    this.id = keys.room
    this.#state = new RoomState({
      options,
      keys,
      ticket,
      events: this.events,
      feed: () => this.#ownFeed(),
      isOwn: (feed) => feed === this.#feed?.feed,
      name: (naming) => this.#write(writeNaming(naming)),
      flush: () => this.flush(),
      onKeys: () => this.#inBackground(this.#desk.save()),
      onFault: (fault) => this.#readiness.fail(fault),
    })
    this.#writer = new JournalWriter({
      store,
      clock,
      beforeWrite: () => this.#feed?.sealOperations(),
      onDurable: (entries) => {
        this.#traffic.durable(entries)
        this.events.emit('durable', { entries: entries.length })
      },
      onFailure: (error) => this.#problem(`the journal cannot be written: ${messageOf(error)}`),
    })
    this.#settler = new Settler({
      clock,
      commits: () => (this.#feed ? this.#state.engines?.commits : undefined),
      isQuiet: () => this.peers.every(({ session }) => session.isEqual()),
      merges: options.autoMerge !== 'offer',
      onSettled: () => this.events.emit('settled', { heads: this.commits.heads().map(({ commit }) => commit) }),
      onProblem: (error) => this.#problem(`heads could not be merged: ${messageOf(error)}`),
    })
    this.#traffic = new RoomTraffic({
      options,
      events: this.events,
      hello: (link) =>
        options.identity.hello(this.id, link, options.random, this.self && keys.newest ? undefined : ticket),
      welcome: (hello, link) =>
        welcomeDevice(hello, link, {
          crypto: options.crypto,
          membership: this.membership,
          keys,
          random: options.random,
          nowMs: clock.now(),
          isMember: this.self !== undefined && this.#feed !== undefined,
          add: (body) => this.#control(body),
        }),
      deviceOf: (feed) => this.membership.owner(feed)?.certificate.device,
      base: () => this.membership.genesis?.base,
      isOfRoom: (commit) => this.#state.isOfRoom(commit),
      haves: () => this.#state.engines?.commits.newest() ?? [],
      onEntries: (peer, entries) => this.#takeIn(() => this.#state.replica.receive(entries, peer.member), peer),
      onKeys: (box) => this.#inBackground(this.#takeKeys(box)),
      onObjects: () => {
        this.#takeIn(() => this.#state.replica.advance())
        this.events.emit('objects', undefined)
      },
      onExchange: () => this.#settler.plan(),
      onProblem: (message) => this.#problem(message),
    })
  }

  /** Founds a room at a commit. */
  static async create(options: RoomOptions, founding: Founding): Promise<Room> {
    const { entry, keys } = sealGenesis(options, founding)
    const room = new Room(options, keys, [])
    return orClose(room, async () => {
      await room.#desk.save()
      // Claimed as its author, so that the next run can go on in it.
      if (await options.store.claim(entry.feed, { resume: true })) room.#writer.claimed(entry.feed)
      room.#take(room.#state.replica.receive([entry.bytes]), undefined)
      if (room.#readiness.fault) throw room.#readiness.fault
      await room.#openFeed()
      await room.#control(firstEpoch(options, keys))
    })
  }

  /** Opens a room that this device is in, from its journal. Throws ROOM_MISSING where there is none. */
  static async open(options: RoomOptions): Promise<Room> {
    const secrets = await loadSecrets(options.crypto, options.vault)
    if (!secrets) throw new AnvcsError('ROOM_MISSING')
    const room = new Room(options, secrets.keys, secrets.tickets)
    return orClose(room, async () => {
      await replayRoom(room.#options.store, room.#state, room.#traffic)
      if (room.#readiness.fault) throw room.#readiness.fault
      if (room.self) await room.#openFeed()
    })
  }

  /** Joins by a ticket; `ready()` tells when this device is a member. Throws ROOM_MISMATCH where the base can never be had here. */
  static async join(options: RoomOptions, ticket: Ticket): Promise<Room> {
    mustReachBase(options.objects, ticket.base)
    const room = new Room(options, new RoomKeys(options.crypto, ticket.room), [], ticket)
    tellRefusals(room.events, room.#readiness, () => !room.#keys.newest && !room.peers.length)
    return orClose(room, () => replayRoom(room.#options.store, room.#state, room.#traffic))
  }

  /** How the room is named in trailers. */
  get tag(): string {
    return roomTag(this.#options.crypto, this.id)
  }

  get genesis(): GenesisBody {
    return this.membership.founding
  }

  get files(): RoomFiles {
    return this.#state.begun.files
  }

  get commits(): RoomCommits {
    return this.#state.begun.commits
  }

  get engines(): Engines {
    return this.#state.begun
  }

  get isReady(): boolean {
    return this.#feed !== undefined
  }

  /** The member that this device belongs to, as the room knows it. */
  get self(): Admission | undefined {
    return this.membership.admissionFor(this.#options.identity.certificate)
  }

  /** The salt of the own feed, for the digests of records. */
  get salt(): Uint8Array {
    return this.membership.saltOf(this.#ownFeed().feed)
  }

  get peers(): readonly PeerLink[] {
    return this.#traffic.peers
  }

  /** Entries that count for nothing, the newest, and why. */
  get voided(): Replica['voided'] {
    return this.#state.replica.voided
  }

  /** How many entries wait for something that is not here. */
  get waitingEntries(): number {
    return this.#state.replica.waiting.size
  }

  /** How far others can be found; undefined until `meet`. */
  get meeting(): Pick<Meeting, 'connected' | 'isDialing'> | undefined {
    return this.#meeting
  }

  /** Number of entries that are durable here. */
  get entryCount(): number {
    return this.#traffic.entryCount
  }

  /** The digest of everything that is durable here: equal rooms have equal digests. */
  get digest(): string {
    return toHex(this.#traffic.digest)
  }

  /** Automatic merges that came out the same when they were recomputed here. */
  get recomputed(): ReadonlySet<ObjectId> {
    return this.#state.recomputed
  }

  get membership(): Membership {
    return this.#state.membership
  }

  /** Resolves when this device is a member and may write; rejects where it never can be: TICKET_SPENT, ROOM_MISMATCH, ROOM_CLOSED. */
  async ready(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.#readiness.wait(options)
  }

  /** Takes a link that is open but not authenticated. */
  attach(link: Link): void {
    this.#traffic.attach(link)
  }

  /** Looks for the others of the room, and keeps a link to each. */
  meet(transport: Transport, signaling: Signaling): void {
    const { clock, random } = this.#options
    this.#meeting = new Meeting({
      clock,
      random,
      signaling,
      transport,
      topics: () => this.#desk.topics(),
      onLink: (link) => this.attach(link),
      onProblem: (message) => this.#problem(message),
      onConnected: (connected) => this.events.emit('signaling', { connected }),
    })
    this.#inBackground(this.#meeting.begin())
  }

  /** Announces this endpoint again and tries every peer at once. */
  announce(): void {
    this.#meeting?.announce()
  }

  /** Issues a ticket; rejects where the journal cannot be written, instead of giving one that nobody may know of yet. */
  async invite(options: InviteOptions = {}): Promise<Ticket> {
    const { seed, body } = await this.#desk.issue(options)
    await this.#control(body)
    this.#meeting?.refresh()
    const { certificate, base } = this.genesis
    return { room: this.id, founder: certificate.member, base, seed, hints: options.hints ?? [] }
  }

  /** Asks peers for Git objects: blobs of binary files, say. `objects` is emitted when some have come. */
  fetch(objects: readonly ObjectId[]): void {
    this.#traffic.wish(objects)
  }

  /** Tells peers what is going on here; not journaled. At most 8 KiB. */
  setPresence(content: Uint8Array): void {
    this.#traffic.setPresence(content)
  }

  /** Resolves when everything that was done here is durable. */
  async flush(): Promise<void> {
    await this.#writer.flush()
  }

  /** Mends states, takes in what came by Git, and merges heads, now. */
  settle(): Promise<void> {
    return this.#settler.now()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await inTurn(
      () => this.#settler.close(),
      () => this.#meeting?.close(),
      () => this.#traffic.close(),
      () => this.#writer.close(),
      () => this.#feed && this.#options.store.release(this.#feed.feed),
      () => this.#readiness.fail(new AnvcsError('ROOM_CLOSED')),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #openFeed(): Promise<void> {
    if (this.#feed || this.#closed) return
    const { index } = this.#state.replica
    const { feed, opening } = await openOwnFeed(this.#options, {
      admission: this.self!,
      membership: this.membership,
      index,
      keys: this.#keys,
      writer: this.#writer,
    })
    this.#feed = feed
    this.#readiness.succeed()
    if (opening) await this.#control({ ...opening, salt: this.#options.random.bytes(16) })
  }

  #ownFeed(): OwnFeed {
    if (this.#closed) throw new AnvcsError('ROOM_CLOSED')
    if (!this.#feed) throw new AnvcsError('ROOM_CLOSED', { message: 'This device is not admitted to the room yet.' })
    return this.#feed
  }

  #control(body: ControlBody): Promise<Entry> {
    return this.#write(writeControlBody(body), controlEpoch)
  }

  #write(body: CborValue, epoch?: EpochId): Promise<Entry> {
    const effect = (entry: Entry): void => {
      this.#state.takeOwn(entry, body)
      this.#state.tellChanges('local')
      this.#settler.plan()
    }
    return this.#ownFeed().write(body, effect, epoch)
  }

  /** An operation depends on nothing that is taken in after it was made: what waits to be sealed is sealed first. */
  #takeIn(arrive: () => ReplicaReport, peer?: PeerLink): void {
    this.#feed?.sealOperations()
    this.#take(arrive(), peer)
  }

  #take(report: ReplicaReport, peer: PeerLink | undefined): void {
    // Not what is accepted: the message may have set free what others had sent before.
    for (const { feed, head } of report.brought) peer?.session.receivedUpTo(feed, head.seq + 1)
    for (const entry of report.accepted) this.#writer.push(entry)
    for (const { reason } of report.refused) {
      this.#problem(`an entry was refused: ${reason}`)
      if (peer && reason === 'malformed') void peer.close(reason)
      if (peer && reason === noRoom) this.#traffic.askLater(peer)
    }
    this.#traffic.need([...report.objects, ...this.#state.missingBlobs()])
    if (report.isUnready)
      this.#inBackground(
        this.#state.prepareMerges(() => this.#closed || this.#takeIn(() => this.#state.replica.prepared())),
      )
    if (!this.#feed && this.self && this.#keys.newest && !this.#readiness.fault) this.#inBackground(this.#admitted())
    if (this.#feed) this.#state.mend(() => this.#inBackground(this.commits.repair()))
    if (report.accepted.length) this.#state.tellChanges('remote')
    this.#traffic.askAgain(({ member }) => this.#state.replica.waiting.hasRoom(member))
    this.#settler.plan()
  }

  /** This device has become a member: it may write from now on. */
  async #admitted(): Promise<void> {
    if (this.#admitting) return
    this.#admitting = true
    try {
      await this.#writer.flush()
      await this.#openFeed()
      this.#meeting?.refresh()
    } finally {
      this.#admitting = false
    }
  }

  async #takeKeys(box: Uint8Array): Promise<void> {
    if (this.#feed) return
    if (await this.#desk.takeKeys(box, this.membership.genesis !== undefined))
      this.#takeIn(() => this.#state.replica.advance())
    else this.#problem('a box with the keys of the room could not be opened')
  }

  /** What fails while nobody waits for it is told; what is given up when everything ends is no failure. */
  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => AnvcsError.is(error, 'ABORTED') || this.#problem(messageOf(error)))
  }

  #problem(message: string): void {
    this.events.emit('problem', { message })
  }
}
