import type { FeedId } from '../contracts/ids.ts'
import type { Entry } from '../journal/entry.ts'

/** What is kept for one sender of entries that cannot be judged yet; beyond it they are dropped and asked for again later. */
const maxWaitingBytes = 16 << 20
const maxWaitingFeeds = 4096

interface Share {
  bytes: number
  /** Of each feed, how many entries wait. */
  readonly feeds: Map<FeedId, number>
}

/**
 * Entries that wait for their predecessor, their past, a key or an object. Who sends an entry is not known to be its author:
 * each sender has its own share, and its own entry at each place of a feed, so that nobody takes the place of others.
 */
export class WaitingEntries {
  readonly #feeds = new Map<FeedId, Map<number, Map<string, Entry>>>()
  readonly #shares = new Map<string, Share>()

  /** False where the sender's share is used up. What comes from our own journal (no sender) has no bound. */
  add(entry: Entry, from: string | undefined): boolean {
    const sender = from ?? ''
    const { feed, head, bytes } = entry
    let share = this.#shares.get(sender)
    if (!share) this.#shares.set(sender, (share = { bytes: 0, feeds: new Map() }))
    const slot = this.#feeds.get(feed)?.get(head.seq)
    for (const other of slot?.values() ?? []) if (sameBytes(other, entry)) return true
    if (slot?.has(sender)) this.#remove(feed, head.seq, sender)
    const isFull = share.bytes + bytes.length > maxWaitingBytes
    const isWide = !share.feeds.has(feed) && share.feeds.size >= maxWaitingFeeds
    if (from !== undefined && (isFull || isWide)) return false
    share.bytes += bytes.length
    share.feeds.set(feed, (share.feeds.get(feed) ?? 0) + 1)
    let places = this.#feeds.get(feed)
    if (!places) this.#feeds.set(feed, (places = new Map<number, Map<string, Entry>>()))
    const entries = places.get(head.seq)
    if (entries) entries.set(sender, entry)
    else places.set(head.seq, new Map([[sender, entry]]))
    return true
  }

  /** What was sent for a place of a feed: at most one by each sender. */
  at(feed: FeedId, seq: number): readonly Entry[] {
    return [...(this.#feeds.get(feed)?.get(seq)?.values() ?? [])]
  }

  delete(entry: Entry): void {
    for (const [sender, other] of this.#feeds.get(entry.feed)?.get(entry.head.seq) ?? [])
      if (other === entry) this.#remove(entry.feed, entry.head.seq, sender)
  }

  /** The place is taken: whatever else was sent for it is not needed. */
  settle(feed: FeedId, seq: number): void {
    for (const sender of Array.from(this.#feeds.get(feed)?.get(seq)?.keys() ?? [])) this.#remove(feed, seq, sender)
  }

  #remove(feed: FeedId, seq: number, sender: string): void {
    const places = this.#feeds.get(feed)!
    const entries = places.get(seq)!
    const share = this.#shares.get(sender)!
    share.bytes -= entries.get(sender)!.bytes.length
    const left = share.feeds.get(feed)! - 1
    if (left) share.feeds.set(feed, left)
    else share.feeds.delete(feed)
    entries.delete(sender)
    if (!entries.size) places.delete(seq)
    if (!places.size) this.#feeds.delete(feed)
  }

  /** Has a sender so much room again that it is worth asking for what was dropped? */
  hasRoom(sender: string): boolean {
    const share = this.#shares.get(sender)
    return !share || (share.bytes < maxWaitingBytes / 2 && share.feeds.size < maxWaitingFeeds / 2)
  }

  has(feed: FeedId): boolean {
    return this.#feeds.has(feed)
  }

  get feeds(): readonly FeedId[] {
    return [...this.#feeds.keys()]
  }

  get size(): number {
    let size = 0
    for (const places of this.#feeds.values()) for (const entries of places.values()) size += entries.size
    return size
  }
}

/** Two that differ in nothing but their signatures are two: one may be good. */
function sameBytes(left: Entry, right: Entry): boolean {
  return left.id === right.id && left.signature.every((byte, i) => byte === right.signature[i])
}
