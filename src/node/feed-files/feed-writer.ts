import { access, copyFile, open, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { FeedId } from '../../contracts/ids.ts'
import type { ProcessLock } from '../process-lock.ts'
import { feedCorrupt } from './feed-reader.ts'
import { LiveSegment, segmentPath, type SegmentPlace } from './live-segment.ts'
import type { FeedEnd } from './resume-marker.ts'
import { listSegments, type SegmentName } from './segment-list.ts'
import { readFooter, type SegmentScan } from './segment-reader.ts'
import { syncDirectory } from './sync-directory.ts'

const noChain = new Uint8Array(32)

/** The end of the segments on disk, from which the writer goes on. */
interface Tail {
  readonly live: LiveSegment | undefined
  readonly length: number
  /** Number of segments. */
  readonly ordinal: number
  /** What the next segment repeats of the last closed one. */
  readonly chain: Uint8Array
  readonly clean: boolean
}

/** Writes one feed, whose lock it holds. Calls do not overlap. */
export class FeedWriter {
  readonly #directory: string
  readonly #feed: FeedId
  readonly #lock: ProcessLock
  #tail: Tail
  /** The state in memory may differ from the files: look at them before the next write. */
  #unsure = false

  private constructor(directory: string, feed: FeedId, lock: ProcessLock, tail: Tail) {
    this.#directory = directory
    this.#feed = feed
    this.#lock = lock
    this.#tail = tail
  }

  /** Recovers the end of a feed after whatever happened to its last writer, and changes nothing else. */
  static async open(directory: string, feed: FeedId, lock: ProcessLock): Promise<FeedWriter> {
    return new FeedWriter(directory, feed, lock, await recover(directory, feed))
  }

  /** Number of durable entries. */
  get length(): number {
    return this.#tail.live ? this.#tail.live.scan.end.seq : this.#tail.length
  }

  /** The end, if there are entries. */
  get end(): FeedEnd | undefined {
    const { live, chain, length } = this.#tail
    if (live) return { length: this.length, crc: live.scan.end.crc }
    return length ? { length, crc: Buffer.from(chain).readUInt32LE(0) } : undefined
  }

  /** The index of the segment that is written, if there is one. */
  get scan(): SegmentScan | undefined {
    return this.#tail.live?.scan
  }

  /** Is the end a whole segment, or one with the mark of a clean end, or is there nothing yet? */
  get isClean(): boolean {
    return this.#tail.clean || this.length === 0
  }

  /** Makes way for new entries behind the last valid one. */
  async begin(): Promise<void> {
    await this.#tail.live?.dropTail()
    this.#lock.publish(this.length)
  }

  /** Appends entries durably. Where it rejects, the first of them may be there; `length` tells. */
  async append(entries: readonly Uint8Array[]): Promise<void> {
    if (this.#unsure) await this.#reopen()
    for (let at = 0; at < entries.length;) {
      const live = this.#tail.live ?? (await this.#surely(() => this.#nextSegment(entries[at]!.length)))
      const count = live.fitting(entries.slice(at))
      if (count) {
        await live.write(entries.slice(at, at + count))
        this.#lock.publish(this.length)
        at += count
      } else await this.#surely(() => this.#finishSegment(live))
    }
  }

  /** Marks a clean end, from which the author can go on. */
  async pause(): Promise<void> {
    if (this.#unsure) await this.#reopen()
    await this.#tail.live?.pause()
  }

  /** Ends the feed before a damaged entry: its segment and all later ones are renamed, the entries before it kept. */
  async setAside(seq: number, before: (firstSeq: number) => Promise<readonly Uint8Array[]>): Promise<void> {
    const segments = await listSegments(this.#directory)
    const first = segments.findLastIndex(({ firstSeq }) => firstSeq <= seq)
    const good = segments[first] ? await before(segments[first].firstSeq) : []
    await this.#tail.live?.close()
    for (const segment of segments.slice(Math.max(0, first))) {
      const path = pathOf(this.#directory, this.#feed, segment)
      await rename(path, await corruptPath(path))
    }
    await syncDirectory(this.#directory)
    this.#tail = await recover(this.#directory, this.#feed)
    this.#lock.publish(this.length)
    await this.append(good)
  }

  async close(): Promise<void> {
    await this.#tail.live?.close()
    this.#lock.release()
  }

  async #nextSegment(leastBytes: number): Promise<LiveSegment> {
    const { length, ordinal, chain } = this.#tail
    const place: SegmentPlace = { directory: this.#directory, feed: this.#feed, firstSeq: length }
    const live = await LiveSegment.create(place, ordinal, chain, leastBytes)
    this.#tail = { ...this.#tail, live, ordinal: ordinal + 1 }
    return live
  }

  async #finishSegment(live: LiveSegment): Promise<void> {
    const chain = await live.finish()
    this.#tail = { ...this.#tail, live: undefined, length: live.scan.end.seq, chain }
  }

  /** After a failure here only the files tell how far it came. A failed write of entries is no such case: it is repeated in place. */
  async #surely<T>(change: () => Promise<T>): Promise<T> {
    this.#unsure = true
    const result = await change()
    this.#unsure = false
    return result
  }

  async #reopen(): Promise<void> {
    const { length } = this
    await this.#tail.live?.close().catch(() => undefined)
    const tail = await recover(this.#directory, this.#feed)
    if (tail.length < length) {
      await tail.live?.close()
      throw feedCorrupt(this.#feed, tail.length)
    }
    this.#tail = tail
    await this.begin()
    this.#unsure = false
  }
}

async function recover(directory: string, feed: FeedId): Promise<Tail> {
  const segments = await listSegments(directory)
  const closed = segments.filter(({ kind }) => kind === 'closed')
  const open = segments.filter(({ kind }) => kind === 'seg')
  const last = closed.at(-1)
  let tail: Tail | undefined = last ? await closedTail(directory, feed, last, closed.length) : noSegments
  if (!tail) return reopenDamaged(directory, feed, last!)
  for (const segment of open) {
    const path = pathOf(directory, feed, segment)
    const live: LiveSegment | undefined =
      segment.firstSeq === tail.length ? await LiveSegment.open({ directory, feed, ...segment }) : undefined
    if (!live) {
      await discard(path)
      continue
    }
    const scan: SegmentScan = live.scan
    const isLast: boolean = segment === open.at(-1)
    tail = { live, length: scan.end.seq, ordinal: tail.ordinal + 1, chain: tail.chain, clean: scan.tail === 'pause' }
    // Its writer died while it closed the segment.
    if (!isLast || scan.tail === 'footer') tail = { ...tail, live: undefined, chain: await live.finish() }
  }
  return tail
}

const noSegments: Tail = { live: undefined, length: 0, ordinal: 0, chain: noChain, clean: false }

async function closedTail(
  directory: string,
  feed: FeedId,
  last: SegmentName,
  ordinal: number,
): Promise<Tail | undefined> {
  const file = await open(pathOf(directory, feed, last), 'r')
  try {
    const footer = await readFooter(file, feed, last.firstSeq)
    return footer && { ...noSegments, length: last.firstSeq + footer.count, ordinal, chain: footer.sha256, clean: true }
  } finally {
    await file.close()
  }
}

/** The last closed segment has no valid footer: a copy is kept, and it is opened again as far as it is valid. */
async function reopenDamaged(directory: string, feed: FeedId, damaged: SegmentName): Promise<Tail> {
  const path = pathOf(directory, feed, damaged)
  await copyFile(path, await corruptPath(path))
  await rename(path, pathOf(directory, feed, { ...damaged, kind: 'seg' }))
  await syncDirectory(directory)
  return recover(directory, feed)
}

/** A live segment that cannot be gone on with: nothing was written yet, or it is damaged. */
async function discard(path: string): Promise<void> {
  const start = Buffer.alloc(4)
  const file = await open(path, 'r')
  try {
    await file.read(start, 0, 4, 0)
  } finally {
    await file.close()
  }
  if (start.readUInt32LE(0) === 0) await unlink(path)
  else await rename(path, await corruptPath(path))
}

function pathOf(directory: string, feed: FeedId, { firstSeq, kind }: SegmentName): string {
  return segmentPath({ directory, feed, firstSeq }, kind)
}

/** A free name beside the segment for what is set aside. */
async function corruptPath(path: string): Promise<string> {
  for (let copy = 0; ; copy++) {
    const candidate = join(`${path}${copy ? `.${copy}` : ''}.corrupt`)
    const exists = await access(candidate).then(
      () => true,
      () => false,
    )
    if (!exists) return candidate
  }
}
