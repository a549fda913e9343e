import type { Crypto } from '../contracts/crypto.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { EntryId, FeedId, KeyId } from '../contracts/ids.ts'
import type { Past } from '../history/causality.ts'
import { verifyAdmission } from '../identity/admission.ts'
import { verifyDeviceCertificate, type DeviceCertificate } from '../identity/device-certificate.ts'
import { feedIdOf } from '../identity/ids.ts'
import { hexBytes } from '../lib/bytes.ts'
import type { Entry } from '../journal/entry.ts'
import type { FeedIndex } from '../journal/feed-index.ts'
import type { AddBody, ControlBody, GenesisBody, OpeningBody, Person, TicketBody } from './control-body.ts'

interface Place {
  readonly feed: FeedId
  readonly seq: number
}

/** How a member came in: genesis or an `add` entry. */
export interface Admission {
  readonly id: EntryId
  readonly place: Place
  readonly member: KeyId
  readonly person: Person
  /** The device with which the member came; more may be certified later. */
  readonly certificate: DeviceCertificate
}

/** Who writes a feed. */
export interface FeedOwner {
  readonly admission: Admission
  readonly certificate: DeviceCertificate
  readonly run: number
  /** Salts the digests of records that this feed announces. */
  readonly salt: Uint8Array
}

interface Ticket {
  readonly place: Place
  readonly body: TicketBody
}

/**
 * Who is in the room, as the control entries tell. Every verdict is a function of the entry and its causal past. Every
 * member has every scope; grants, removals and their cuts are not part of this version.
 */
export class Membership {
  readonly #crypto: Crypto
  readonly #admissions = new Map<EntryId, Admission>()
  readonly #feeds = new Map<FeedId, FeedOwner>()
  readonly #tickets = new Map<EntryId, Ticket>()
  readonly #uses = new Map<EntryId, Place[]>()
  readonly #epochs: Place[] = []
  #genesis: GenesisBody | undefined

  constructor(crypto: Crypto) {
    this.#crypto = crypto
  }

  /** The body of the room's first entry, once it is here. */
  get genesis(): GenesisBody | undefined {
    return this.#genesis
  }

