import type { Clock } from '../contracts/clock.ts'
import type { Crypto, Deflate } from '../contracts/crypto.ts'
import { AnvcsError } from '../contracts/errors.ts'
import { controlEpoch, type EpochId, type FeedId } from '../contracts/ids.ts'
import type { FileOperation } from '../history/file-log.ts'
import { maxOperations, writeOperations, type OperationBody } from '../history/operations-body.ts'
import type { CborValue } from '../lib/cbor.ts'
import { maxDependencies, maxEntryBytes, sealEntry, type Dependency, type Entry } from '../journal/entry.ts'
import type { FeedIndex } from '../journal/feed-index.ts'
import type { JournalWriter } from './journal-writer.ts'
import type { RoomKeys } from './keys.ts'

export interface OwnFeedOptions {
  readonly crypto: Crypto
  readonly deflate: Deflate
  readonly clock: Clock
  readonly index: FeedIndex
  readonly keys: RoomKeys
  readonly writer: JournalWriter
  readonly feed: FeedId
  /** The feed that holds the own admission: what opens the own feed has to build on it. */
  readonly admittedIn: FeedId
  readonly signingSeed: Uint8Array
}

/** An operation that is shown already and waits to be sealed; its lamport is settled then. */
export interface PendingOperation {
  readonly body: OperationBody
  readonly placed: FileOperation & { lamport: number }
}

const bytesAtOnce = 400 * 1024

/** The feed that this device writes in this run: seals operations and other bodies into entries. */
export class OwnFeed {
  readonly feed: FeedId
  readonly #options: OwnFeedOptions
  #operations: PendingOperation[] = []
  #nextOperation: number
  #timeMs = 0

  constructor(options: OwnFeedOptions) {
    this.#options = options
    this.feed = options.feed
    const { index } = options
    this.#nextOperation = index.operationsIn(options.feed, index.length(options.feed))
  }

  /** The number that the next operation gets. */
  get nextOperation(): number {
    return this.#nextOperation
  }

  /** Greater than the lamport of everything known: what an operation has until its entry settles it. */
  get provisionalLamport(): number {
    return this.#options.index.greatestLamport + 1
  }

  /** Queues an operation that has taken effect here. */
  operation(body: OperationBody, placed: PendingOperation['placed']): void {
    this.#nextOperation++
    this.#operations.push({ body, placed })
    this.#options.writer.wake()
  }

  /**
   * Seals the operations so far. Called before each write, and before entries of others are taken in: an operation depends
   * on what its author had seen when it was made, and on nothing later.
   */
  sealOperations(): void {
    if (this.#operations.length) this.#sealDependencies()
    while (this.#operations.length) {
      const batch = this.#operations.splice(0, this.#batchSize())
      const body = writeOperations(batch.map((operation) => operation.body))
      const entry = this.#seal(body, this.#options.keys.newest!, batch.length)
      for (const { placed } of batch) placed.lamport = entry.head.lamport
      this.#options.writer.push(entry)
    }
  }

  /** Seals an entry that is no operation, after all operations so far; `effect` takes over what it does. Resolves when it is durable, rejects where the journal cannot be written now; throws MESSAGE_TOO_LARGE. */
  write(body: CborValue, effect: (entry: Entry) => void, epoch?: EpochId): Promise<Entry> {
    this.sealOperations()
    this.#sealDependencies()
    const entry = this.#seal(body, epoch ?? this.#options.keys.newest!, 0)
    try {
      effect(entry)
    } catch (error) {
      // It never was: an entry that no peer would ever get must not be built upon.
      this.#options.index.removeLast(entry)
      throw error
    }
    const written = new Promise<Entry>((resolve, reject) =>
      this.#options.writer.push(entry, { durable: () => resolve(entry), failed: reject }),
    )
    // The room tells of a journal that cannot be written, also where nobody waits for this entry.
    written.catch(() => {})
    return written
  }

  #batchSize(): number {
    let count = 0
    let size = 0
    while (count < this.#operations.length && count < maxOperations && size < bytesAtOnce) {
      const { body } = this.#operations[count++]!
      size += 'update' in body ? body.update.length : 64
    }
    return count
  }

  #seal(body: CborValue, epoch: EpochId, operations: number): Entry {
    const { crypto, deflate, clock, index, keys, feed, signingSeed } = this.#options
    const last = index.head(feed)
    const deps = this.#namedDependencies()
    this.#timeMs = Math.max(this.#timeMs, clock.now(), last?.timeMs ?? 0)
    const fields = {
      room: keys.room,
      feed,
      seq: index.length(feed),
      prev: last?.id,
      lamport: 1 + Math.max(last?.lamport ?? 0, ...deps.map((dep) => index.lamportOf(dep.feed, dep.seq))),
      timeMs: this.#timeMs,
      epoch,
      firstOperation: index.operationsIn(feed, index.length(feed)),
      deps,
    }
    const entryKeys = keys.forEntry(keys.room, epoch, feed)!
    // Control entries hold keys and salts: those are never compressed.
    const entry = sealEntry(crypto, deflate, entryKeys, signingSeed, fields, body, epoch !== controlEpoch)
    if (entry.bytes.length > maxEntryBytes)
      throw new AnvcsError('MESSAGE_TOO_LARGE', { message: 'This is too much for one entry.' })
    index.add(entry, operations)
    return entry
  }

  /**
   * More feeds may have changed than one entry can name: entries without operations name the others first, because an
   * operation on what is not in its causal past is void. What opens the feed comes before any of them.
   */
  #sealDependencies(): void {
    const { index, keys, writer, feed } = this.#options
    if (index.length(feed) === 0) return
    while (this.#dependencies().length > maxDependencies) writer.push(this.#seal(writeOperations([]), keys.newest!, 0))
  }

  /** Heads of other feeds that are not in the causal past of this one. */
  #dependencies(): readonly Dependency[] {
    const { index, feed } = this.#options
    const length = index.length(feed)
    const past = length ? index.past(feed, length - 1) : undefined
    return index
      .positions()
      .filter((at) => at.feed !== feed && at.length > (past?.get(at.feed) ?? 0))
      .map(({ feed: of, length: known, head }) => ({ feed: of, seq: known - 1, id: head }))
  }

  /** As many of them as one entry can name. */
  #namedDependencies(): readonly Dependency[] {
    const { index, feed, admittedIn } = this.#options
    const all = this.#dependencies()
    if (all.length <= maxDependencies || index.length(feed) > 0) return all.slice(0, maxDependencies)
    const others = all.filter((dep) => dep.feed !== admittedIn).slice(0, maxDependencies - 1)
    return all.filter((dep) => dep.feed === admittedIn || others.includes(dep))
  }
}
