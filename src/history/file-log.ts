import type { FeedId, FileId, ObjectId } from '../contracts/ids.ts'
import { renumberUpdate } from '../document/renumbered.ts'
import type { Writer } from './client-numbers.ts'
import { FileClients } from './file-clients.ts'
import { emptyState, type FileState } from './file-state.ts'

/** What a file of the base commit is before any operation. */
export interface BaseFile {
  readonly path: string
  readonly mode: number
  readonly blob: ObjectId
}

/** Where an operation stands: the same at every peer, whatever batch or link brought it. */
interface Place {
  readonly feed: FeedId
  /** Number of the operation in its feed, over all files. */
  readonly number: number
  readonly lamport: number
}

export type RegisterValue =
  | { readonly register: 'path'; readonly path: string }
  /** A deletion, and what of the file its author had seen: it yields to any edit outside of that. */
  | { readonly register: 'path'; readonly path: undefined; readonly seen: FileState }
  | { readonly register: 'mode'; readonly mode: number }
  /** Undefined: the file is its text; else the blob of a binary file or symlink. */
  | { readonly register: 'content'; readonly blob: ObjectId | undefined }

export type FileOperation =
  /** A Yjs update in the file's clients here (`FileClients`); `clock` is the feed's clock in this document after it. */
  | (Place & { readonly type: 'text'; readonly update: Uint8Array; readonly clock: number })
  | (Place & { readonly type: 'register'; readonly value: RegisterValue })

type TextOperation = Extract<FileOperation, { type: 'text' }>
type RegisterOperation = Extract<FileOperation, { type: 'register' }>

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

/** All operations on one file that are known here, per feed in order. */
export class FileLog {
  readonly file: FileId
  readonly base: BaseFile | undefined
  readonly #feeds = new Map<FeedId, FileOperation[]>()
  /** The same without those on text: a file has few of them, and they are asked for at every edit. */
  #registers: Map<FeedId, RegisterOperation[]> | undefined
  #clients: FileClients | undefined

  constructor(file: FileId, base: BaseFile | undefined) {
    this.file = file
    this.base = base
  }

  get clients(): FileClients {
    return (this.#clients ??= new FileClients())
  }

  /** Somebody may type in the file. True where others have got other clients by that: documents that are open have the old ones. */
  meet(writer: Writer, number: number): boolean {
    const renumbering = this.clients.add(writer, number)
    if (!renumbering) return false
    for (const operations of this.#feeds.values())
      for (const operation of operations)
        if (operation.type === 'text')
          (operation as Writable<TextOperation>).update = renumberUpdate(operation.update, renumbering)
    return true
  }

  add(operation: FileOperation): void {
    append(this.#feeds, operation)
    if (operation.type === 'register') append((this.#registers ??= new Map<FeedId, RegisterOperation[]>()), operation)
  }

  get feeds(): Iterable<FeedId> {
    return this.#feeds.keys()
  }

  /** The operations of a state, feed by feed. Within a feed they are in order; between feeds any order gives the same text. */
  within(state: FileState): readonly FileOperation[] {
    return between(this.#feeds, emptyState, state)
  }

  /** The same without those of an earlier state. */
  between(from: FileState, state: FileState): readonly FileOperation[] {
    return between(this.#feeds, from, state)
  }

  /** The operations of a state that set a register. */
  registersWithin(state: FileState): readonly RegisterOperation[] {
    return this.#registers ? between(this.#registers, emptyState, state) : []
  }

  /** Is the state made of counts that this file really has? */
  hasState(state: FileState): boolean {
    for (const [feed, count] of state.counts) {
      const operations = this.#feeds.get(feed) ?? []
      if (operations[firstAtLeast(operations, count) - 1]?.number !== count - 1) return false
    }
    return true
  }

  /** The operations below a limit of operation numbers per feed, as a state without authors. */
  countsBelow(limit: (feed: FeedId) => number): FileState {
    const counts = new Map<FeedId, number>()
    for (const [feed, operations] of this.#feeds) {
      const last = operations[firstAtLeast(operations, limit(feed)) - 1]
      if (last) counts.set(feed, last.number + 1)
    }
    return counts.size ? { counts, authors: [] } : emptyState
  }

  /** The Yjs clock of a feed in this document after its operations below a number. */
  clockBelow(feed: FeedId, number: number): number {
    const operations = this.#feeds.get(feed) ?? []
    for (let i = firstAtLeast(operations, number) - 1; i >= 0; i--) {
      const operation = operations[i]!
      if (operation.type === 'text') return operation.clock
    }
    return 0
  }
}

function append<T extends FileOperation>(feeds: Map<FeedId, T[]>, operation: T): void {
  const feed = feeds.get(operation.feed)
  if (feed) feed.push(operation)
  else feeds.set(operation.feed, [operation])
}

function between<T extends FileOperation>(
  feeds: ReadonlyMap<FeedId, readonly T[]>,
  from: FileState,
  state: FileState,
): readonly T[] {
  const parts: (readonly T[])[] = []
  for (const [feed, count] of state.counts) {
    const operations = feeds.get(feed)
    const first = from.counts.get(feed) ?? 0
    if (operations)
      parts.push(operations.slice(first && firstAtLeast(operations, first), firstAtLeast(operations, count)))
  }
  return parts.length === 1 ? parts[0]! : parts.flat()
}

/** Index of the first operation whose number is at least `number`: most often none, because everything is asked for. */
function firstAtLeast(operations: readonly FileOperation[], number: number): number {
  if ((operations.at(-1)?.number ?? -1) < number) return operations.length
  let low = 0
  let high = operations.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (operations[middle]!.number < number) low = middle + 1
    else high = middle
  }
  return low
}
