import type { Crypto } from '../contracts/crypto.ts'
import type { FeedId } from '../contracts/ids.ts'
import { hexBytes } from '../lib/bytes.ts'
import { encodeCbor } from '../lib/cbor.ts'
import type { Entry } from '../journal/entry.ts'
import type { FeedPosition } from '../sync/messages.ts'

/** How far each feed is durable here: the room vector that peers are told. */
export class DurableFeeds {
  readonly #crypto: Crypto
  readonly #positions = new Map<FeedId, FeedPosition>()
  #digest: Uint8Array | undefined

  constructor(crypto: Crypto) {
    this.#crypto = crypto
  }

  add(entries: readonly Entry[]): void {
    for (const { feed, head, id } of entries) this.#positions.set(feed, { feed, length: head.seq + 1, head: id })
    this.#digest = undefined
  }

  /** Sorted by feed. */
  positions(): readonly FeedPosition[] {
    return [...this.#positions.values()].sort((a, b) => (a.feed < b.feed ? -1 : 1))
  }

  position(feed: FeedId): FeedPosition | undefined {
    return this.#positions.get(feed)
  }

  length(feed: FeedId): number {
    return this.#positions.get(feed)?.length ?? 0
  }

  /** SHA-256 over the room vector: equal rooms have equal digests. */
  digest(): Uint8Array {
    this.#digest ??= this.#crypto.sha256(
      encodeCbor([
        'anvcs/1 vector',
        this.positions().map(({ feed, length, head }) => [hexBytes(feed), length, hexBytes(head)]),
      ]),
    )
    return this.#digest
  }
}
