import { equalBytes } from '../lib/bytes.ts'
import type { FeedId, KeyId } from '../contracts/ids.ts'
import { FrameReader, type Message, type Stream } from './frames.ts'
import { decodeMessage, encodeMessage, type FeedPosition, type PeerMessage } from './messages.ts'
import { initialCredit, Outbox } from './outbox.ts'

/** Of one vector message: below 1 MiB. */
const positionsAtOnce = 10_000
/** Feeds of which a peer may say that it has them and we do not. */
const maxUnknownFeeds = 1 << 17

/** What a session reads of the room: its durable entries, by position. */
export interface Replica {
  positions(): readonly FeedPosition[]
  /** SHA-256 over the whole room vector. */
  digest(): Uint8Array
  length(feed: FeedId): number
  /** The device that writes a feed, where it is known: entries are not forwarded to peers that are linked to it. */
  deviceOf(feed: FeedId): KeyId | undefined
}

/** What a frame brought that concerns the room. */
export type SessionEvent =
  | Extract<PeerMessage, { type: 'entries' | 'keys' | 'pack' | 'lacking' | 'presence' }>
  /** `size` is to be told to `consumed` when the request has been answered. */
  | (Extract<PeerMessage, { type: 'want' | 'history' }> & { readonly size: number })
  /** The peer's position in a feed differs from ours at the same length, or lies beyond: for fork evidence and `status`. */
  | { readonly type: 'positions'; readonly positions: readonly FeedPosition[] }

export interface EntryRange {
  readonly feed: FeedId
  /** First sequence number to send. */
  readonly from: number
  /** One after the last. */
  readonly to: number
}

/**
 * One authenticated peer, without I/O: frames in, events out, frames out. Both sides begin with the digest of their room
 * vector; where they differ both send the vector, and each pushes the ranges that the other lacks. Afterwards each new
 * durable entry is pushed once. Nothing on this way waits for a reply.
 */
export class PeerSession {
  readonly #replica: Replica
  readonly #reader = new FrameReader()
  readonly #outbox = new Outbox()
  /** How far the peer is known to have each feed; undefined until its digest or vector has come. */
  #theirs: Map<FeedId, number> | undefined
  /** Feeds of theirs that we did not have when they told of them. */
  readonly #unknownFeeds = new Set<FeedId>()
  /** How far each feed is sent or known to be there. */
  readonly #sent = new Map<FeedId, number>()
  /** Feeds in which we may be ahead of what was sent. */
  readonly #ahead = new Set<FeedId>()
  /** Lengths up to which ranges held back for a neighbour of the peer are overdue. */
  readonly #overdue = new Map<FeedId, number>()
  /** Feeds that were not told of because their entries were about to go. */
  readonly #untold = new Set<FeedId>()
  #neighbours: ReadonlySet<KeyId> = new Set()
  #vectorSent = false
  #entriesSent = 0
  #entriesReceived = 0
  readonly #consumed = new Map<Stream, number>()
  /** What the peer may still send on each stream. */
  readonly #granted = new Map<Stream, number>(Object.entries(initialCredit) as [Stream, number][])

  constructor(replica: Replica) {
    this.#replica = replica
  }

  /** Begins the exchange. */
  start(neighbours: readonly KeyId[]): void {
    this.#push({ type: 'digest', digest: this.#replica.digest() })
    this.tellNeighbours(neighbours)
  }

  /** The events of one frame, or undefined where the peer broke the protocol and the link has to be closed. */
  receive(frame: Uint8Array): readonly SessionEvent[] | undefined {
    const message = this.#reader.read(frame)
    if (message === 'more') return []
    const decoded = message === 'invalid' || !this.#isGranted(message) ? undefined : decodeMessage(message)
    if (!decoded || message === 'invalid') return undefined
    const { stream, bytes } = message
    if (decoded.type === 'want' || decoded.type === 'history') return [{ ...decoded, size: bytes.length }]
    if (stream !== 'control') this.consumed(stream, bytes.length)
    return this.#handle(decoded)
  }

