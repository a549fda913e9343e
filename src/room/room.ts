import type { Clock } from '../contracts/clock.ts'
import type { Crypto, Deflate } from '../contracts/crypto.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { FeedStore } from '../contracts/feed-store.ts'
import {
  controlEpoch,
  zeroFeed,
  zeroRoom,
  type FeedId,
  type KeyId,
  type ObjectId,
  type RoomId,
} from '../contracts/ids.ts'
import type { MergeDriver } from '../contracts/merge-driver.ts'
import type { ObjectStore } from '../contracts/object-store.ts'
import type { Random } from '../contracts/random.ts'
import type { Signaling } from '../contracts/signaling.ts'
import type { Link, Transport } from '../contracts/transport.ts'
import type { Vault } from '../contracts/vault.ts'
import { writeNaming, type NamingEntry } from '../history/naming-entry.ts'
import { feedIdOf, roomIdOf, roomTag } from '../identity/ids.ts'
import { entryKeys } from '../identity/key-schedule.ts'
import { ticketPublicKey, type Ticket } from '../identity/ticket.ts'
import { toHex } from '../lib/bytes.ts'
import { Emitter } from '../lib/emitter.ts'
import { sealEntry, type Entry } from '../journal/entry.ts'
import type { SessionEvent } from '../sync/session.ts'
import { attestationOf } from './attestation.ts'
import { scopes, writeControlBody, type ControlBody, type GenesisBody } from './control-body.ts'
import { DurableFeeds } from './durable-feeds.ts'
import { beginEngines, type Engines } from './engines.ts'
import { EntrySource } from './entry-source.ts'
import { JournalWriter } from './journal-writer.ts'
import { RoomKeys } from './keys.ts'
import { Meeting } from './meeting.ts'
import { Membership, type Admission } from './membership.ts'
import { ObjectTransfer } from './object-transfer.ts'
import { OwnFeed } from './own-feed.ts'
import type { PeerLink } from './peer-link.ts'
import { replayJournal } from './replay.ts'
import { Replica, type ReplicaReport } from './replica.ts'
import type { RoomCommits } from './room-commits.ts'
import type { RoomEvents } from './room-events.ts'
import type { RoomFiles } from './room-files.ts'
import type { RoomIdentity } from './room-identity.ts'
import { RoomJudge } from './room-judge.ts'
import { RoomLinks } from './room-links.ts'
import { loadSecrets, saveSecrets, type IssuedTicket } from './secrets.ts'
import { meetingTopics } from './topics.ts'
import { welcomeDevice } from './welcome.ts'

export interface RoomOptions {
  readonly crypto: Crypto
  readonly deflate: Deflate
  readonly clock: Clock
  readonly random: Random
  readonly store: FeedStore
  readonly vault: Vault
  readonly objects: ObjectStore
  readonly driver: MergeDriver
  readonly identity: RoomIdentity
  /** Lines of a commit's note, where this device has one. */
  readonly notes?: (commit: ObjectId) => readonly string[]
  /** `offer` leaves heads that would merge as they are. */
  readonly autoMerge?: 'apply' | 'offer'
}

/** What a new room begins with. */
export interface Founding {
  readonly base: ObjectId
  readonly branch: string
}

/** How long a ticket lasts unless it is said otherwise. */
export const ticketLifeMs = 86_400_000
const settleMs = 50
const mergeAnywayMs = 3000

/** A live room: its files, its commits, and its links to others. Portable; everything outside is passed in. */
export class Room {
  readonly id: RoomId
  readonly events = new Emitter<RoomEvents>()
  readonly membership: Membership
  readonly #options: RoomOptions
  readonly #keys: RoomKeys
  readonly #replica: Replica
  readonly #judge: RoomJudge
  readonly #writer: JournalWriter
  readonly #source: EntrySource
  readonly #durable: DurableFeeds
  readonly #links: RoomLinks
  readonly #transfer: ObjectTransfer
  readonly #ticket: Ticket | undefined
  #tickets: IssuedTicket[]
  #engines: Engines | undefined
  #feed: OwnFeed | undefined
  #meeting: Meeting | undefined
  #presence: Uint8Array | undefined
  #settle: { cancel: () => void } | undefined
  #settling: Promise<void> = Promise.resolve()
  #unsettledSinceMs: number | undefined
  /** Namings have come since states were last mended. */
  #namingsCame = false
  #fault: AnvcsError | undefined
  #whenReady: ((fault?: AnvcsError) => void)[] = []
  #closed = false

