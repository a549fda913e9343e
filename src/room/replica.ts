import type { Crypto, Deflate } from '../contracts/crypto.ts'
import type { EntryId, FeedId, KeyId, ObjectId, RoomId } from '../contracts/ids.ts'
import type { CborValue } from '../lib/cbor.ts'
import { decodeEntry, openEntry, verifyEntry, type Entry } from '../journal/entry.ts'
import type { EntryKeys } from '../identity/key-schedule.ts'
import { FeedIndex } from '../journal/feed-index.ts'
import type { RoomKeys } from './keys.ts'
import { WaitingEntries } from './waiting.ts'

/** What is decided about an entry's content, once it is authentic and its past is here. */
export type Verdict =
  /** It takes effect. `operations` is how many numbers of the feed it uses up. */
  | { readonly status: 'ok'; readonly operations: number }
  /** It stays in its feed and has no effect: the same at every peer. */
  | { readonly status: 'void'; readonly operations: number; readonly reason: string }
  /** Something that is not here decides: Git objects, or a newer version of the program. */
  | { readonly status: 'wait'; readonly reason: string; readonly objects: readonly ObjectId[] }
  /** The merge driver has to load something before it can be judged. */
  | { readonly status: 'unready' }

/** Judges contents and takes over their effects. */
export interface EntryJudge {
  /** The device that writes the feed of this entry, where it is known; for a feed's first entry its own body tells. */
  deviceOf(entry: Entry, body: CborValue | undefined): KeyId | undefined
  /** The verdict; where it is `ok` the effects have been taken over. */
  judge(entry: Entry, body: CborValue): Verdict
}

export interface Refusal {
  readonly reason: string
  readonly entry: EntryId | undefined
}

export interface ReplicaReport {
  /** Entries that were accepted now (void ones included), in the order in which they were: to be journaled. */
  readonly accepted: readonly Entry[]
  readonly refused: readonly Refusal[]
  /** What the sender itself has brought and was not refused, also where it was here before: the sender holds it. */
  readonly brought: readonly Entry[]
  /** Git objects that waiting entries need. */
  readonly objects: readonly ObjectId[]
  /** Does an entry wait for the merge driver? `prepared` tries it again. */
  readonly isUnready: boolean
}

/** What entries wait for. */
interface Needs {
  readonly objects: Set<ObjectId>
  isUnready: boolean
}

export interface ReplicaOptions {
  readonly crypto: Crypto
  readonly deflate: Deflate
  readonly room: RoomId
  readonly keys: RoomKeys
  readonly judge: EntryJudge
  /** Is a Git object here? */
  readonly hasObject: (object: ObjectId) => boolean
}

const maxVoided = 1000
/** The refusal of an entry that has to be asked for again. */
export const noRoom = 'too much is waiting'

/**
 * The entries of a room as one peer has them. Entries come in any order; each is checked cheap things first (form, chain,
 * signature, past, key, content), and takes effect once everything before it has. Nothing here waits for disk or network.
 */
export class Replica {
  readonly index = new FeedIndex()
  readonly waiting = new WaitingEntries()
  readonly #voided: { readonly id: EntryId; readonly reason: string }[] = []
  readonly #options: ReplicaOptions
  /** Waiting entries whose chain is known to end in a good signature. */
  readonly #authentic = new Set<EntryId>()
  /** Waiting entries whose own signature is bad: they stand where that of a later entry is good. */
  readonly #unsigned = new WeakSet<Entry>()
  /** Entries that are judged again when these objects are here: it costs too much to do so at each message. */
  readonly #blocked = new WeakMap<Entry, readonly ObjectId[]>()
  /** Entries that are judged again when the merge driver is ready. */
  #unready = new WeakSet<Entry>()

  constructor(options: ReplicaOptions) {
    this.#options = options
  }

  /** Evidence: the newest entries that have no effect, and why. */
  get voided(): readonly { readonly id: EntryId; readonly reason: string }[] {
    return this.#voided
  }

  /** Takes in entries as they came from a peer (named by `sender`) or from the journal, and everything that they set free. */
  receive(entries: readonly Uint8Array[], sender?: string): ReplicaReport {
    const refused: Refusal[] = []
    const queued: Entry[] = []
    for (const bytes of entries) {
      const fault = this.#enqueue(bytes, sender, queued)
      if (fault) refused.push(fault)
    }
    const report = this.advance(refused)
    const faulty = new Set(refused.map(({ entry }) => entry))
    return { ...report, brought: queued.filter(({ id }) => !faulty.has(id)) }
  }

  /** Tries again what waits for the merge driver: after that has prepared. */
  prepared(): ReplicaReport {
    this.#unready = new WeakSet()
    return this.advance()
  }

