import { AnvcsError } from '../contracts/errors.ts'
import type { FeedId, FileId, ObjectId } from '../contracts/ids.ts'
import { isSafePath } from '../document/paths.ts'
import { rebaseWrite, type KeptRun, type TextChange } from '../document/text-diff.ts'
import { keptUnits } from '../document/unit-ranges.ts'
import type { FileLog, RegisterValue } from '../history/file-log.ts'
import type { FileState } from '../history/file-state.ts'
import type { FileValue } from '../history/file-value.ts'
import type { FileRef, OperationBody } from '../history/operations-body.ts'
import { isFileMode, type RoomHistory } from '../history/room-history.ts'
import type { Views } from '../history/views.ts'
import { baseFileId, madeFileId } from '../identity/ids.ts'
import type { FeedIndex } from '../journal/feed-index.ts'
import type { LiveFiles } from './live-files.ts'
import type { OwnFeed, PendingOperation } from './own-feed.ts'

/** What a file is to hold: text, or the id of a blob that is in the object store (binary files, symlinks). */
export type FileContent = { readonly text: string } | { readonly blob: ObjectId }

/** The content of whatever has a text, or a blob instead. */
export function contentOf({
  text,
  blob,
}: {
  readonly text: string | undefined
  readonly blob: ObjectId | undefined
}): FileContent {
  return blob === undefined ? { text: text! } : { blob }
}

/** Git's mode of a file: plain, executable, symbolic link. */
export type FileMode = 0o100644 | 0o100755 | 0o120000

/** A file with its state: what a commit can be made of. */
export interface CapturedFile {
  readonly file: FileId
  readonly state: FileState
  readonly value: FileValue
}

/** How far the feed of some run was written. */
export interface WrittenMark {
  readonly feed: FeedId
  readonly operations: number
}

export interface RoomFilesOptions {
  readonly history: RoomHistory
  readonly views: Views
  readonly live: LiveFiles
  readonly index: Pick<FeedIndex, 'length' | 'operationsIn'>
  /** The own feed; throws where this device may not write (yet). */
  readonly feed: () => OwnFeed
  /** Something was changed here. */
  readonly onChange: () => void
}

/** An operation's text is cut at this many UTF-16 units, so that it fits into an entry. */
const maxInsertUnits = 100_000

/** The files of the room, to be read and edited. Every edit takes effect at once and is durable soon after. */
export class RoomFiles {
  readonly #options: RoomFilesOptions
  #baseFiles: ReadonlyMap<string, FileId> | undefined
  #isBatch = false

  constructor(options: RoomFilesOptions) {
    this.#options = options
  }

  /** What lies at a path now; its `path` is undefined where nothing does. */
  at(path: string): FileValue {
    return this.#options.live.valueAt(path)
  }

  /** The text at a path, or undefined where no text file lies there. */
  text(path: string): string | undefined {
    const value = this.at(path)
    return value.path === undefined || value.blob !== undefined ? undefined : value.text
  }

  /** The file at a path with its state. */
  capture(path: string): CapturedFile | undefined {
    const { live } = this.#options
    const file = live.layout.fileAt(path)
    return file && { file, state: live.stateOf(file), value: live.valueOf(file) }
  }

  /** Paths of files that were touched since the base commit. */
  get touchedPaths(): readonly string[] {
    const { history, live } = this.#options
    // A file of the base whose text alone has changed lies where it lay: that is no news to a layout.
    const paths = new Set(live.layout.shownPaths)
    for (const file of history.files) {
      const path = live.layout.pathOf(file)
      if (path !== undefined) paths.add(path)
    }
    return [...paths].sort()
  }

  /** Paths of all files that are there now. */
  get paths(): readonly string[] {
    const { history, live } = this.#options
    const { layout } = live
    const paths = new Set(layout.shownPaths)
    for (const [path, file] of this.#filesOfBase()) {
      const shownAt = history.hasLog(file) ? layout.pathOf(file) : path
      if (shownAt !== undefined) paths.add(shownAt)
    }
    return [...paths].sort()
  }

