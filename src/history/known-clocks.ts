import type { AuthorId, FeedId, FileId, ObjectId } from '../contracts/ids.ts'
import type { Known } from '../document/neighbours.ts'
import type { Causality, Past } from './causality.ts'
import type { FileLog, FileOperation } from './file-log.ts'
import type { Naming } from './named-anchor.ts'
import type { VirtualAuthor } from './virtual-author.ts'

/** A virtual author as the client of a document, and the entries that have named a state with it: of each feed the first. */
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
  authorClient(id: AuthorId): number
  seedClient(file: FileId, blob: ObjectId | undefined): number
  feedOfClient(client: number): FeedId | undefined
  textOfBlob(blob: ObjectId): string | undefined
}

/** How far the clock of each Yjs client goes in a file, in a causal past: what the writer of an operation can have seen. */
export class KnownClocks {
  readonly #history: ClockedHistory
  readonly #causality: Causality
  readonly #authors = new Map<AuthorId, NamedAuthor>()
  /** The authors of each file, by client. */
  readonly #clients = new Map<FileId, Map<number, NamedAuthor>>()

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
    let clients = this.#clients.get(file)
    if (!clients) this.#clients.set(file, (clients = new Map<number, NamedAuthor>()))
    clients.set(this.#history.authorClient(id), author)
    return author
  }

  /**
   * The least lamport of the entries that name the author: all operations before it have a smaller one, all that know it a
   * greater one. Infinity where none names it yet.
   */
  lamportOf(author: AuthorId): number {
    return this.#authors.get(author)?.lamport ?? Number.POSITIVE_INFINITY
  }

  /** The clock of a client in a causal past; 0 for one that is not known there. */
  clockIn(past: Past, file: FileId, client: number): number {
    const history = this.#history
    if (!history.hasLog(file)) return 0
    const log = history.log(file)
    const feed = history.feedOfClient(client)
    if (feed) return log.clockBelow(feed, this.#causality.operationsIn(feed, past.get(feed) ?? 0))
    const author = this.#clients.get(file)?.get(client)
    if (author) {
      for (const [by, seq] of author.places) if (seq < (past.get(by) ?? 0)) return author.length
      return 0
    }
    const blob = log.base?.blob
    if (blob === undefined || client !== history.seedClient(file, blob)) return 0
    return (history.textOfBlob(blob) ?? '').length
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