  /** Tries again what waits: after a key or a Git object has come. */
  advance(refused: Refusal[] = []): ReplicaReport {
    const accepted: Entry[] = []
    const needs: Needs = { objects: new Set(), isUnready: false }
    for (let progress = true; progress;) {
      progress = false
      needs.objects.clear()
      needs.isUnready = false
      for (const feed of this.waiting.feeds) {
        const { length } = accepted
        this.#advanceFeed(feed, accepted, refused, needs)
        if (accepted.length > length) progress = true
      }
    }
    return { accepted, refused, brought: [], objects: [...needs.objects], isUnready: needs.isUnready }
  }

  #enqueue(bytes: Uint8Array, sender: string | undefined, queued: Entry[]): Refusal | undefined {
    const entry = decodeEntry(this.#options.crypto, bytes)
    if (!entry) return { reason: 'malformed', entry: undefined }
    if (entry.room !== this.#options.room) return { reason: 'another room', entry: entry.id }
    const known = this.index.idOf(entry.feed, entry.head.seq)
    if (known && known !== entry.id) return { reason: 'fork', entry: entry.id }
    if (!known && !this.waiting.add(entry, sender)) return { reason: noRoom, entry: entry.id }
    queued.push(entry)
    return undefined
  }

  #advanceFeed(feed: FeedId, accepted: Entry[], refused: Refusal[], needs: Needs): void {
    for (;;) {
      const seq = this.index.length(feed)
      if (!this.waiting.at(feed, seq).some((entry) => this.#advanceEntry(entry, accepted, refused, needs))) return
      this.waiting.settle(feed, seq)
    }
  }

  /** True where the entry was accepted. */
  #advanceEntry(entry: Entry, accepted: Entry[], refused: Refusal[], needs: Needs): boolean {
    const step = this.#step(entry)
    if (step === 'later') return false
    if (typeof step === 'string') {
      this.waiting.delete(entry)
      refused.push({ reason: step, entry: entry.id })
      return false
    }
    if (step.status === 'wait') {
      this.#blocked.set(entry, step.objects)
      for (const object of step.objects) needs.objects.add(object)
      return false
    }
    if (step.status === 'unready') {
      this.#unready.add(entry)
      needs.isUnready = true
      return false
    }
    this.#authentic.delete(entry.id)
    if (step.status === 'void') this.#remember(entry.id, step.reason)
    this.index.add(entry, step.operations)
    accepted.push(entry)
    return true
  }

  #remember(id: EntryId, reason: string): void {
    this.#voided.push({ id, reason })
    if (this.#voided.length > maxVoided) this.#voided.shift()
  }

  /** A verdict; 'later' where its past or key is not here; any other text is why the entry is nothing at all. */
  #step(entry: Entry): Verdict | string {
    const chain = this.index.follows(entry)
    if (chain === 'gap') return 'later'
    if (chain !== 'next') return chain
    const blocked = this.#blocked.get(entry)
    if (blocked && !blocked.some((object) => this.#options.hasObject(object)))
      return { status: 'wait', reason: 'still waiting', objects: blocked }
    if (this.#unready.has(entry)) return { status: 'unready' }
    const keys = this.#options.keys.forEntry(entry.head.room, entry.head.epoch, entry.head.feed)
    // What begins a feed tells whose it is, so that it is opened before its signature can be checked.
    const first = entry.head.seq === 0 && keys ? this.#open(entry, keys) : undefined
    // A first entry that does not open may wait for the right key: somebody may have sent a false one.
    if (!keys || (entry.head.seq === 0 && first === undefined)) return 'later'
    const device = this.#options.judge.deviceOf(entry, first)
    if (!device) return entry.head.seq === 0 ? 'a feed does not begin with its opening' : 'later'
    if (!this.#authentic.has(entry.id) && !this.#authenticate(entry, device)) return 'later'
    const body = first ?? this.#open(entry, keys)
    return body === undefined
      ? { status: 'void', operations: 0, reason: 'unreadable' }
      : this.#options.judge.judge(entry, body)
  }

  /** One signature covers all entries before it in the chain: the last waiting one of the run is checked first. */
  #authenticate(entry: Entry, device: KeyId): boolean {
    const run = [entry]
    for (;;) {
      const last = run.at(-1)!
      const next = this.waiting.at(last.feed, last.head.seq + 1).find(({ head }) => head.prev === last.id)
      if (!next) break
      run.push(next)
    }
    if (run.length > 1 && this.#isSigned(run.at(-1)!, device)) {
      for (const member of run) this.#authentic.add(member.id)
      return true
    }
    return this.#isSigned(entry, device)
  }

  #isSigned(entry: Entry, device: KeyId): boolean {
    if (this.#unsigned.has(entry)) return false
    const isSigned = verifyEntry(this.#options.crypto, device, entry)
    if (!isSigned) this.#unsigned.add(entry)
    return isSigned
  }

  #open(entry: Entry, keys: EntryKeys): CborValue | undefined {
    const { crypto, deflate } = this.#options
    return openEntry(crypto, deflate, keys, entry)
  }
}