  #filesOfBase(): ReadonlyMap<string, FileId> {
    const { history } = this.#options
    this.#baseFiles ??= new Map(
      history
        .differences(undefined, history.graph.node(history.graph.base).tree)
        .filter(({ after }) => after && isFileMode(after.mode))
        .map(({ path }) => [path, baseFileId(history.crypto, history.room, path)]),
    )
    return this.#baseFiles
  }

  /** Everything that was done here so far, to be asked for by `holds` in a later run. */
  mark(): WrittenMark {
    const { feed, nextOperation } = this.#options.feed()
    return { feed, operations: nextOperation }
  }

  /** Is everything here that was done up to a mark? What was not durable when a run was killed is not. */
  holds({ feed, operations }: WrittenMark): boolean {
    const { index } = this.#options
    return operations === 0 || index.operationsIn(feed, index.length(feed)) >= operations
  }

  /**
   * Makes many changes as one: they are told together, and where files lie is looked up as it was before them. No two of them may
   * concern one path.
   */
  batch(changes: () => void): void {
    const release = this.#options.live.freezeLayout()
    this.#isBatch = true
    try {
      changes()
    } finally {
      release()
      this.#isBatch = false
      this.#changed()
    }
  }

  #changed(): void {
    if (!this.#isBatch) this.#options.onChange()
  }

  /** Changes a text, by positions in the text as it is now. */
  edit(path: string, changes: readonly TextChange[]): void {
    const file = this.#textFile(path)
    this.#type(file, changes)
    this.#changed()
  }

  /**
   * A whole-file write by somebody who last read `base`: becomes the smallest set of changes against that, so that what
   * others typed meanwhile stays. Without `base` the text is replaced as it is now. `state` is the one at which it was read, where that is
   * known (`capture`): what the writer deletes is then found wherever it stands by now.
   */
  write(path: string, text: string, base?: string, state?: FileState): void {
    const file = this.#textFile(path)
    const { live, history } = this.#options
    const document = live.document(file)
    const { text: current } = document
    const kept = (): readonly KeptRun[] | undefined => {
      if (!state || !history.isStateOf(file, state)) return undefined
      const then = history.evaluator.documentAt(file, state)
      return then.text === base ? keptUnits(then.units, document.units) : undefined
    }
    this.#type(file, rebaseWrite(base ?? current, text, current, kept))
    this.#changed()
  }

  /** Makes a file. Throws USAGE where one lies there already or the path is not allowed. */
  create(path: string, content: FileContent, mode: FileMode = 0o100644): FileId {
    if (this.#options.live.layout.fileAt(path))
      throw new AnvcsError('USAGE', { message: `There is a file at ${path} already.` })
    return this.createUnseen(path, content, mode)
  }

  /** Makes a file at a path where somebody else has made one that this file's author has not seen: both are shown. */
  createUnseen(path: string, content: FileContent, mode: FileMode = 0o100644): FileId {
    if (!isSafePath(path)) throw new AnvcsError('PATH_ESCAPES_TREE', { details: { path } })
    const { history } = this.#options
    const feed = this.#options.feed()
    const file = madeFileId(history.crypto, history.room, feed.feed, feed.nextOperation)
    this.#set(file, { register: 'path', path })
    if (mode !== 0o100644) this.#set(file, { register: 'mode', mode })
    this.#fill(file, content)
    this.#changed()
    return file
  }

  /** Replaces the content of a file by a blob, or a blob by text. */
  setContent(path: string, content: FileContent): void {
    const file = this.#fileToChange(path)
    if ('text' in content && !this.#options.live.isText(file)) this.#set(file, { register: 'content', blob: undefined })
    this.#fill(file, content)
    this.#changed()
  }

  /** Makes a content one of the states of the file at a path, between what it is now and the same again. Answers that state. */
  interpose(path: string, content: FileContent, mode: FileMode): FileState {
    const file = this.#fileAt(path)
    const now = this.at(path)
    this.#become(path, content, mode)
    const state = this.#options.live.stateOf(file)
    this.#become(path, contentOf(now), now.mode as FileMode)
    return state
  }

  #become(path: string, content: FileContent, mode: FileMode): void {
    if ('text' in content && this.text(path) !== undefined) this.write(path, content.text)
    else this.setContent(path, content)
    if (this.at(path).mode !== mode) this.setMode(path, mode)
  }

  setMode(path: string, mode: FileMode): void {
    this.#set(this.#fileToChange(path), { register: 'mode', mode })
    this.#changed()
  }

  move(from: string, to: string): void {
    if (!isSafePath(to)) throw new AnvcsError('PATH_ESCAPES_TREE', { details: { path: to } })
    this.#set(this.#fileToChange(from), { register: 'path', path: to })
    this.#changed()
  }

  /** Deletes a file; edits of others that are not known here bring it back. */
  remove(path: string): void {
    this.#delete(this.#fileToChange(path))
    this.#changed()
  }

  #delete(file: FileId): void {
    this.#set(file, { register: 'path', path: undefined, seen: this.#options.live.stateOf(file) })
  }

  /** Whoever changes a file deletes its aliases: they are equal to what it was, and would be shown as soon as it is another. */
  #fileToChange(path: string): FileId {
    const file = this.#fileAt(path)
    for (const alias of this.#options.live.layout.aliasesAt(path)) this.#delete(alias)
    return file
  }

  #fileAt(path: string): FileId {
    const file = this.#options.live.layout.fileAt(path)
    if (!file) throw new AnvcsError('USAGE', { message: `There is no file at ${path}.`, details: { path } })
    return file
  }

  #textFile(path: string): FileId {
    if (!this.#options.live.isText(this.#fileAt(path)))
      throw new AnvcsError('USAGE', { message: `The file at ${path} is not text.`, details: { path } })
    return this.#fileToChange(path)
  }

  #fill(file: FileId, content: FileContent): void {
    if ('blob' in content) {
      this.#set(file, { register: 'content', blob: content.blob })
      return
    }
    const { text } = this.#options.live.document(file)
    this.#type(file, rebaseWrite(text, content.text, text))
  }

  #type(file: FileId, changes: readonly TextChange[]): void {
    const units = insertedUnits(changes)
    if (units > maxInsertUnits) for (const part of portions(changes)) this.#typePortion(file, part, insertedUnits(part))
    else if (changes.length) this.#typePortion(file, changes, units)
  }

  #typePortion(file: FileId, changes: readonly TextChange[], typed: number): void {
    const { history, live } = this.#options
    const feed = this.#options.feed()
    const log = history.log(file)
    const clock = log.clockBelow(feed.feed, feed.nextOperation)
    const client = history.feedClient(file, feed.feed)
    const update = live.document(file).edit(client, changes)
    live.typed(file)
    const { nextOperation: number, provisionalLamport: lamport } = feed
    const placed: Placed = { type: 'text', feed: feed.feed, number, lamport, update, clock: clock + typed }
    this.#place(log, placed, { ref: refOf(log), update: history.toTravel(file, feed.feed, update) })
  }

  #set(file: FileId, value: RegisterValue): void {
    const feed = this.#options.feed()
    const log = this.#options.history.log(file)
    const { nextOperation: number, provisionalLamport: lamport } = feed
    const placed: Placed = { type: 'register', feed: feed.feed, number, lamport, value }
    this.#place(log, placed, { ref: refOf(log), value })
    this.#options.live.registered(file)
  }

  #place(log: FileLog, placed: Placed, body: OperationBody): void {
    this.#options.history.addOperation(log.file, placed)
    this.#options.views.changed()
    this.#options.feed().operation(body, placed)
  }
}

type Placed = PendingOperation['placed']

function refOf({ base, file }: FileLog): FileRef {
  return base ? { basePath: base.path } : { file }
}

function insertedUnits(changes: readonly TextChange[]): number {
  let sum = 0
  for (const { insert } of changes) sum += insert.length
  return sum
}

/** Changes in portions that fit into operations, the last of the text first, so that each is in positions of the text then. */
function* portions(changes: readonly TextChange[]): Generator<readonly TextChange[]> {
  for (const { at, remove, insert } of [...changes].reverse()) {
    let done = 0
    do {
      const end = cutAt(insert, done + maxInsertUnits)
      yield [{ at: at + done, remove: done === 0 ? remove : 0, insert: insert.slice(done, end) }]
      done = end
    } while (done < insert.length)
  }
}

/** An end at or before `limit` that parts no surrogate pair. */
function cutAt(text: string, limit: number): number {
  if (limit >= text.length) return text.length
  const code = text.charCodeAt(limit)
  return code >= 0xdc00 && code < 0xe000 ? limit - 1 : limit
}
