import type { AuthorId, FeedId, FileId, ObjectId } from '../contracts/ids.ts'
import type { Known } from '../document/neighbours.ts'
import type { Causality, Past } from './causality.ts'
import type { Writer } from './client-numbers.ts'
import type { FileLog, FileOperation } from './file-log.ts'
import type { Naming } from './named-anchor.ts'
import type { VirtualAuthor } from './virtual-author.ts'

/** A virtual author as one who types in a document, and the entries that have named a state with it: of each feed the first. */
interface NamedAuthor {
  readonly length: number
  readonly places: Map<FeedId, number>
  lamport: number
}

/** What is asked of the files and authors of a room. */
export interface ClockedHistory {
  hasLog(file: FileId): boolean
  log(file: FileId): FileLog
  author(id: AuthorId): VirtualAuthor
  textOfBlob(blob: ObjectId): string | undefined
}

/** How far the clock of each Yjs client goes in a file, in a causal past: what the writer of an operation can have seen. */
export class KnownClocks {
  readonly #history: ClockedHistory
  readonly #causality: Causality
  readonly #authors = new Map<AuthorId, NamedAuthor>()
  readonly #authorsOf = new Map<FileId, AuthorId[]>()

  constructor(history: ClockedHistory, causality: Causality) {
    this.#history = history
    this.#causality = causality
  }

  /** An accepted entry names a state. */
  named({ anchor, feed, seq, lamport }: Naming): void {
    for (const [file, { authors }] of anchor.states)
      for (const id of authors) {
        const author = this.#authors.get(id) ?? this.#add(file, id)
        if (seq >= (author.places.get(feed) ?? Number.POSITIVE_INFINITY)) continue
        author.places.set(feed, seq)
        author.lamport = Math.min(author.lamport, lamport)
      }
  }

  #add(file: FileId, id: AuthorId): NamedAuthor {
    const { changes } = this.#history.author(id).script
    const length = changes.reduce((sum, { insert }) => sum + insert.length, 0)
    const author = { length, places: new Map<FeedId, number>(), lamport: Number.POSITIVE_INFINITY }
    this.#authors.set(id, author)
    const others = this.#authorsOf.get(file)
    if (others) others.push(id)
    else this.#authorsOf.set(file, [id])
    return author
  }

  /**
   * The least lamport of the entries that name the author: all operations before it have a smaller one, all that know it a
   * greater one. Infinity where none names it yet.
   */
  lamportOf(author: AuthorId): number {
    return this.#authors.get(author)?.lamport ?? Number.POSITIVE_INFINITY
  }

  /** The clock of a client of the file's documents in a causal past; 0 for one that is not known there. */
  clockIn(past: Past, file: FileId, client: number): number {
    if (!this.#history.hasLog(file)) return 0
    const log = this.#history.log(file)
    const writer = log.clients.writerOf(client)
    return writer === undefined ? 0 : this.clockOf(past, log, writer)
  }

  /** How many units of a file a writer has typed in a causal past. */
  clockOf(past: Past, log: FileLog, writer: Writer): number {
    const author = this.#authors.get(writer as AuthorId)
    if (author) return this.#isIn(past, author) ? author.length : 0
    if (log.base && writer === log.file) return (this.#history.textOfBlob(log.base.blob) ?? '').length
    const feed = writer as FeedId
    return log.clockBelow(feed, this.#causality.operationsIn(feed, past.get(feed) ?? 0))
  }

  /** Had a state with the author been named in the causal past of an operation? */
  knew({ feed, number }: Pick<FileOperation, 'feed' | 'number'>, id: AuthorId): boolean {
    const author = this.#authors.get(id)
    return author !== undefined && this.#isIn(this.#causality.past(feed, this.#causality.entryOf(feed, number)), author)
  }

  #isIn(past: Past, { places }: NamedAuthor): boolean {
    for (const [by, seq] of places) if (seq < (past.get(by) ?? 0)) return true
    return false
  }

  /** Who may have typed in a file, in a causal past or (without one) in all that is known here. */
  writersOf(file: FileId, past?: Past): readonly Writer[] {
    const log = this.#history.log(file)
    const limit = (feed: FeedId) =>
      past ? this.#causality.operationsIn(feed, past.get(feed) ?? 0) : Number.POSITIVE_INFINITY
    const authors = this.#authorsOf.get(file) ?? []
    return [
      ...(log.base ? [file] : []),
      ...log.countsBelow(limit).counts.keys(),
      ...authors.filter((id) => !past || this.#isIn(past, this.#authors.get(id)!)),
    ]
  }

  /** What the writers of operations had seen of the file before their entries. Operations of one entry that follow each other share it. */
  before(file: FileId): (operation: Pick<FileOperation, 'feed' | 'number'>) => Known {
    let last: { readonly feed: FeedId; readonly entry: number; readonly known: Known } | undefined
    return ({ feed, number }) => {
      const entry = this.#causality.entryOf(feed, number)
      if (last?.feed !== feed || last.entry !== entry)
        last = { feed, entry, known: this.knownIn(file, () => this.#causality.past(feed, entry)) }
      return last.known
    }
  }

  /** The clocks of a file in a causal past; both are looked up when they are asked for, and kept. */
  knownIn(file: FileId, past: () => Past): Known {
    const clocks = new Map<number, number>()
    let found: Past | undefined
    return (client) => {
      let clock = clocks.get(client)
      if (clock === undefined) {
        clock = this.clockIn((found ??= past()), file, client)
        clocks.set(client, clock)
      }
      return clock
    }
  }
}
