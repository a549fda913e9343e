import { AnvcsError } from '../contracts/errors.ts'
import type { FeedId, ObjectId } from '../contracts/ids.ts'
import type { NamingEntry } from '../history/naming-entry.ts'
import type { Anchor } from '../history/anchor.ts'
import type { Ticket } from '../identity/ticket.ts'
import type { Emitter } from '../lib/emitter.ts'
import type { CborValue } from '../lib/cbor.ts'
import type { Entry } from '../journal/entry.ts'
import { attestationOf } from './attestation.ts'
import type { ControlBody, GenesisBody } from './control-body.ts'
import { beginEngines, type Engines } from './engines.ts'
import type { RoomKeys } from './keys.ts'
import { Membership } from './membership.ts'
import type { OwnFeed } from './own-feed.ts'
import { Replica } from './replica.ts'
import type { RoomEvents } from './room-events.ts'
import { RoomJudge } from './room-judge.ts'
import type { RoomOptions } from './room-options.ts'

export interface RoomStateOptions {
  readonly options: RoomOptions
  readonly keys: RoomKeys
  /** By which this device wants to be let in. */
  readonly ticket: Ticket | undefined
  readonly events: Emitter<RoomEvents>
  /** The own feed; throws where this device may not write (yet). */
  readonly feed: () => OwnFeed
  readonly isOwn: (feed: FeedId) => boolean
  readonly name: (naming: NamingEntry) => Promise<unknown>
  readonly flush: () => Promise<void>
  /** Keys have come by an entry: they have to be saved. */
  readonly onKeys: () => void
  /** The room cannot be had here, for this reason. */
  readonly onFault: (fault: AnvcsError) => void
}

/** What the room is, as its entries tell: members, texts, commits. No disk and no network. */
export class RoomState {
  readonly membership: Membership
  readonly replica: Replica
  readonly #given: RoomStateOptions
  readonly #judge: RoomJudge
  #engines: Engines | undefined
  #namingsCame = false
  #isMending = false
  #isPreparing = false
  /** Automatic merges that were announced, and came out the same when they were recomputed here. */
  readonly recomputed = new Set<ObjectId>()
  readonly #mentioned = new Set<ObjectId>()
  readonly #namedCommits = new Set<ObjectId>()
  /** Blobs of binary files that operations name and that may not be here. */
  readonly #blobs = new Set<ObjectId>()

