import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FeedId, FileId, ObjectId } from '../contracts/ids.ts'
import { readState, writeState, type FileState } from '../history/file-state.ts'
import { fromBase64url, toBase64url } from '../lib/bytes.ts'
import { decodeCbor, encodeCbor } from '../lib/cbor.ts'
import type { FileMode, WrittenMark } from '../room/room-files.ts'

/** What lay at a path, in as few words as possible. */
export type LoggedContent =
  | undefined
  | { readonly mode: FileMode; readonly blob: ObjectId }
  | { readonly mode: FileMode; readonly text: string }
  /** What the room had for a file at a state. */
  | { readonly file: FileId; readonly state: FileState }

/** That something lies at a path. Of a write it may have been the intention only. */
export interface LoggedFile {
  readonly content: LoggedContent
  readonly kind: 'read' | 'write'
  /** Counts only if everything up to here is in the journal: else it was read from disk, but not taken in. */
  readonly mark: WrittenMark | undefined
}

type Row =
  | { readonly origin: string; readonly held: readonly string[] }
  | { readonly held: readonly string[] }
  | { readonly head: string }
  | { readonly closed: boolean }
  | {
      readonly path: string
      readonly kind: 'read' | 'write'
      readonly mark?: readonly [string, number]
      readonly blob?: readonly [number, string]
      readonly text?: readonly [number, string]
      readonly state?: readonly [string, string]
    }

const maxLogBytes = 8 << 20
/** Of one file: a kill takes back what was read and not durable yet, and then an earlier line counts. */
const maxLines = 16
const aliveMs = 1000

/**
 * What the mirror knows of the disk, for the next run: a line for each file that it reads or is about to write. Lines are given
 * to the system before the deed, so a kill at any point leaves at most one line too many.
 */
export class MirrorLog {
  readonly #path: string
  readonly #files = new Map<string, readonly LoggedFile[]>()
  #origin: ObjectId | undefined
  #head: ObjectId | undefined
  #held: readonly string[] = []
  #sizeBytes = 0
  #isClosed = true
  /** Until then at least the last run was alive, where it was killed. */
  #killedAtMs: number | undefined
  #alive: NodeJS.Timeout | undefined

  private constructor(path: string) {
    this.#path = path
  }

  /** Reads what there is. A line that cannot be read is passed over: it was being written when the process ended. */
  static open(path: string): MirrorLog {
    const log = new MirrorLog(path)
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    let text = ''
    try {
      text = readFileSync(path, 'utf8')
    } catch {
      return log
    }
    for (const line of text.split('\n')) {
      const row = parsed(line)
      if (row) log.#take(row)
    }
    if (!log.#isClosed) log.#killedAtMs = statSync(path).mtimeMs + aliveMs
    return log
  }

  /** Says from now on that this run is alive. */
  start(): void {
    this.#isClosed = false
    this.compact()
    this.#alive = setInterval(() => {
      const now = new Date()
      utimesSync(this.#path, now, now)
    }, aliveMs).unref()
  }

  /** Everything on disk has been taken in. */
  close(): void {
    clearInterval(this.#alive)
    this.#isClosed = true
    this.compact()
  }

  /** When the last run was killed, by the clock of the file system, a second at most too late; undefined where it was closed. */
  get killedAtMs(): number | undefined {
    return this.#killedAtMs
  }

  /** The tree that was checked out when mirroring began: what untouched files hold. Undefined before the first `begin`. */
  get origin(): ObjectId | undefined {
    return this.#origin
  }

  /** Where HEAD was when it was last taken in. */
  get head(): ObjectId | undefined {
    return this.#head
  }

  /** Paths that were untracked when mirroring began: they are shared only when they are added. */
  get held(): readonly string[] {
    return this.#held
  }

  get paths(): Iterable<string> {
    return this.#files.keys()
  }

  /** What may lie at a path, the newest last; empty where nothing is known. */
  at(path: string): readonly LoggedFile[] {
    return this.#files.get(path) ?? []
  }

  begin(origin: ObjectId, held: readonly string[]): void {
    this.#append({ origin, held })
  }

  setHead(head: ObjectId): void {
    if (head !== this.#head) this.#append({ head })
  }

  setHeld(held: readonly string[]): void {
    this.#append({ held })
  }

  add(path: string, file: LoggedFile): void {
    this.#append(rowOf(path, file))
  }

  /** Writes the log anew, without what is past. */
  compact(): void {
    const rows: Row[] = [{ closed: this.#isClosed }]
    if (this.#origin) rows.push({ origin: this.#origin, held: this.#held })
    if (this.#head) rows.push({ head: this.#head })
    for (const [path, files] of this.#files) for (const file of files) rows.push(rowOf(path, file))
    writeFileSync(`${this.#path}.new`, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { mode: 0o600 })
    renameSync(`${this.#path}.new`, this.#path)
    this.#sizeBytes = statSync(this.#path).size
  }

  #append(row: Row): void {
    this.#take(row)
    const line = `${JSON.stringify(row)}\n`
    appendFileSync(this.#path, line, { mode: 0o600 })
    this.#sizeBytes += line.length
    if (this.#sizeBytes > maxLogBytes) this.compact()
  }

  #take(row: Row): void {
    if ('path' in row) {
      const file = fileOf(row)
      if (file) this.#files.set(row.path, [...this.at(row.path).slice(1 - maxLines), file])
      return
    }
    if ('closed' in row) this.#isClosed = row.closed
    if ('head' in row) this.#head = row.head as ObjectId
    if ('held' in row) this.#held = row.held
    if ('origin' in row) this.#origin = row.origin as ObjectId
  }
}

function parsed(line: string): Row | undefined {
  try {
    return (JSON.parse(line) as Row | null) ?? undefined
  } catch {
    return undefined
  }
}

function rowOf(path: string, { content, kind, mark }: LoggedFile): Row {
  return {
    path,
    kind,
    ...(mark && { mark: [mark.feed, mark.operations] as const }),
    ...(content && 'blob' in content && { blob: [content.mode, content.blob] as const }),
    ...(content && 'text' in content && { text: [content.mode, content.text] as const }),
    ...(content &&
      'state' in content && { state: [content.file, toBase64url(encodeCbor(writeState(content.state)))] as const }),
  }
}

/** Undefined where a state cannot be read. */
function fileOf(row: Extract<Row, { path: string }>): LoggedFile | undefined {
  const { kind, mark, blob, text, state } = row
  const known = { kind, mark: mark && { feed: mark[0] as FeedId, operations: mark[1] } }
  if (blob) return { ...known, content: { mode: blob[0] as FileMode, blob: blob[1] as ObjectId } }
  if (text) return { ...known, content: { mode: text[0] as FileMode, text: text[1] } }
  if (!state) return { ...known, content: undefined }
  const value = decodeCbor(fromBase64url(state[1]) ?? new Uint8Array())
  const read = value === undefined ? undefined : readState(value)
  return read && { ...known, content: { file: state[0] as FileId, state: read } }
}
