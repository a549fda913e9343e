import type { Crypto } from '../contracts/crypto.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { AuthorId, FeedId, FileId, ObjectId, RoomId } from '../contracts/ids.ts'
import type { MergeDriver } from '../contracts/merge-driver.ts'
import type { GitObject, ObjectStore } from '../contracts/object-store.ts'
import { textOfBlob } from '../document/seed.ts'
import { baseFileId, computedClientId, feedClientId } from '../identity/ids.ts'
import { hexBytes } from '../lib/bytes.ts'
import { Emitter } from '../lib/emitter.ts'
import { objectId } from '../objects/object-id.ts'
import { isUtf8Path } from '../objects/path-bytes.ts'
import { diffTrees, type TreeDifference } from '../objects/tree-diff.ts'
import { findInTree, parseTree, type TreeEntryValue } from '../objects/tree.ts'
import { makeAnchor, type Anchor } from './anchor.ts'
import type { Causality, Past } from './causality.ts'
import { translateUpdate, type ClientNumbers, type Writer } from './client-numbers.ts'
import { CommitGraph } from './commit-graph.ts'
import { Evaluator, type EvaluationSource } from './evaluator.ts'
import { FileLog, type FileOperation } from './file-log.ts'
import type { FileState } from './file-state.ts'
import { absent, type FileValue } from './file-value.ts'
import { KnownClocks } from './known-clocks.ts'
import { Layout } from './layout.ts'
import { MalformedObject, MissingObject } from './outcome.ts'
import type { VirtualAuthor } from './virtual-author.ts'

export interface HistoryOptions {
  readonly crypto: Crypto
  readonly room: RoomId
  /** Keys the client numbers of computed authors: outsiders cannot grind one. */
  readonly idKey: Uint8Array
  readonly objects: ObjectStore
  readonly base: ObjectId
  readonly driver: MergeDriver
  readonly causality: Causality
}

/** A value in the tree of a commit, with the id of its blob. */
export type TreeValue = FileValue & { readonly entry: ObjectId | undefined }

export interface HistoryEvents {
  /** Writers of a file have other clients now: two share a number. Documents of it have to be built again. */
  readonly renumbered: FileId
}

const maxCachedTexts = 512
const maxCachedLayouts = 64
const maxCachedPaths = 10_000
const maxCachedJoins = 20_000
const maxCachedMerges = 20_000

/** Everything that the rules of states read: operations by file, virtual authors, commits and their trees. */
export class RoomHistory implements EvaluationSource {
  readonly crypto: Crypto
  readonly room: RoomId
  readonly driver: MergeDriver
  readonly causality: Causality
  readonly clocks: KnownClocks
  readonly graph: CommitGraph
  readonly evaluator: Evaluator
  readonly baseAnchor: Anchor
  readonly events = new Emitter<HistoryEvents>()
  readonly #options: HistoryOptions
  readonly #logs = new Map<FileId, FileLog>()
  readonly #authors = new Map<AuthorId, VirtualAuthor>()
  readonly #texts = new Map<ObjectId, string | undefined>()
  readonly #layouts = new Map<string, Layout>()
  readonly #joins = new Map<string, Anchor>()
  readonly #merges = new Map<string, Anchor | undefined>()
  readonly #baseFiles = new Map<string, FileId | undefined>()
  /** The paths of the base commit by file: only for who names a file by its id alone. */
  #basePaths: ReadonlyMap<FileId, string> | undefined
  /** Trees that are known to be well-formed. */
  readonly #trees = new Set<ObjectId>()
  readonly #feedNumbers = new Map<FeedId, number>()
  /** Objects of automatic merges that are computed and not stored yet. */
  readonly #made = new Map<ObjectId, GitObject>()

  constructor(options: HistoryOptions) {
    this.#options = options
    this.crypto = options.crypto
    this.room = options.room
    this.driver = options.driver
    this.causality = options.causality
    this.clocks = new KnownClocks(this, options.causality)
    this.graph = new CommitGraph(this.objects, options.base)
    this.evaluator = new Evaluator(this)
    this.baseAnchor = makeAnchor(options.crypto, options.base, new Map(), new Set())
  }

  /** The stored objects and those that were made here. */
  get objects(): ObjectStore {
    const { objects } = this.#options
    const made = this.#made
    return Object.create(objects, {
      read: { value: (id: ObjectId) => made.get(id) ?? objects.read(id) },
      has: { value: (id: ObjectId) => made.has(id) || objects.has(id) },
      format: { value: objects.format },
    }) as ObjectStore
  }

