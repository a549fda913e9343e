import { existsSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { AnvcsError } from '../../contracts/errors.ts'
import type { StoredEntry } from '../../contracts/feed-store.ts'
import type { FeedId } from '../../contracts/ids.ts'
import { equalBytes } from '../../lib/bytes.ts'
import { lockNumber, readLock, type LockState } from '../process-lock.ts'
import { frameKinds, startOfSegment, type Frame, type Position } from './frame.ts'
import { segmentPath } from './live-segment.ts'
import { encodeSegmentHead } from './segment-format.ts'
import { nearest, readFooter, readFrames, SegmentScan } from './segment-reader.ts'
import { listSegments, type SegmentName } from './segment-list.ts'

/** The name of the writer's lock in a feed's directory; its holder publishes how many entries are durable. */
export const writerLock = 'writer'

const attempts = 16

/** Which entry is the first that cannot be read though it was durable: the details of FEED_CORRUPT. */
export interface Damage {
  readonly feed: FeedId
  readonly seq: number
}

/** Reads a feed, whoever writes it. Never changes what a file holds. */
export class FeedReader {
  readonly #directory: string
  readonly #feed: FeedId
  #scan: { readonly inode: number; readonly found: SegmentScan } | undefined

  constructor(directory: string, feed: FeedId) {
    this.#directory = directory
    this.#feed = feed
  }

  /**
   * Number of durable entries, as files and lock tell it, and `promised` at the least. While a writer lives, what it has
   * published counts; after it, and after a reboot, all that is valid on disk does, and never less than what was published:
   * where that cannot be read any more, no crash has made it so, and reading tells. What a killed writer had not synced is synced here before it counts:
   * whoever builds on it would else build on what a power cut takes away.
   */
  async length(promised = 0): Promise<number> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const last = (await listSegments(this.#directory)).at(-1)
      const before = readWriterLock(this.#directory)
      const least = Math.max(promised, before?.published ?? 0)
      if (!last) return least
      const file = await this.#open(last)
      if (!file) continue
      try {
        if (before?.status === 'stale') await file.datasync()
        const length = await this.#lengthOf(last, file, before?.status === 'held' ? before.published : undefined)
        // A writer that came meanwhile may have written what it has not synced yet.
        if (lockNumber(this.#directory, writerLock) === (before?.number ?? 0)) return Math.max(length, least)
      } finally {
        await file.close()
      }
    }
    throw new AnvcsError('FEED_LOCKED', { message: 'The feed changes hands too fast to be read.' })
  }

  /**
   * Entries from `from` to before `to`, all of which are durable. Throws FEED_CORRUPT, with `Damage` as details.
   * `written`: what the writer, if it is in this process, knows of the last segment.
   */
  async *read(from: number, to: number, written?: SegmentScan): AsyncGenerator<StoredEntry> {
    let seq = from
    let chain: Uint8Array | undefined
    let misses = 0
    while (seq < to) {
      const segments = await listSegments(this.#directory)
      const at = segments.findLastIndex(({ firstSeq }) => firstSeq <= seq)
      const segment = segments[at]
      if (!segment) throw feedCorrupt(this.#feed, seq)
      const file = await this.#open(segment)
      if (!file) {
        if (++misses > attempts) throw feedCorrupt(this.#feed, seq)
        continue
      }
      try {
        const end = Math.min(to, segments[at + 1]?.firstSeq ?? Infinity)
        const begin = await this.#begin(segment, file, seq, written)
        for await (const frames of readFrames(file, begin.position)) {
          for (const frame of frames) {
            if (frame.kind === frameKinds.head && !this.#isHead(frame, chain)) throw feedCorrupt(this.#feed, seq)
            if (frame.kind !== frameKinds.entry || frame.at.seq !== seq || seq >= end) continue
            seq++
            yield { feed: this.#feed, seq: frame.at.seq, bytes: new Uint8Array(frame.content) }
          }
          if (seq >= end) break
        }
        if (seq < end) throw feedCorrupt(this.#feed, seq)
        chain = begin.sha256
      } finally {
        await file.close()
      }
    }
  }

  async #lengthOf(last: SegmentName, file: FileHandle, limit: number | undefined): Promise<number> {
    if (last.kind === 'closed') {
      const footer = await readFooter(file, this.#feed, last.firstSeq)
      if (footer) return last.firstSeq + footer.count
    }
    const inode = (await file.stat()).ino
    if (this.#scan?.inode !== inode) this.#scan = { inode, found: new SegmentScan(this.#feed, last.firstSeq) }
    await this.#scan.found.advance(file, limit)
    return this.#scan.found.end.seq
  }

  /** Where to begin for an entry, and the value that the next segment has to repeat. */
  async #begin(
    { firstSeq, kind }: SegmentName,
    file: FileHandle,
    seq: number,
    written: SegmentScan | undefined,
  ): Promise<{ readonly position: Position; readonly sha256?: Uint8Array }> {
    const start = startOfSegment(firstSeq)
    const whole = seq === firstSeq
    if (kind === 'closed') {
      const footer = await readFooter(file, this.#feed, firstSeq)
      if (!footer) return { position: start }
      return { position: whole ? start : nearest(footer.index, firstSeq, seq), sha256: footer.sha256 }
    }
    const scanned = this.#scan?.inode === (await file.stat()).ino ? this.#scan.found : undefined
    const known = written?.firstSeq === firstSeq ? written : scanned
    return { position: whole || !known ? start : known.before(seq) }
  }

  /** The head of this feed, behind the right segment where that was read before. */
  #isHead({ content }: Frame, chain: Uint8Array | undefined): boolean {
    return equalBytes(content, encodeSegmentHead(this.#feed, chain ?? content.subarray(-32)))
  }

  async #open({ firstSeq, kind }: SegmentName): Promise<FileHandle | undefined> {
    try {
      return await open(segmentPath({ directory: this.#directory, feed: this.#feed, firstSeq }, kind), 'r')
    } catch (error) {
      // Closed, or set aside, since it was listed.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
}

/** The state of the writer's lock; undefined where nobody has ever written the feed. */
export function readWriterLock(directory: string): LockState | undefined {
  return existsSync(directory) ? readLock(directory, writerLock) : undefined
}

/** An entry that was durable cannot be read any more. */
export function feedCorrupt(feed: FeedId, seq: number): AnvcsError {
  const damage: Damage = { feed, seq }
  return new AnvcsError('FEED_CORRUPT', {
    message: `The journal is damaged: entry ${seq} of feed ${feed} was durable, and cannot be read any more.`,
    details: { ...damage },
  })
}