  private constructor(options: RoomOptions, keys: RoomKeys, tickets: readonly IssuedTicket[], ticket?: Ticket) {
    const { crypto, deflate, clock, store, objects, identity } = options
    this.#options = options
    this.#keys = keys
    this.#tickets = [...tickets]
    this.#ticket = ticket
    this.id = keys.room
    this.membership = new Membership(crypto)
    this.#durable = new DurableFeeds(crypto)
    this.#source = new EntrySource(store)
    const causality = {
      past: (feed: FeedId, seq: number) => this.#replica.index.past(feed, seq),
      operationsIn: (feed: FeedId, length: number) => this.#replica.index.operationsIn(feed, length),
      entryOf: (feed: FeedId, operation: number) => this.#replica.index.entryOf(feed, operation),
      pastOfNext: (entry: Entry) => this.#replica.index.pastOfNext(entry),
    }
    this.#judge = new RoomJudge(this.membership, causality, {
      controlled: (_, body) => this.#controlled(body),
      operated: (_, operations) => {
        for (const operation of operations) this.#history.log(operation.file).add(operation)
        this.#engines!.views.changed()
        this.#engines!.live.applied(operations)
      },
      named: (entry, naming, anchor) => {
        this.#engines!.views.add({ anchor, feed: entry.feed, seq: entry.head.seq })
        this.#engines!.live.named(anchor)
        this.#namingsCame = true
        const author = this.membership.owner(entry.feed)!.admission
        const isOwn = entry.feed === this.#feed?.feed
        this.events.emit('commit', { commit: anchor.commit, kind: naming.kind, lines: naming.lines, author, isOwn })
      },
    })
    this.#replica = new Replica({ crypto, deflate, room: this.id, keys, judge: this.#judge })
    this.#writer = new JournalWriter({
      store,
      clock,
      beforeWrite: () => this.#feed?.sealOperations(),
      onDurable: (entries) => this.#onDurable(entries),
      onFailure: (error) => this.#problem(`the journal cannot be written: ${messageOf(error)}`),
    })
    this.#transfer = new ObjectTransfer({
      objects,
      clock,
      haves: () => this.#engines?.commits.heads().map(({ commit }) => commit) ?? [],
      onObjects: () => {
        this.#take(this.#replica.advance(), undefined)
        this.events.emit('objects', {})
      },
      onProblem: (message) => this.#problem(message),
    })
    this.#links = new RoomLinks({
      crypto,
      clock,
      deviceSeed: identity.deviceSeed,
      source: this.#source,
      replica: {
        positions: () => this.#durable.positions(),
        digest: () => this.#durable.digest(),
        length: (feed) => this.#durable.length(feed),
        deviceOf: (feed) => this.membership.owner(feed)?.certificate.device,
      },
      hello: (link) => identity.hello(this.id, link, options.random, this.#admission ? undefined : this.#ticket),
      welcome: (hello, link) =>
        welcomeDevice(hello, link, {
          membership: this.membership,
          keys: this.#keys,
          random: options.random,
          nowMs: clock.now(),
          isMember: this.#admission !== undefined && this.#feed !== undefined,
          add: (body) => this.#control(body),
        }),
      onEvents: (peer, events) => this.#onEvents(peer, events),
      onPeer: (peer, state) => this.#onPeer(peer, state),
      onProblem: (message) => this.#problem(message),
    })
  }

  /** Founds a room at a commit. */
  static async create(options: RoomOptions, founding: Founding): Promise<Room> {
    const { crypto, deflate, random, clock, identity, objects, driver } = options
    const controlKey = random.bytes(32)
    const genesis: GenesisBody = {
      kind: 'genesis',
      certificate: identity.certificate,
      person: identity.person,
      base: founding.base,
      objectFormat: objects.format,
      branch: founding.branch,
      versions: { format: 1, merge: driver.version, diff: 1 },
      unique: random.bytes(16),
      salt: random.bytes(16),
    }
    const sealed = entryKeys(crypto, controlKey, { room: zeroRoom, epoch: controlEpoch, feed: zeroFeed })
    const fields = {
      room: zeroRoom,
      feed: zeroFeed,
      seq: 0,
      prev: undefined,
      lamport: 1,
      timeMs: clock.now(),
      epoch: controlEpoch,
      firstOperation: 0,
      deps: [],
    }
    const entry = sealEntry(crypto, deflate, sealed, identity.deviceSeed, fields, writeControlBody(genesis), false)
    const keys = new RoomKeys(crypto, roomIdOf(entry.id))
    keys.add(controlKey, [random.bytes(32)])
    const room = new Room(options, keys, [])
    await room.#save()
    if (await options.store.claim(entry.feed, { resume: true })) room.#writer.claimed(entry.feed)
    room.#take(room.#replica.receive([entry.bytes]), undefined)
    if (room.#fault) throw room.#fault
    await room.#openFeed()
    const epoch = keys.newest!
    const box = keys.epochBoxFor(random, epoch, identity.certificate)!
    const boxes = [{ device: identity.certificate.device, box }]
    await room.#control({ kind: 'epoch', epoch, parents: [controlEpoch], boxes })
    return room
  }

  /** Opens a room that this device is in, from its journal. Throws ROOM_MISSING where there is none. */
  static async open(options: RoomOptions): Promise<Room> {
    const secrets = await loadSecrets(options.crypto, options.vault)
    if (!secrets) throw new AnvcsError('ROOM_MISSING')
    const room = new Room(options, secrets.keys, secrets.tickets)
    await room.#replay()
    if (room.#fault) throw room.#fault
    if (room.#admission) await room.#openFeed()
    return room
  }

  /**
   * Joins by a ticket: once a member is met, this device is admitted and gets the room's keys. `ready()` tells when it is
   * a member; until then nothing can be edited.
   */
  static async join(options: RoomOptions, ticket: Ticket): Promise<Room> {
    const room = new Room(options, new RoomKeys(options.crypto, ticket.room), [], ticket)
    await room.#replay()
    return room
  }

  /** How the room is named in trailers. */
  get tag(): string {
    return roomTag(this.#options.crypto, this.id)
  }

  get genesis(): GenesisBody {
    const { genesis } = this.membership
    if (!genesis) throw new AnvcsError('ROOM_MISSING', { message: 'The room is not here yet.' })
    return genesis
  }

  get files(): RoomFiles {
    return this.#begun.files
  }

  get commits(): RoomCommits {
    return this.#begun.commits
  }

  get engines(): Engines {
    return this.#begun
  }

  get isReady(): boolean {
    return this.#feed !== undefined
  }

  /** The member that this device belongs to, as the room knows it. */
  get self(): Admission | undefined {
    return this.#admission
  }

  /** The salt of the own feed, for the digests of records. */
  get salt(): Uint8Array {
    const owner = this.#feed && this.membership.owner(this.#feed.feed)
    if (!owner) throw new AnvcsError('ROOM_CLOSED', { message: 'This device is not admitted yet.' })
    return owner.salt
  }

  get peers(): readonly PeerLink[] {
    return this.#links.peers
  }

  /** Entries that count for nothing, the newest, and why. */
  get voided(): Replica['voided'] {
    return this.#replica.voided
  }

  /** How many entries wait for something that is not here. */
  get waitingEntries(): number {
    return this.#replica.waiting.size
  }

  get signalingConnected(): boolean {
    return this.#meeting?.connected ?? false
  }

  /** Number of entries that are durable here. */
  get entryCount(): number {
    return this.#durable.positions().reduce((sum, { length }) => sum + length, 0)
  }

  /** The digest of everything that is durable here: equal rooms have equal digests. */
  get digest(): string {
    return toHex(this.#durable.digest())
  }

  get #admission(): Admission | undefined {
    return this.membership.admissionOf(this.#options.identity.certificate)
  }

  get #begun(): Engines {
    if (!this.#engines) throw new AnvcsError('ROOM_CLOSED', { message: 'The room has not been received yet.' })
    return this.#engines
  }

  get #history(): Engines['history'] {
    return this.#begun.history
  }

  /** Resolves when this device is a member and may write; rejects where it never can be. */
  async ready(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options
    signal?.throwIfAborted()
    if (this.#fault) throw this.#fault
    if (this.#feed) return
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => reject(signal!.reason as Error)
      signal?.addEventListener('abort', abort, { once: true })
      this.#whenReady.push((fault) => {
        signal?.removeEventListener('abort', abort)
        if (fault) reject(fault)
        else resolve()
      })
    })
  }

  /** Takes a link that is open but not authenticated. */
  attach(link: Link): void {
    this.#links.attach(link)
  }

  /** Looks for the others of the room, and keeps a link to each. */
  meet(transport: Transport, signaling: Signaling): void {
    const { clock, random } = this.#options
    this.#meeting = new Meeting({
      clock,
      random,
      signaling,
      transport,
      topics: () => meetingTopics(this.#options.crypto, clock.now(), this.#keys, this.#tickets, this.#ticket),
      onLink: (link) => this.attach(link),
      onProblem: (message) => this.#problem(message),
      onConnected: (connected) => this.events.emit('signaling', { connected }),
    })
    this.#meeting.begin().catch((error: unknown) => this.#problem(messageOf(error)))
  }

  /** Announces this endpoint again and tries every peer at once. */
  announce(): void {
    this.#meeting?.announce()
  }

  /** Issues a ticket. `hints` say where members can be met. */
  async invite(
    options: { readonly hints?: readonly string[]; readonly uses?: number; readonly lifeMs?: number } = {},
  ): Promise<Ticket> {
    const { crypto, clock, random } = this.#options
    const { hints = [], uses = 1, lifeMs = ticketLifeMs } = options
    const seed = random.bytes(32)
    const expiresMs = clock.now() + lifeMs
    this.#tickets = [...this.#tickets.filter((ticket) => ticket.expiresMs > clock.now()), { seed, expiresMs }]
    await this.#save()
    const ticketKey = toHex(ticketPublicKey(crypto, seed)) as KeyId
    await this.#control({ kind: 'ticket', ticketKey, scopes, uses, expiresMs })
    this.#meeting?.refresh()
    return { room: this.id, founder: this.membership.founder!, seed, hints }
  }

  /** Asks peers for Git objects: blobs of binary files, say. `objects` is emitted when some have come. */
  fetch(objects: readonly ObjectId[]): void {
    this.#transfer.wish(objects)
  }

  /** Tells peers what is going on here; not journaled. At most 8 KiB. */
  setPresence(content: Uint8Array): void {
    this.#presence = content
    for (const peer of this.peers) peer.send({ type: 'presence', content })
  }

  /** Resolves when everything that was done here is durable. */
  async flush(): Promise<void> {
    await this.#writer.flush()
  }

  /** Mends states, takes in what came by Git, and merges heads, now. */
  settle(): Promise<void> {
    this.#settling = this.#settling
      .then(() => this.#settleNow(true))
      .catch((error: unknown) => this.#problem(`heads could not be merged: ${messageOf(error)}`))
    return this.#settling
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#settle?.cancel()
    await this.#settling
    await this.#meeting?.close()
    await this.#links.close()
    await this.#writer.flush()
    if (this.#feed) await this.#options.store.release(this.#feed.feed)
    for (const ready of this.#whenReady.splice(0)) ready(new AnvcsError('ROOM_CLOSED'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #save(): Promise<void> {
    await saveSecrets(this.#options.vault, { keys: this.#keys, tickets: this.#tickets })
  }

  async #replay(): Promise<void> {
    for await (const batch of replayJournal(this.#options.store, this.#replica)) {
      const { accepted } = this.#replica.receive(batch.map(({ bytes }) => bytes))
      this.#durable.add(accepted)
    }
    this.#engines?.live.takeChangedPaths()
  }

  /** Continues the feed of the last run where it ended cleanly, else opens the next. */
  async #openFeed(): Promise<void> {
    if (this.#feed || this.#closed) return
    const { store, identity, random } = this.#options
    const admission = this.#admission!
    const runs = this.membership.feedsOf(identity.certificate.device).sort((a, b) => b.run - a.run)
    const last = runs[0]
    if (last && (await store.claim(last.feed, { resume: true }))) {
      this.#begin(last.feed)
      return
    }
    for (let run = (last?.run ?? -1) + 1; ; run++) {
      const feed = feedIdOf(this.#options.crypto, this.id, admission.id, identity.certificate.number, run)
      // Claimed as its author, so that the next run can go on in it.
      if (!(await store.claim(feed, { resume: true }))) continue
      this.#begin(feed)
      const { certificate } = identity
      const salt = random.bytes(16)
      await this.#control({ kind: 'opening', admission: admission.id, run, certificate, salt })
      return
    }
  }

  #begin(feed: FeedId): void {
    const { crypto, deflate, clock, identity } = this.#options
    this.#writer.claimed(feed)
    this.#feed = new OwnFeed({
      crypto,
      deflate,
      clock,
      index: this.#replica.index,
      keys: this.#keys,
      writer: this.#writer,
      feed,
      signingSeed: identity.deviceSeed,
    })
  }

  #ownFeed(): OwnFeed {
    if (this.#closed) throw new AnvcsError('ROOM_CLOSED')
    if (!this.#feed) throw new AnvcsError('ROOM_CLOSED', { message: 'This device is not admitted to the room yet.' })
    return this.#feed
  }

  #control(body: ControlBody): Promise<Entry> {
    const written = writeControlBody(body)
    return this.#ownFeed().write(written, (entry) => this.#takeOwn(entry, written), controlEpoch)
  }

  #name(naming: NamingEntry): Promise<Entry> {
    const written = writeNaming(naming)
    return this.#ownFeed().write(written, (entry) => this.#takeOwn(entry, written))
  }

  /** Our own entries pass the same judge: one that were void at others would be a fault of ours. */
  #takeOwn(entry: Entry, body: Parameters<RoomJudge['judge']>[1]): void {
    const verdict = this.#judge.judge(entry, body)
    if (verdict.status !== 'ok')
      throw new AnvcsError('INTERNAL', { message: `An entry of our own does not stand: ${verdict.reason}.` })
    this.#changed('local')
    this.#scheduleSettle()
  }

  #controlled(body: ControlBody): void {
    if (body.kind === 'genesis') this.#founded(body)
    if (body.kind === 'epoch') this.#takeEpoch(body)
    if (body.kind === 'genesis' || body.kind === 'add')
      this.events.emit('member', { member: body.certificate.member, person: body.person })
  }

  #founded(genesis: GenesisBody): void {
    if (this.#ticket && genesis.certificate.member !== this.#ticket.founder) {
      this.#fail(new AnvcsError('ROOM_MISMATCH', { message: 'The room has another founder than the ticket says.' }))
      return
    }
    const { crypto, objects, driver, identity, notes = () => [] } = this.#options
    try {
      this.#engines = beginEngines(genesis, {
        crypto,
        objects,
        driver,
        keys: this.#keys,
        index: this.#replica.index,
        membership: this.membership,
        feed: () => this.#ownFeed(),
        onChange: () => this.#changed('local'),
        name: (naming) => this.#name(naming),
        notes,
        attest: (merge) => [attestationOf(identity.signer, this.id, merge)],
      })
    } catch (error) {
      this.#fail(AnvcsError.is(error) ? error : new AnvcsError('INTERNAL', { cause: error }))
      return
    }
    this.#judge.begin({ views: this.#engines.views, commits: this.#engines.reader })
  }

  #takeEpoch(body: Extract<ControlBody, { kind: 'epoch' }>): void {
    const { identity } = this.#options
    const { device } = identity.certificate
    const own = body.boxes.find((box) => box.device === device)
    if (!own || this.#keys.epochKey(body.epoch)) return
    if (this.#keys.takeEpochBox(identity.agreementSecret, device, body.epoch, own.box)) void this.#save()
  }

  #fail(fault: AnvcsError): void {
    this.#fault = fault
    for (const ready of this.#whenReady.splice(0)) ready(fault)
  }

  #onDurable(entries: readonly Entry[]): void {
    this.#durable.add(entries)
    const feeds = new Set<FeedId>()
    for (const { feed, head, bytes } of entries) {
      this.#source.add({ feed, seq: head.seq, bytes })
      feeds.add(feed)
    }
    this.#links.advanced(feeds)
    this.events.emit('durable', { entries: entries.length })
  }

  #onPeer(peer: PeerLink, state: 'linked' | 'gone'): void {
    if (state === 'linked') {
      if (this.#presence) peer.send({ type: 'presence', content: this.#presence })
      this.#transfer.addPeer(peer)
    } else this.#transfer.removePeer(peer)
    const { device, member } = peer
    this.events.emit('peer', { state, device, member, path: peer.link.path })
    this.#scheduleSettle()
  }

  #onEvents(peer: PeerLink, events: readonly SessionEvent[]): void {
    for (const event of events) {
      switch (event.type) {
        case 'entries':
          this.#receive(peer, event.entries)
          break
        case 'keys':
          void this.#takeKeys(event.box)
          break
        case 'want':
          void this.#transfer.serve(peer, event)
          break
        case 'pack':
          peer.session.consumed('objects', event.chunk.length)
          void this.#transfer.receive(peer, event)
          break
        case 'lacking':
          this.#transfer.lacking(peer, event.request)
          break
        case 'presence':
          peer.session.consumed('presence', event.content.length)
          this.events.emit('presence', { member: peer.member, device: peer.device, content: event.content })
          break
        case 'positions':
          this.#scheduleSettle()
          break
      }
    }
  }

  #receive(peer: PeerLink, entries: readonly Uint8Array[]): void {
    this.#feed?.sealOperations()
    const report = this.#replica.receive(entries)
    peer.session.consumed(
      'entries',
      entries.reduce((sum, { length }) => sum + length, 0),
    )
    this.#take(report, peer)
  }

  #take(report: ReplicaReport, peer: PeerLink | undefined): void {
    for (const entry of report.accepted) {
      peer?.session.receivedUpTo(entry.feed, entry.head.seq + 1)
      this.#writer.push(entry)
    }
    for (const { reason } of report.refused) {
      this.#problem(`an entry was refused: ${reason}`)
      if (peer && (reason === 'malformed' || reason === 'bad signature')) void peer.close(reason)
    }
    this.#transfer.need(report.objects)
    if (!this.#feed && this.#admission && this.#keys.newest && !this.#fault) void this.#admitted()
    if (this.#namingsCame && this.#feed) {
      this.#namingsCame = false
      void this.commits.repair()
    }
    if (report.accepted.length) this.#changed('remote')
    this.#scheduleSettle()
  }

  #admitting = false

  /** This device has become a member: it may write from now on. */
  async #admitted(): Promise<void> {
    if (this.#admitting) return
    this.#admitting = true
    try {
      await this.#writer.flush()
      await this.#openFeed()
      this.#meeting?.refresh()
      for (const ready of this.#whenReady.splice(0)) ready()
    } catch (error) {
      this.#problem(`the feed could not be opened: ${messageOf(error)}`)
    } finally {
      this.#admitting = false
    }
  }

  async #takeKeys(box: Uint8Array): Promise<void> {
    const { identity } = this.#options
    if (this.#keys.hasControlKey) return
    if (!this.#keys.takeBox(identity.agreementSecret, identity.certificate.device, box)) {
      this.#problem('a box with the keys of the room could not be opened')
      return
    }
    await this.#save()
    this.#take(this.#replica.advance(), undefined)
  }

  #changed(origin: 'local' | 'remote'): void {
    const paths = this.#engines?.live.takeChangedPaths() ?? []
    if (paths.length) this.events.emit('changed', { paths, origin })
  }

  #problem(message: string): void {
    this.events.emit('problem', { message })
  }

  #scheduleSettle(): void {
    if (this.#settle || this.#closed || !this.#engines || !this.#feed) return
    this.#unsettledSinceMs ??= this.#options.clock.now()
    const cancel = this.#options.clock.schedule(settleMs, () => {
      this.#settle = undefined
      this.#settling = this.#settling
        .then(() => this.#settleNow(false))
        .catch((error: unknown) => this.#problem(`heads could not be merged: ${messageOf(error)}`))
    })
    this.#settle = { cancel }
  }

  /** Waiting for the end of an exchange saves merges; nothing depends on it. */
  async #settleNow(now: boolean): Promise<void> {
    if (!this.#engines || !this.#feed) return
    await this.commits.takeIn()
    await this.commits.repair()
    const waitedMs = this.#options.clock.now() - (this.#unsettledSinceMs ?? 0)
    const isQuiet = this.peers.every(({ session }) => session.isEqual())
    if (!now && !isQuiet && waitedMs < mergeAnywayMs) {
      this.#scheduleSettle()
      return
    }
    this.#unsettledSinceMs = undefined
    if (this.#options.autoMerge !== 'offer') await this.commits.merge()
    this.events.emit('settled', { heads: this.commits.heads().map(({ commit }) => commit) })
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