  /** Adds an object that a rule has made. It is readable at once, and stored when `takeMade` is called. */
  make(object: GitObject): ObjectId {
    const id = objectId(this.crypto, this.#options.objects.format, object)
    if (!this.#options.objects.has(id)) this.#made.set(id, object)
    return id
  }

  /** The objects made since the last call; they stay readable. */
  takeMade(): readonly GitObject[] {
    return [...this.#made.values()]
  }

  /** Called when made objects have been stored. */
  stored(ids: readonly ObjectId[]): void {
    for (const id of ids) this.#made.delete(id)
  }

  /** What is known of a file. To ask for it leaves no trace: what a file of the base is must not depend on who asked first. */
  log(file: FileId): FileLog {
    return this.#logs.get(file) ?? new FileLog(file, undefined)
  }

  /** Is the file known by an operation, an author, or its path in the base commit? */
  hasLog(file: FileId): boolean {
    return this.#logs.has(file)
  }

  /** Adds the next operation of a feed on a file. */
  addOperation(file: FileId, operation: FileOperation): void {
    const log = this.#keptLog(file)
    this.feedClient(file, operation.feed)
    log.add(operation)
  }

  #keptLog(file: FileId): FileLog {
    let log = this.#logs.get(file)
    if (!log) this.#logs.set(file, (log = new FileLog(file, undefined)))
    return log
  }

  /** Is this the id of a file of the base commit, whether anybody has looked at it here or not? */
  isBaseFile(file: FileId): boolean {
    const known = this.#logs.get(file)
    if (known) return known.base !== undefined
    this.#basePaths ??= this.#indexBase()
    const path = this.#basePaths.get(file)
    return path !== undefined && this.baseFile(path) === file
  }

  #indexBase(): ReadonlyMap<FileId, string> {
    const files = this.differences(undefined, this.graph.node(this.graph.base).tree)
    return new Map(files.map(({ path }) => [baseFileId(this.crypto, this.room, path), path]))
  }

  get files(): Iterable<FileId> {
    return this.#logs.keys()
  }

  /** The file of the base commit at a path, or undefined where there is none. */
  baseFile(path: string): FileId | undefined {
    if (!this.#baseFiles.has(path)) {
      this.#baseFiles.set(path, this.#findBaseFile(path))
      if (this.#baseFiles.size > maxCachedPaths) this.#baseFiles.delete(this.#baseFiles.keys().next().value!)
    }
    return this.#baseFiles.get(path)
  }

  #findBaseFile(path: string): FileId | undefined {
    const entry = this.#baseEntry(path)
    if (!entry) return undefined
    const file = baseFileId(this.crypto, this.room, path)
    if (!this.#logs.has(file)) this.#logs.set(file, new FileLog(file, { path, mode: entry.mode, blob: entry.id }))
    return file
  }

  #baseEntry(path: string): TreeEntryValue | undefined {
    const entry = this.entryAt(this.graph.node(this.graph.base).tree, path)
    return entry && isFileMode(entry.mode) ? entry : undefined
  }

  author(id: AuthorId): VirtualAuthor {
    const author = this.#authors.get(id)
    if (!author) throw new Error(`unknown virtual author ${id}`)
    return author
  }

  hasAuthor(id: AuthorId): boolean {
    return this.#authors.has(id)
  }

  addAuthor(author: VirtualAuthor): void {
    this.#authors.set(author.id, author)
    this.#keptLog(author.file)
    this.authorClient(author.id)
  }

  /** Is the state made of operations and authors of this file? */
  isStateOf(file: FileId, state: FileState): boolean {
    return this.log(file).hasState(state) && state.authors.every((id) => this.#authors.get(id)?.file === file)
  }

  textOfBlob(blob: ObjectId): string | undefined {
    if (this.#texts.has(blob)) return this.#texts.get(blob)
    const text = this.#readText(blob)
    this.#texts.set(blob, text)
    if (this.#texts.size > maxCachedTexts) this.#texts.delete(this.#texts.keys().next().value!)
    return text
  }

  #readText(blob: ObjectId): string | undefined {
    try {
      const object = this.objects.read(blob)
      if (!object) throw new MissingObject(blob)
      return textOfBlob(object.content)
    } catch (error) {
      // What a store cannot hold in memory is far above what is shared as text.
      if (AnvcsError.is(error, 'MESSAGE_TOO_LARGE')) return undefined
      throw error
    }
  }

  /** The Yjs client of a feed in the documents of a file. */
  feedClient(file: FileId, feed: FeedId): number {
    const log = this.log(file)
    return log.clients.numberOf(feed) ?? this.#meet(log, feed, this.#feedNumber(feed))
  }

  #feedNumber(feed: FeedId): number {
    let number = this.#feedNumbers.get(feed)
    if (number === undefined) this.#feedNumbers.set(feed, (number = feedClientId(this.crypto, this.room, feed)))
    return number
  }

  authorClient(id: AuthorId): number {
    const log = this.log(this.author(id).file)
    return log.clients.numberOf(id) ?? this.#meet(log, id, this.#computedNumber('author', hexBytes(id)))
  }

  /** The client of the text that a file of the base commit begins with. */
  seedClient(file: FileId): number {
    const log = this.log(file)
    const known = log.clients.numberOf(file)
    if (known !== undefined) return known
    return this.#meet(log, file, this.#computedNumber('seed', hexBytes(file), hexBytes(log.base!.blob)))
  }

  #computedNumber(kind: 'seed' | 'author', ...parts: readonly Uint8Array[]): number {
    return computedClientId(this.crypto, this.#options.idKey, kind, ...parts)
  }

  /** Somebody may type in the file, by the number that its id gives it. */
  #meet(log: FileLog, writer: Writer, number: number): number {
    const { file } = log
    if (log.base && writer !== file) this.seedClient(file)
    if (log.meet(writer, number)) {
      this.evaluator.renumbered(file)
      this.events.emit('renumbered', file)
    }
    return log.clients.numberOf(writer)!
  }

  /**
   * The clients in an update of a feed as it travels: those among all who have typed in its causal past (without one: in all
   * that is known), and the feed. Undefined where they are those of the file's documents.
   */
  travelling(file: FileId, feed: FeedId, past?: Past): ClientNumbers | undefined {
    const { clients } = this.log(file)
    return clients.isShared ? clients.among([...this.clocks.writersOf(file, past), feed]) : undefined
  }

  /** An update that a feed has just made in the newest document of a file, as it travels. */
  toTravel(file: FileId, feed: FeedId, update: Uint8Array): Uint8Array {
    const travelling = this.travelling(file, feed)
    return travelling ? translateUpdate(update, this.log(file).clients, travelling) : update
  }

  /** The entry of a tree at a path. Throws MissingObject where a tree on the way is not here. */
  entryAt(tree: ObjectId, path: string): TreeEntryValue | undefined {
    return findInTree((id) => this.readTree(id), tree, path)
  }

  readTree(id: ObjectId): Uint8Array {
    const object = this.objects.read(id)
    if (!object) throw new MissingObject(id)
    if (!this.#trees.has(id)) {
      if (object.type !== 'tree' || !parseTree(object.content, id.length / 2))
        throw new MalformedObject(`the tree ${id} is none`)
      this.#trees.add(id)
    }
    return object.content
  }

  /** What differs between two trees, but for paths that are not UTF-8. Throws MissingObject, and MalformedObject where one is deeper or larger than the format takes. */
  differences(before: ObjectId | undefined, after: ObjectId | undefined): readonly TreeDifference[] {
    let unread: unknown
    const readTree = (id: ObjectId): Uint8Array => {
      try {
        return this.readTree(id)
      } catch (error) {
        unread = error
        throw error
      }
    }
    try {
      return diffTrees(readTree, before, after).filter(({ path }) => isUtf8Path(path))
    } catch (error) {
      // A store that cannot read is another matter than a tree that is as its author made it.
      if (error === unread || !AnvcsError.is(error, 'OBJECT_INVALID')) throw error
      throw new MalformedObject(error.message)
    }
  }

  /** What lies at a path in a commit; absent for what is no file (a submodule, say). */
  valueInTree(tree: ObjectId, path: string): TreeValue {
    const entry = this.entryAt(tree, path)
    if (!entry || !isFileMode(entry.mode)) return { ...absent, entry: undefined }
    const text = entry.mode === 0o120000 ? undefined : this.textOfBlob(entry.id)
    return {
      path,
      mode: entry.mode,
      blob: text === undefined ? entry.id : undefined,
      text: text ?? '',
      entry: entry.id,
    }
  }

  /** The join of a commit's states, which is a function of the states that it is made of: every view asks for all of them again. */
  joinAt(place: string, join: () => Anchor): Anchor {
    let joined = this.#joins.get(place)
    if (!joined) {
      this.#joins.set(place, (joined = join()))
      if (this.#joins.size > maxCachedJoins) this.#joins.delete(this.#joins.keys().next().value!)
    }
    return joined
  }

  /** The merge of two heads, which is a function of both, or undefined where they conflict: heads are folded anew whenever something comes. */
  mergeAt(place: string, merge: () => Anchor | undefined): Anchor | undefined {
    const known = this.#merges.get(place)
    // Objects that nothing has named can be gone by now.
    if (known ? this.objects.has(known.commit) : this.#merges.has(place)) return known
    const merged = merge()
    this.#merges.set(place, merged)
    if (this.#merges.size > maxCachedMerges) this.#merges.delete(this.#merges.keys().next().value!)
    return merged
  }

  layoutOf(anchor: Anchor): Layout {
    let layout = this.#layouts.get(anchor.key)
    if (!layout) {
      layout = new Layout(this.evaluator, { fileAt: (path) => this.baseFile(path) }, anchor.states)
      this.#layouts.set(anchor.key, layout)
      if (this.#layouts.size > maxCachedLayouts) this.#layouts.delete(this.#layouts.keys().next().value!)
    }
    return layout
  }
}

export function isFileMode(mode: number): boolean {
  return mode === 0o100644 || mode === 0o100755 || mode === 0o120000
}