  /** A message may be begun while there is any credit left. */
  #isGranted({ stream, bytes }: Message): boolean {
    const left = this.#granted.get(stream)!
    this.#granted.set(stream, left - bytes.length)
    return left > 0
  }

  #handle(message: Exclude<PeerMessage, { type: 'want' | 'history' }>): readonly SessionEvent[] | undefined {
    switch (message.type) {
      case 'digest':
        if (equalBytes(message.digest, this.#replica.digest())) this.#learn(this.#replica.positions())
        else this.#sendVector()
        return []
      case 'vector':
        if (message.whole) {
          this.#sendVector()
          this.#forget()
        }
        if (message.whole || this.#theirs) this.#learn(message.positions)
        if (this.#unknownFeeds.size > maxUnknownFeeds) return undefined
        return [{ type: 'positions', positions: message.positions }]
      case 'credit':
        this.#outbox.grant(message.stream, message.bytes)
        return []
      case 'neighbours':
        this.#neighbours = new Set(message.devices)
        return []
      case 'entries':
        this.#entriesReceived += message.entries.length
        return [message]
      default:
        return [message]
    }
  }

  #sendVector(): void {
    if (this.#vectorSent) return
    this.#vectorSent = true
    this.#pushVector(true, this.#replica.positions())
  }

  /** A room may have more feeds than one message takes: what follows the first part is news. */
  #pushVector(whole: boolean, positions: readonly FeedPosition[]): void {
    let at = 0
    do {
      this.#push({ type: 'vector', whole: whole && at === 0, positions: positions.slice(at, at + positionsAtOnce) })
      at += positionsAtOnce
    } while (at < positions.length)
  }

  /** A whole vector is the truth about the peer: what was sent and is not in it has to be sent again. */
  #forget(): void {
    this.#theirs = undefined
    this.#unknownFeeds.clear()
    this.#sent.clear()
  }

  #learn(positions: readonly FeedPosition[]): void {
    const first = !this.#theirs
    this.#theirs ??= new Map()
    for (const { feed, length } of positions) {
      if (!this.#replica.length(feed)) this.#unknownFeeds.add(feed)
      this.#raise(feed, length)
    }
    if (first) for (const { feed } of this.#replica.positions()) this.#ahead.add(feed)
  }

  #raise(feed: FeedId, length: number): void {
    if (length > (this.#theirs?.get(feed) ?? 0)) this.#theirs?.set(feed, length)
    if (length > (this.#sent.get(feed) ?? 0)) this.#sent.set(feed, length)
  }

  /** A feed has become longer here and can be sent. */
  advanced(feed: FeedId): void {
    this.#ahead.add(feed)
  }

  /**
   * Tells the peer how far we have come, so that it does not send what others brought, and knows when both are equal. Entries
   * that go to it at once tell it by themselves, and must not wait behind the telling.
   */
  tellPositions(positions: readonly FeedPosition[]): void {
    if (!this.#vectorSent && !this.#theirs) return
    const told: FeedPosition[] = []
    for (const position of positions)
      if (this.#goesAtOnce(position.feed)) this.#untold.add(position.feed)
      else told.push(position)
    for (const { feed } of told) this.#untold.delete(feed)
    if (told.length) this.#pushVector(false, told)
  }

  /** Tells of what did not go after all: the peer got it from elsewhere meanwhile, or its author sends it. True where there was any. */
  tellUntold(): boolean {
    if (!this.#untold.size) return false
    const told = this.#replica.positions().filter(({ feed }) => this.#untold.has(feed))
    this.#untold.clear()
    this.#pushVector(false, told)
    return true
  }

  #goesAtOnce(feed: FeedId): boolean {
    if (!this.#theirs || this.#isHeld(feed) || this.waitingBytes('entries')) return false
    return (this.#sent.get(feed) ?? 0) < this.#replica.length(feed)
  }

  /** Asks the peer to send everything again that we lack. */
  restart(): void {
    this.#vectorSent = false
    this.#sendVector()
  }

  /** The peer has sent us a feed up to this length, so it has it. */
  receivedUpTo(feed: FeedId, length: number): void {
    this.#raise(feed, length)
  }

  /**
   * Ranges that the peer lacks as far as we know. A range whose author is linked to the peer is held back until
   * `releaseHeld` has found it twice.
   */
  ranges(): readonly EntryRange[] {
    if (!this.#theirs) return []
    const ranges: EntryRange[] = []
    for (const feed of this.#ahead) {
      const from = this.#sent.get(feed) ?? 0
      const length = this.#replica.length(feed)
      if (from >= length) this.#ahead.delete(feed)
      const to = this.#isHeld(feed) ? Math.min(length, this.#overdue.get(feed) ?? 0) : length
      if (from < to) ranges.push({ feed, from, to })
    }
    return ranges
  }

  #isHeld(feed: FeedId): boolean {
    const device = this.#replica.deviceOf(feed)
    return device !== undefined && this.#neighbours.has(device)
  }

  /** Called now and then: what the peer still lacks although its author is linked to it is sent by us after all. */
  releaseHeld(): void {
    for (const feed of this.#ahead) if (this.#isHeld(feed)) this.#overdue.set(feed, this.#replica.length(feed))
  }

  /** Queues entries of one feed, in order, the first of which is number `from`. */
  sendEntries(feed: FeedId, from: number, entries: readonly Uint8Array[]): void {
    const sent = Math.max(this.#sent.get(feed) ?? 0, from + entries.length)
    this.#sent.set(feed, sent)
    if (sent >= this.#replica.length(feed)) this.#untold.delete(feed)
    this.#entriesSent += entries.length
    this.#push({ type: 'entries', entries })
  }

  send(message: Extract<PeerMessage, { type: 'keys' | 'want' | 'history' | 'pack' | 'lacking' | 'presence' }>): void {
    this.#push(message)
  }

  tellNeighbours(devices: readonly KeyId[]): void {
    this.#push({ type: 'neighbours', devices })
  }

  /** Bytes of a stream that wait for the link: bulk is produced only while this is small. */
  waitingBytes(stream: Stream): number {
    return this.#outbox.waitingBytes(stream)
  }

  /** Content of a stream has been taken in, so the peer may send as much again. */
  consumed(stream: Stream, bytes: number): void {
    const sum = (this.#consumed.get(stream) ?? 0) + bytes
    const due = sum >= initialCredit[stream] / 4
    this.#consumed.set(stream, due ? 0 : sum)
    if (!due) return
    this.#granted.set(stream, this.#granted.get(stream)! + sum)
    this.#push({ type: 'credit', stream, bytes: sum })
  }

  /** The next frame for the link, the most urgent first. */
  nextFrame(): Uint8Array | undefined {
    return this.#outbox.next()
  }

  /** Do both sides hold the same entries, as far as this side knows? */
  isEqual(): boolean {
    if (!this.#theirs) return false
    for (const { feed, length } of this.#replica.positions()) if ((this.#theirs.get(feed) ?? 0) < length) return false
    for (const [feed, length] of this.#theirs) if (this.#replica.length(feed) < length) return false
    return true
  }

  /** How many entries have gone over the link in each direction. */
  get entryCounts(): { readonly sent: number; readonly received: number } {
    return { sent: this.#entriesSent, received: this.#entriesReceived }
  }

  /** Does the peer have this entry? */
  hasEntry(feed: FeedId, seq: number): boolean {
    return (this.#theirs?.get(feed) ?? 0) > seq
  }

  #push(message: PeerMessage): void {
    this.#outbox.push(encodeMessage(message))
  }
}
