import { readFileSync, statSync } from 'node:fs'
import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitRepository } from '../git/repository.ts'
import { share } from '../git/sharing.ts'
import type { CommitView } from './commit-view.ts'
import { formatView, parseView } from './history-line.ts'
import { packageVersion } from './package-version.ts'

/** Commits beyond this are read from their objects. */
export const maxIndexBytes = 64 * 1024 * 1024
/** A commit that takes more is not kept. */
const maxEntryBytes = 64 * 1024
/** Of the layout; the package's own stands beside it, because another release may read commits in another way. */
const version = 2
const maxHeaderBytes = 256
const lineFeed = 0x0a
/** Who writes takes less; what is older was left by a process that was killed. */
const writingMs = 60_000

/** What was read of commits before: a cache in `<git common dir>/ai-vcs`, which may go at any time and is made anew. */
const fileName = 'history'
const newName = `${fileName}.new`

/** The files of the index, which all can be rebuilt. */
export const historyFiles = [fileName, newName]

/** Where it lies. */
type IndexedRepository = Pick<GitRepository, 'config' | 'dataDir' | 'format'>

/** The blob of a commit's note; undefined where it has none. */
export type NoteIds = ReadonlyMap<ObjectId, ObjectId>

/**
 * Commits as they were read: the object never changes, and what its note adds holds for the blob of that note. Names of refs and of
 * signers are not in it: they change without the commit. Lists read it; what proves something (`verify`) reads the objects.
 *
 * One line that says for which tip of the notes it holds and what the rest adds up to; then a line for each commit: id, note, and what `history-line.ts` writes.
 */
export class HistoryIndex {
  readonly #git: IndexedRepository
  readonly #tip: ObjectId | undefined
  readonly #entries: Map<string, string>
  #sizeBytes: number

  private constructor(git: IndexedRepository, tip: ObjectId | undefined, lines: readonly string[], sizeBytes = 0) {
    this.#git = git
    this.#tip = tip
    const length = idLength(git)
    this.#entries = new Map(lines.map((line) => [line.slice(0, length), line]))
    this.#sizeBytes = sizeBytes + maxHeaderBytes
  }

  /**
   * What holds at this tip of the notes. A file that is damaged, too large, or of another version counts as none. `noteIds` is asked
   * where notes have changed since it was written; where it cannot tell, nothing holds.
   */
  static open(git: IndexedRepository, tip: ObjectId | undefined, noteIds: () => NoteIds | undefined): HistoryIndex {
    const found = readLines(git)
    if (!found) return new HistoryIndex(git, tip, [])
    if (found.tip === nameOf(tip)) return new HistoryIndex(git, tip, found.lines, found.sizeBytes)
    const ids = noteIds()
    if (!ids) return new HistoryIndex(git, tip, [])
    const length = idLength(git)
    const isCurrent = (line: string) =>
      line.startsWith(` ${nameOf(ids.get(line.slice(0, length) as ObjectId))} `, length)
    return new HistoryIndex(git, tip, found.lines.filter(isCurrent), found.sizeBytes)
  }

  get(commit: ObjectId, refs: readonly string[]): CommitView | undefined {
    const line = this.#entries.get(commit)
    return line === undefined ? undefined : parseView(commit, line.slice(line.indexOf('[')), refs)
  }

  /** Returns whether there was room for it. */
  add(view: CommitView, note: ObjectId | undefined): boolean {
    const line = `${view.commit} ${nameOf(note)} ${formatView(view)}\n`
    const bytes = Buffer.byteLength(line)
    if (bytes > maxEntryBytes || this.#sizeBytes + bytes > maxIndexBytes) return false
    this.#entries.set(view.commit, line)
    this.#sizeBytes += bytes
    return true
  }

  /** Replaces the file at once. Where that cannot be, there is none: a full disk or a folder of others fails no query. */
  async save(): Promise<void> {
    const { dataDir, config } = this.#git
    const body = Buffer.from([...this.#entries.values()].join(''))
    const place = join(dataDir, newName)
    try {
      // Whoever else writes one will do.
      await writeFile(place, [headerOf(this.#tip, crc32(body)), body], { flag: 'wx', mode: 0o600 })
    } catch (error) {
      const isOthers = (error as NodeJS.ErrnoException).code === 'EEXIST'
      const writtenMs = isOthers
        ? await stat(place).then(
            ({ mtimeMs }) => mtimeMs,
            () => 0,
          )
        : 0
      if (Date.now() - writtenMs > writingMs) await rm(place, { force: true }).catch(() => {})
      return
    }
    share(config, place)
    await rename(place, join(dataDir, fileName)).catch(() => {})
  }
}

function headerOf(tip: string | undefined, sum: number): string {
  return `anvcs-history ${version} ${packageVersion()} ${nameOf(tip)} ${sum}\n`
}

interface ReadLines {
  readonly tip: string
  readonly lines: readonly string[]
  readonly sizeBytes: number
}

/** One text with views into it: ten thousand buffers take longer to make than all the rest. */
function readLines({ dataDir }: Pick<GitRepository, 'dataDir'>): ReadLines | undefined {
  const path = join(dataDir, fileName)
  let bytes: Buffer
  try {
    if (statSync(path).size > maxIndexBytes) return undefined
    bytes = readFileSync(path)
  } catch {
    return undefined
  }
  const bodyAt = bytes.indexOf(lineFeed) + 1
  const header = bytes.toString('latin1', 0, bodyAt)
  const body = bytes.subarray(bodyAt)
  const tip = header.split(' ')[3]
  if (tip === undefined || header !== headerOf(tip, crc32(body))) return undefined
  const text = body.toString()
  const lines: string[] = []
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at)
    if (end < 0) return undefined
    lines.push(text.slice(at, end + 1))
    at = end + 1
  }
  return { tip, lines, sizeBytes: body.length }
}

function nameOf(id: string | undefined): string {
  return id ?? '-'
}

function idLength({ format }: Pick<GitRepository, 'format'>): number {
  return format === 'sha1' ? 40 : 64
}