  constructor(given: RoomStateOptions) {
    this.#given = given
    const { crypto, deflate } = given.options
    this.membership = new Membership(crypto)
    this.#judge = new RoomJudge(
      this.membership,
      given.options.drivers,
      (entry) => this.replica.index.pastOfNext(entry),
      {
        lacking: (body) => this.#lacking(body),
        controlled: (_, body) => this.#controlled(body),
        operated: (operations, past) => {
          const { history, views, live, told } = this.begun
          for (const { file, operation } of operations) {
            history.addOperation(file, operation)
            if (operation.type === 'register' && operation.value.register === 'content' && operation.value.blob)
              this.#blobs.add(operation.value.blob)
          }
          views.changed()
          live.applied(operations, past)
          told.operated(past)
        },
        mentioned: (commit) => void this.#mentioned.add(commit),
        named: (entry, naming, anchor) => this.#named(entry, naming, anchor),
      },
    )
    this.replica = new Replica({
      crypto,
      deflate,
      room: given.keys.room,
      keys: given.keys,
      judge: this.#judge,
      hasObject: (object) => given.options.objects.has(object),
    })
  }

  /** What rests on the base commit, once that is known. */
  get engines(): Engines | undefined {
    return this.#engines
  }

  /** The same; throws ROOM_CLOSED before it is known. */
  get begun(): Engines {
    if (!this.#engines) throw new AnvcsError('ROOM_CLOSED', { message: 'The room has not been received yet.' })
    return this.#engines
  }

  /** Does the room speak of this commit? Others of the repository are nobody's business. */
  isOfRoom(commit: ObjectId): boolean {
    return commit === this.membership.genesis?.base || this.#mentioned.has(commit)
  }

  /** Blobs of binary files that are not here. */
  missingBlobs(): readonly ObjectId[] {
    for (const blob of this.#blobs) if (this.#given.options.objects.has(blob)) this.#blobs.delete(blob)
    return [...this.#blobs]
  }

  /** Does it where what has come since the last call may ask for it. What is named on the way is not shown. */
  mend(repair: () => void): void {
    if (!this.#namingsCame && this.#engines?.told.isDue !== true) return
    this.#namingsCame = false
    this.#isMending = true
    repair()
    this.#isMending = false
  }

  /** Makes the merge driver ready for the merges that entries wait for, then tells. Whoever asks meanwhile is told with the first. */
  async prepareMerges(onPrepared: () => void): Promise<void> {
    if (this.#isPreparing) return
    this.#isPreparing = true
    await this.begun.history.driver.prepare().finally(() => (this.#isPreparing = false))
    onPrepared()
  }

  /** Our own entries pass the same judge: one that were void at others would be a fault of ours. */
  takeOwn(entry: Entry, body: CborValue): void {
    const verdict = this.#judge.judge(entry, body)
    if (verdict.status === 'ok') return
    const reason = verdict.status === 'unready' ? 'the merge driver is unready' : verdict.reason
    throw new AnvcsError('INTERNAL', { message: `An entry of our own does not stand: ${reason}.` })
  }

  #named(entry: Entry, naming: NamingEntry, anchor: Anchor): void {
    const { views, live, told } = this.begun
    const named = { anchor, feed: entry.feed, seq: entry.head.seq, lamport: entry.head.lamport }
    views.add(named)
    told.named(named)
    live.named(anchor)
    this.#namingsCame = true
    if (naming.kind === 'fold') this.recomputed.add(anchor.commit)
    const author = this.membership.owner(entry.feed)!.admission
    const isOwn = this.#given.isOwn(entry.feed)
    const { kind, lines } = naming
    const { commit } = anchor
    const isFirst = !this.#namedCommits.has(commit)
    this.#namedCommits.add(commit)
    this.#given.events.emit('commit', { commit, kind, lines, author, isOwn, isFirst })
  }

  /** A store that has nothing of the repository fetches the base commit first; another has it, or is the wrong one. */
  #lacking(body: ControlBody): readonly ObjectId[] {
    if (body.kind !== 'genesis') return []
    const { ticket, options } = this.#given
    const { takesBase, format } = options.objects
    const isOurs = !ticket || body.certificate.member === ticket.founder
    const isMissing = isOurs && takesBase && format === body.objectFormat && !options.objects.has(body.base)
    return isMissing ? [body.base] : []
  }

  #controlled(body: ControlBody): void {
    if (body.kind === 'genesis') this.#founded(body)
    if (body.kind === 'epoch') this.#takeEpoch(body)
    if (body.kind === 'genesis' || body.kind === 'add')
      this.#given.events.emit('member', { member: body.certificate.member, person: body.person })
  }

  #founded(genesis: GenesisBody): void {
    const { options, keys, ticket, feed, name, flush, onFault } = this.#given
    if (ticket && genesis.certificate.member !== ticket.founder) {
      onFault(new AnvcsError('ROOM_MISMATCH', { message: 'The room has another founder than the ticket says.' }))
      return
    }
    const { crypto, objects, drivers, identity, notes = () => [] } = options
    // Genesis of another version waits, and never comes here.
    const driver = drivers.find(({ version }) => version === genesis.versions.merge)!
    try {
      this.#engines = beginEngines(genesis, {
        crypto,
        objects,
        driver,
        keys,
        index: this.replica.index,
        membership: this.membership,
        device: identity.certificate.device,
        feed,
        onChange: () => this.tellChanges('local'),
        name,
        flush,
        notes,
        attest: (merge) => attestationOf(identity.signer, keys.room, merge),
      })
    } catch (error) {
      onFault(AnvcsError.is(error) ? error : new AnvcsError('INTERNAL', { cause: error }))
      return
    }
    this.#judge.begin({ views: this.#engines.views, commits: this.#engines.reader })
  }

  #takeEpoch(body: Extract<ControlBody, { kind: 'epoch' }>): void {
    const { keys, options, onKeys } = this.#given
    const { agreementSecret, certificate } = options.identity
    const own = body.boxes.find((box) => box.device === certificate.device)
    if (own && !keys.epochKey(body.epoch))
      if (keys.takeEpochBox(agreementSecret, certificate.device, body.epoch, own.box)) onKeys()
    keys.enter(body.epoch)
  }

  /** Tells which paths are shown otherwise than at the last call. */
  tellChanges(origin: 'local' | 'remote'): void {
    if (this.#isMending) return
    const paths = this.#engines?.live.takeChangedPaths() ?? []
    if (paths.length) this.#given.events.emit('changed', { paths, origin })
  }
}
