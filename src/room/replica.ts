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
  /** Git objects that waiting entries need. */
  readonly objects: readonly ObjectId[]
}

export interface ReplicaOptions {
  readonly crypto: Crypto
  readonly deflate: Deflate
  readonly room: RoomId
  readonly keys: RoomKeys
  readonly judge: EntryJudge
}

const maxVoided = 1000

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

  constructor(options: ReplicaOptions) {
    this.#options = options
  }

  /** Evidence: the newest entries that have no effect, and why. */
  get voided(): readonly { readonly id: EntryId; readonly reason: string }[] {
    return this.#voided
  }

  /** Takes in entries as they came from a peer or from the journal, and everything that they set free. */
  receive(entries: readonly Uint8Array[]): ReplicaReport {
    const refused: Refusal[] = []
    for (const bytes of entries) {
      const fault = this.#enqueue(bytes)
      if (fault) refused.push(fault)
    }
    return this.advance(refused)
  }

  /** Tries again what waits: after a key or a Git object has come. */
  advance(refused: Refusal[] = []): ReplicaReport {
    const accepted: Entry[] = []
    const objects = new Set<ObjectId>()
    for (let progress = true; progress;) {
      progress = false
      objects.clear()
      for (const feed of this.waiting.feeds) {
        const { length } = accepted
        this.#advanceFeed(feed, accepted, refused, objects)
        if (accepted.length > length) progress = true
      }
    }
    return { accepted, refused, objects: [...objects] }
  }

  #enqueue(bytes: Uint8Array): Refusal | undefined {
    const entry = decodeEntry(this.#options.crypto, bytes)
    if (!entry) return { reason: 'malformed', entry: undefined }
    if (entry.room !== this.#options.room) return { reason: 'another room', entry: entry.id }
    const known = this.index.idOf(entry.feed, entry.head.seq)
    if (known) return known === entry.id ? undefined : { reason: 'fork', entry: entry.id }
    return this.waiting.add(entry) ? undefined : { reason: 'too much is waiting', entry: entry.id }
  }

  #advanceFeed(feed: FeedId, accepted: Entry[], refused: Refusal[], objects: Set<ObjectId>): void {
    for (;;) {
      const entry = this.waiting.get(feed, this.index.length(feed))
      if (!entry) return
      const step = this.#step(entry)
      if (step === 'later') return
      if (typeof step !== 'string' && step.status === 'wait') {
        for (const object of step.objects) objects.add(object)
        return
      }
      this.waiting.delete(entry)
      this.#authentic.delete(entry.id)
      if (typeof step === 'string') {
        refused.push({ reason: step, entry: entry.id })
        return
      }
      if (step.status === 'void') this.#remember(entry.id, step.reason)
      this.index.add(entry, step.operations)
      accepted.push(entry)
    }
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
    const keys = this.#options.keys.forEntry(entry.head.room, entry.head.epoch, entry.head.feed)
    // What begins a feed tells whose it is, so that it is opened before its signature can be checked.
    const first = entry.head.seq === 0 && keys ? this.#open(entry, keys) : undefined
    if (!keys) return 'later'
    const device = this.#options.judge.deviceOf(entry, first)
    if (!device) return entry.head.seq === 0 ? 'a feed does not begin with its opening' : 'later'
    if (!this.#authentic.has(entry.id) && !this.#authenticate(entry, device)) return 'bad signature'
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
      const next = this.waiting.get(last.feed, last.head.seq + 1)
      if (!next || next.head.prev !== last.id) break
      run.push(next)
    }
    const { crypto } = this.#options
    if (run.length > 1 && verifyEntry(crypto, device, run.at(-1)!)) {
      for (const member of run) this.#authentic.add(member.id)
      return true
    }
    return verifyEntry(crypto, device, entry)
  }

  #open(entry: Entry, keys: EntryKeys): CborValue | undefined {
    const { crypto, deflate } = this.#options
    return openEntry(crypto, deflate, keys, entry)
  }
}
