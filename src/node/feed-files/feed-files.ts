import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AnvcsError } from '../../contracts/errors.ts'
import { maxStoredEntryBytes, type FeedStore, type StoredEntry } from '../../contracts/feed-store.ts'
import type { FeedId } from '../../contracts/ids.ts'
import { equalBytes } from '../../lib/bytes.ts'
import { ProcessLock } from '../process-lock.ts'
import { feedCorrupt, FeedReader, readWriterLock, writerLock, type Damage } from './feed-reader.ts'
import { FeedWriter } from './feed-writer.ts'
import { ResumeMarker } from './resume-marker.ts'
import { syncDirectory } from './sync-directory.ts'

/** Where the feeds of a room lie. */
export interface FeedFilesOptions {
  readonly directory: string
  /** For notes on how feeds of this device were left. Outside of `directory`, so that a copy of that does not agree. */
  readonly markers: string
}

interface Claimed {
  readonly writer: FeedWriter
  /** Held by the feed's author, who leaves a marker. */
  readonly marker: ResumeMarker | undefined
}

interface Waiting {
  readonly entries: readonly StoredEntry[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** What one flush writes to one feed. */
interface Share {
  readonly claimed: Claimed
  readonly firstSeq: number
  readonly bytes: Uint8Array[]
  failure?: unknown
}

/**
 * Feeds as segment files: `<directory>/<feed>/<first seq>.seg`. docs/protocol.md, "Feeds on disk", has the format.
 * Appends that arrive while a flush is under way share the next one: one sync for each feed in it.
 */
export class FeedFiles implements FeedStore {
  readonly #options: FeedFilesOptions
  readonly #readers = new Map<FeedId, FeedReader>()
  readonly #claimed = new Map<FeedId, Claimed>()
  #waiting: Waiting[] = []
  /** Whatever changes claims or files goes one after the other. */
  #last: Promise<unknown> = Promise.resolve()
  #flushing = false
  #closing: Promise<void> | undefined

  private constructor(options: FeedFilesOptions) {
    this.#options = options
  }

  static async open(options: FeedFilesOptions): Promise<FeedFiles> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 })
    return new FeedFiles(options)
  }

  async feeds(): Promise<readonly FeedId[]> {
    this.#mustBeOpen()
    const names = (await readdir(this.#options.directory)).filter((name) => /^[0-9a-f]{32}$/.test(name)) as FeedId[]
    const lengths = await inPortions(names, (feed) => this.length(feed))
    return names.filter((_, i) => lengths[i]! > 0).sort()
  }

  async length(feed: FeedId): Promise<number> {
    this.#mustBeOpen()
    return this.#claimed.get(feed)?.writer.length ?? this.#reader(feed).length(await this.#marker(feed).promised())
  }

  async claim(feed: FeedId, options: { readonly resume?: boolean } = {}): Promise<boolean> {
    this.#mustBeOpen()
    return this.#inTurn(async () => {
      try {
        return (await this.#claim(feed, options.resume ?? false)) !== undefined
      } catch (error) {
        throw unwritable(error)
      }
    })
  }

  async release(feed: FeedId): Promise<void> {
    this.#mustBeOpen()
    return this.#inTurn(() => this.#release(feed))
  }

  async append(entries: readonly StoredEntry[]): Promise<void> {
    this.#mustBeOpen()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject })
      if (this.#flushing) return
      this.#flushing = true
      void this.#inTurn(() => this.#flush())
    })
  }

  async *read(feed: FeedId, fromSeq = 0): AsyncGenerator<StoredEntry> {
    const length = await this.length(feed)
    yield* this.#reader(feed).read(fromSeq, length, this.#claimed.get(feed)?.writer.scan)
  }

  /** The first damage of each feed that is damaged, of all feeds unless told. Changes nothing. */
  async damages(feeds?: readonly FeedId[]): Promise<readonly Damage[]> {
    const found: Damage[] = []
    for (const feed of feeds ?? (await this.feeds())) {
      try {
        for await (const _ of this.read(feed));
      } catch (error) {
        if (!AnvcsError.is(error, 'FEED_CORRUPT')) throw error
        found.push({ feed, seq: error.details['seq'] as number })
      }
    }
    return found
  }

  /**
   * Keeps damaged segments beside, as `.corrupt`, and lets their feeds end before the damage: the entries from there on can
   * be taken anew, and no author goes on in such a feed. One that a process writes is left as it is.
   */
  async mend(): Promise<readonly Damage[]> {
    const mended: Damage[] = []
    for (const damage of await this.damages()) if (await this.#inTurn(() => this.#setAside(damage))) mended.push(damage)
    return mended
  }

  close(): Promise<void> {
    this.#closing ??= this.#inTurn(async () => {
      for (const feed of this.#claimed.keys()) await this.#release(feed)
    })
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #mustBeOpen(): void {
    if (this.#closing) throw new AnvcsError('ROOM_CLOSED', { message: 'The journal is closed.' })
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run)
    this.#last = result.catch(() => undefined)
    return result
  }

  #reader(feed: FeedId): FeedReader {
    let reader = this.#readers.get(feed)
    if (!reader) this.#readers.set(feed, (reader = new FeedReader(this.#directoryOf(feed), feed)))
    return reader
  }

  #marker(feed: FeedId): ResumeMarker {
    return new ResumeMarker(this.#options.markers, feed, this.#directoryOf(feed))
  }

  #directoryOf(feed: FeedId): string {
    return join(this.#options.directory, feed)
  }

  async #claim(feed: FeedId, resume: boolean): Promise<Claimed | undefined> {
    const known = this.#claimed.get(feed)
    if (known) return resume && !known.marker ? undefined : known
    const directory = this.#directoryOf(feed)
    if (await mkdir(directory, { recursive: true, mode: 0o700 })) {
      await syncDirectory(this.#options.directory)
      // Of a folder that is gone; a new one may get its inode.
      await this.#marker(feed).revoke()
    }
    const promised = Math.max(readWriterLock(directory)?.published ?? 0, await this.#marker(feed).promised())
    const lock = ProcessLock.take(directory, writerLock)
    if (!(lock instanceof ProcessLock)) return undefined
    let writer: FeedWriter | undefined
    try {
      writer = await FeedWriter.open(directory, feed, lock)
      // What is there stays as it is until somebody asks for that: what would be cut off was no torn end.
      if (writer.length < promised) throw feedCorrupt(feed, writer.length)
      const marker = resume ? this.#marker(feed) : undefined
      if (marker && !(writer.isClean && (await marker.allows(writer.end)))) {
        await writer.close()
        return undefined
      }
      await marker?.open()
      await writer.begin()
      const claimed = { writer, marker }
      this.#claimed.set(feed, claimed)
      return claimed
    } catch (error) {
      await writer?.close()
      lock.release()
      throw unwritable(error)
    }
  }

  async #release(feed: FeedId): Promise<void> {
    const claimed = this.#claimed.get(feed)
    if (!claimed) return
    this.#claimed.delete(feed)
    const { writer, marker } = claimed
    try {
      if (marker) {
        await writer.pause()
        await marker.leave(writer.end)
      }
    } catch (error) {
      throw unwritable(error)
    } finally {
      await writer.close()
    }
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length) {
      const shares = new Map<FeedId, Share>()
      const accepted: Waiting[] = []
      for (const waiting of this.#waiting.splice(0)) {
        try {
          await this.#accept(waiting.entries, shares)
          accepted.push(waiting)
        } catch (error) {
          waiting.reject(unwritable(error))
        }
      }
      await Promise.all([...shares.values()].map(writeShare))
      for (const { entries, resolve, reject } of accepted) {
        const failed = entries.map(({ feed }) => shares.get(feed)).find((share) => share?.failure !== undefined)
        if (failed) reject(unwritable(failed.failure))
        else resolve()
      }
    }
    this.#flushing = false
  }

  /** Adds the entries of one call to the shares of this flush, all or none. */
  async #accept(entries: readonly StoredEntry[], shares: Map<FeedId, Share>): Promise<void> {
    const added = new Map<FeedId, Share>()
    for (const { feed, seq, bytes } of entries) {
      if (bytes.length > maxStoredEntryBytes)
        throw new AnvcsError('ENTRY_INVALID', { message: 'The entry is too large.' })
      const claimed = await this.#claim(feed, false)
      if (!claimed) throw new AnvcsError('FEED_LOCKED', { details: { feed } })
      const earlier = shares.get(feed)
      let share = added.get(feed)
      if (!share) {
        share = { claimed, firstSeq: claimed.writer.length + (earlier?.bytes.length ?? 0), bytes: [] }
        added.set(feed, share)
      }
      const next = share.firstSeq + share.bytes.length
      if (seq === next) share.bytes.push(bytes)
      else if (seq > next || !(await this.#holds({ feed, seq, bytes }, earlier, share)))
        throw new AnvcsError('ENTRY_INVALID', {
          message: seq > next ? 'An entry is missing before this one.' : 'The feed holds another entry here.',
          details: { feed, seq, length: next },
        })
    }
    for (const [feed, share] of added) {
      const earlier = shares.get(feed)
      if (earlier) for (const bytes of share.bytes) earlier.bytes.push(bytes)
      else shares.set(feed, share)
    }
  }

  async #holds({ feed, seq, bytes }: StoredEntry, ...shares: readonly (Share | undefined)[]): Promise<boolean> {
    for (const share of shares) {
      const pending = share?.bytes[seq - share.firstSeq]
      if (pending) return equalBytes(pending, bytes)
    }
    for await (const entry of this.#reader(feed).read(seq, seq + 1, this.#claimed.get(feed)?.writer.scan))
      return equalBytes(entry.bytes, bytes)
    return false
  }

  async #setAside({ feed, seq }: Damage): Promise<boolean> {
    const directory = this.#directoryOf(feed)
    const lock = ProcessLock.take(directory, writerLock)
    if (!(lock instanceof ProcessLock)) return false
    let writer: FeedWriter | undefined
    try {
      writer = await FeedWriter.open(directory, feed, lock)
      await this.#marker(feed).revoke()
      await writer.setAside(seq, async (firstSeq) => {
        const entries: Uint8Array[] = []
        for await (const entry of this.#reader(feed).read(firstSeq, seq)) entries.push(entry.bytes)
        return entries
      })
      return true
    } catch (error) {
      throw unwritable(error)
    } finally {
      await writer?.close()
      lock.release()
    }
  }
}

async function writeShare(share: Share): Promise<void> {
  try {
    await share.claimed.writer.append(share.bytes)
  } catch (error) {
    share.failure = error
  }
}

function unwritable(error: unknown): unknown {
  if (error instanceof AnvcsError) return error
  return new AnvcsError('JOURNAL_UNWRITABLE', { cause: error })
}

/** A few at a time: more would only wait for the same threads. */
async function inPortions<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  for (let at = 0; at < items.length; at += 8) results.push(...(await Promise.all(items.slice(at, at + 8).map(run))))
  return results
}