  /** The same; throws ROOM_MISSING before it is here. */
  get founding(): GenesisBody {
    if (!this.#genesis) throw new AnvcsError('ROOM_MISSING', { message: 'The room is not here yet.' })
    return this.#genesis
  }

  /** Salts the digests of records that a feed announces. */
  saltOf(feed: FeedId): Uint8Array {
    return this.#feeds.get(feed)!.salt
  }

  get founder(): KeyId | undefined {
    return this.#genesis?.certificate.member
  }

  get admissions(): Iterable<Admission> {
    return this.#admissions.values()
  }

  get owners(): Iterable<FeedOwner> {
    return this.#feeds.values()
  }

  owner(feed: FeedId): FeedOwner | undefined {
    return this.#feeds.get(feed)
  }

  /** The feeds that a device has opened. */
  feedsOf(device: KeyId): { readonly feed: FeedId; readonly run: number }[] {
    return [...this.#feeds]
      .filter(([, owner]) => owner.certificate.device === device)
      .map(([feed, { run }]) => ({ feed, run }))
  }

  /** The device that has each number of an admission, as far as it is known here. */
  numbersOf(admission: Admission): ReadonlyMap<number, KeyId> {
    const owners = [...this.#feeds.values()].filter((owner) => owner.admission === admission)
    const certificates = [admission.certificate, ...owners.map(({ certificate }) => certificate)]
    return new Map(certificates.map(({ number, device }) => [number, device]))
  }

  /**
   * For how long each device of a member, besides this one, has written on since a time, in ms: the least of them; 0 for a device that was
   * let in and whose feed is not known here yet. Undefined where the member has no other device.
   */
  heardSinceMs(member: KeyId | undefined, index: FeedIndex, self: KeyId, sinceMs: number): number | undefined {
    const heard = new Map<KeyId, number>()
    for (const { member: admitted, certificate } of this.#admissions.values())
      if (admitted === member && certificate.device !== self) heard.set(certificate.device, 0)
    for (const [feed, { certificate }] of this.#feeds) {
      if (certificate.member !== member || certificate.device === self) continue
      const ms = index.goneOnMs(feed, sinceMs)
      heard.set(certificate.device, Math.max(ms, heard.get(certificate.device) ?? 0))
    }
    return heard.size ? Math.min(...heard.values()) : undefined
  }

  /** The admission of a member's device, where the device came in with one or has opened a feed. */
  admissionOf(certificate: DeviceCertificate): Admission | undefined {
    for (const admission of this.#admissions.values())
      if (admission.certificate.device === certificate.device && admission.member === certificate.member)
        return admission
    for (const { admission, certificate: own } of this.#feeds.values())
      if (own.device === certificate.device && own.member === certificate.member) return admission
    return undefined
  }

  /** Was this key admitted in a causal past? */
  isMemberIn(member: KeyId, past: Past): boolean {
    for (const admission of this.#admissions.values())
      if (admission.member === member && isPast(admission.place, past)) return true
    return false
  }

  /** Was somebody with this e-mail admitted in a causal past? */
  isEmailIn(email: string, past: Past): boolean {
    for (const admission of this.#admissions.values())
      if (admission.person.email === email && isPast(admission.place, past)) return true
    return false
  }

  /**
   * The admission that a device may open feeds under: its own; for a device that was certified later (number 1 and up), the
   * first one of its member.
   */
  admissionFor(certificate: DeviceCertificate): Admission | undefined {
    const own = this.admissionOf(certificate)
    if (own || certificate.number === 0) return own
    for (const admission of this.#admissions.values()) if (admission.member === certificate.member) return admission
    return undefined
  }

  /** The person behind a member key: as it was first admitted. */
  personOf(member: KeyId | undefined): Person | undefined {
    for (const admission of this.#admissions.values()) if (admission.member === member) return admission.person
    return undefined
  }

  /** The member to whom an e-mail address belongs: the first that was admitted with it. */
  memberOfEmail(email: string): KeyId | undefined {
    for (const admission of this.#admissions.values()) if (admission.person.email === email) return admission.member
    return undefined
  }

  /** The entry of a ticket that has uses left as far as is known here. For those who admit; receivers judge by the causal past. */
  openTicket(ticketKey: KeyId, nowMs: number): EntryId | undefined {
    for (const [id, { body }] of this.#tickets)
      if (body.ticketKey === ticketKey && nowMs <= body.expiresMs && (this.#uses.get(id)?.length ?? 0) < body.uses)
        return id
    return undefined
  }

  /** Judges a control entry and, where it stands, takes over its effect. The reason why it is void, or undefined. */
  judge(entry: Entry, body: ControlBody, past: Past): string | undefined {
    switch (body.kind) {
      case 'genesis':
        return this.#judgeGenesis(entry, body)
      case 'opening':
        return this.#judgeOpening(entry, body, past)
      case 'ticket':
        return this.#judgeTicket(entry, body)
      case 'add':
        return this.#judgeAdd(entry, body, past)
      case 'epoch':
        this.#epochs.push({ feed: entry.feed, seq: entry.head.seq })
        return undefined
    }
  }

  /**
   * The founder begins the first epoch. Later ones come with removals; until then whoever could begin one could leave others
   * out of it, and part the room.
   */
  mayBeginEpoch({ feed }: Entry, past: Past): boolean {
    return this.owner(feed)?.admission.member === this.founder && !this.#epochs.some((place) => isPast(place, past))
  }

  #judgeGenesis(entry: Entry, body: GenesisBody): string | undefined {
    if (entry.head.seq !== 0 || entry.head.feed === entry.feed) return 'genesis is not the first entry of the room'
    if (body.certificate.number !== 0) return 'the founder has no device 0'
    if (!verifyDeviceCertificate(this.#crypto, body.certificate)) return 'the founder has not certified the device'
    this.#genesis = body
    const admission = this.#admit(entry, body.certificate, body.person)
    this.#feeds.set(entry.feed, { admission, certificate: body.certificate, run: 0, salt: body.salt })
    return undefined
  }

  /**
   * Does the feed belong to the device that opens it here? Ids of feeds are known before the feeds are there: who cannot show
   * this must not even take the place of the first entry.
   */
  mayOpen(entry: Entry, { certificate, run, admission: id }: OpeningBody, past: Past): boolean {
    const admission = this.#admissions.get(id)
    if (!admission || !isPast(admission.place, past) || certificate.member !== admission.member) return false
    const feed = feedIdOf(this.#crypto, entry.room, id, certificate.number, run)
    return feed === entry.feed && verifyDeviceCertificate(this.#crypto, certificate)
  }

  #judgeOpening(entry: Entry, body: OpeningBody, past: Past): string | undefined {
    const { certificate, run } = body
    if (entry.head.seq !== 0) return 'a feed is opened twice'
    if (!this.mayOpen(entry, body, past)) return 'the feed belongs to another device'
    const admission = this.#admissions.get(body.admission)!
    const known = this.#deviceIn(admission, certificate.number, past)
    if (known && known.device !== certificate.device) return 'another device has this number'
    this.#feeds.set(entry.feed, { admission, certificate, run, salt: body.salt })
    return undefined
  }

  #deviceIn(admission: Admission, number: number, past: Past): DeviceCertificate | undefined {
    if (admission.certificate.number === number) return admission.certificate
    for (const [feed, owner] of this.#feeds)
      if (owner.admission === admission && owner.certificate.number === number && isPast({ feed, seq: 0 }, past))
        return owner.certificate
    return undefined
  }

  #judgeTicket(entry: Entry, body: TicketBody): string | undefined {
    if (!this.#crypto.isSigningKey(hexBytes(body.ticketKey))) return 'the ticket has no valid key'
    this.#tickets.set(entry.id, { place: { feed: entry.feed, seq: entry.head.seq }, body })
    return undefined
  }

  #judgeAdd(entry: Entry, body: AddBody, past: Past): string | undefined {
    const ticket = this.#tickets.get(body.ticket)
    if (!ticket || !isPast(ticket.place, past)) return 'the ticket is unknown'
    if (entry.head.timeMs > ticket.body.expiresMs) return 'the ticket has expired'
    const uses = this.#uses.get(body.ticket) ?? []
    if (uses.filter((place) => isPast(place, past)).length >= ticket.body.uses) return 'the ticket is used up'
    const { certificate, person, binding, proof } = body
    for (const known of this.#admissions.values())
      if (known.certificate.device === certificate.device && isPast(known.place, past))
        return 'the device was admitted before'
    const admission = { room: entry.room, ticket: ticket.body.ticketKey, certificate, ...person, binding }
    if (!verifyAdmission(this.#crypto, admission, proof)) return 'the ticket is not proved'
    this.#admit(entry, certificate, person)
    this.#uses.set(body.ticket, [...uses, { feed: entry.feed, seq: entry.head.seq }])
    return undefined
  }

  #admit(entry: Entry, certificate: DeviceCertificate, person: Person): Admission {
    const place = { feed: entry.feed, seq: entry.head.seq }
    const admission = { id: entry.id, place, member: certificate.member, person, certificate }
    this.#admissions.set(entry.id, admission)
    return admission
  }
}

function isPast({ feed, seq }: Place, past: Past): boolean {
  return seq < (past.get(feed) ?? 0)
}
