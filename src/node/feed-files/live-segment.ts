import { createHash } from 'node:crypto'
import { open, rename, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { FeedId } from '../../contracts/ids.ts'
import { empty } from '../../lib/bytes.ts'
import { FlushPace } from './flush-pace.ts'
import { encodeFrame, frameHeadBytes, frameKinds, type Position } from './frame.ts'
import {
  encodeFooter,
  encodeSegmentHead,
  footerBytes,
  indexInterval,
  plannedSegmentBytes,
  segmentHeadBytes,
} from './segment-format.ts'
import { SegmentScan } from './segment-reader.ts'
import { syncDirectory } from './sync-directory.ts'
import { writeFully, writeSoon } from './write-fully.ts'

const zeros = Buffer.alloc(1 << 20)
/** Of all feeds that this process writes: they share a disk. */
const pace = new FlushPace()

/** Where a segment lies. */
export interface SegmentPlace {
  readonly directory: string
  readonly feed: FeedId
  readonly firstSeq: number
}

/** Names of the two kinds of segment files: `<first seq>.seg` is written, `<first seq>.closed` is not any more. */
export function segmentPath({ directory, firstSeq }: SegmentPlace, kind: 'seg' | 'closed'): string {
  return join(directory, `${firstSeq}.${kind}`)
}

/**
 * The segment that a feed's writer appends to. Its file has its full size from the start and is overwritten in place, so
 * that a flush has to sync no metadata. `scan` knows what is durable; a write that failed is simply overwritten.
 */
export class LiveSegment {
  readonly #place: SegmentPlace
  readonly #file: FileHandle
  readonly #sizeBytes: number
  readonly scan: SegmentScan

  private constructor(place: SegmentPlace, file: FileHandle, sizeBytes: number, scan: SegmentScan) {
    this.#place = place
    this.#file = file
    this.#sizeBytes = sizeBytes
    this.scan = scan
  }

  /** Creates the `ordinal`th segment of a feed, durably, with room for an entry of `leastBytes` at least. */
  static async create(
    place: SegmentPlace,
    ordinal: number,
    chain: Uint8Array,
    leastBytes: number,
  ): Promise<LiveSegment> {
    const path = segmentPath(place, 'seg')
    const least = segmentHeadBytes + frameHeadBytes + leastBytes + footerBytes(1)
    const sizeBytes = Math.max(plannedSegmentBytes(ordinal), least)
    const file = await open(path, 'wx+')
    try {
      for (let at = 0; at < sizeBytes; at += zeros.length) await writeFully(file, zeros.subarray(0, sizeBytes - at), at)
      const scan = new SegmentScan(place.feed, place.firstSeq)
      const head = Buffer.alloc(segmentHeadBytes)
      encodeFrame(head, 0, frameKinds.head, scan.end, encodeSegmentHead(place.feed, chain))
      await writeFully(file, head, 0)
      await file.sync()
      await syncDirectory(place.directory)
      await scan.advance(file)
      return new LiveSegment(place, file, sizeBytes, scan)
    } catch (error) {
      await file.close()
      await unlink(path)
      throw error
    }
  }

  /** Opens one that an earlier writer left, and syncs what is valid of it. Undefined where its head is damaged. */
  static async open(place: SegmentPlace): Promise<LiveSegment | undefined> {
    const file = await open(segmentPath(place, 'seg'), 'r+')
    const scan = new SegmentScan(place.feed, place.firstSeq)
    await scan.advance(file)
    if (!scan.chain) {
      await file.close()
      return undefined
    }
    await file.sync()
    return new LiveSegment(place, file, (await file.stat()).size, scan)
  }

  get count(): number {
    return this.scan.end.seq - this.#place.firstSeq
  }

  get chain(): Buffer {
    return this.scan.chain!
  }

  /** How many of the entries fit, in order. */
  fitting(entries: readonly Uint8Array[]): number {
    let { offset } = this.scan.end
    for (let i = 0; i < entries.length; i++) {
      offset += frameHeadBytes + entries[i]!.length
      if (offset + footerBytes(this.count + i + 1) > this.#sizeBytes) return i
    }
    return entries.length
  }

  /** Writes entries that fit. They are durable when it resolves, and not there for anybody here before. */
  async write(entries: readonly Uint8Array[]): Promise<void> {
    const size = entries.reduce((sum, { length }) => sum + frameHeadBytes + length, 0)
    const index: Position[] = []
    const end = await this.#overwrite(size, (buffer) => {
      let position = this.scan.end
      for (const bytes of entries) {
        if ((position.seq - this.#place.firstSeq) % indexInterval === 0) index.push(position)
        position = encodeFrame(buffer, position.offset - this.scan.end.offset, frameKinds.entry, position, bytes)
      }
      return position
    })
    this.scan.index.push(...index)
    this.scan.end = end
  }

  /** Marks a clean end: the next entry overwrites the mark. */
  async pause(): Promise<void> {
    await this.#overwrite(frameHeadBytes, (buffer) => encodeFrame(buffer, 0, frameKinds.pause, this.scan.end, empty))
  }

  /** Cuts off what an interrupted writer left behind the last valid entry, or the mark of a clean end. */
  async dropTail(): Promise<void> {
    await this.#overwrite(0, () => this.scan.end)
  }

  /** Ends the file with its footer and renames it. Returns the value that ties the next segment to it. */
  async finish(): Promise<Buffer> {
    const sha256 = await this.#hash()
    const { end, index } = this.scan
    const footer = encodeFooter(end, this.count, index, sha256)
    await writeFully(this.#file, footer, end.offset)
    await this.#file.truncate(end.offset + footer.length)
    await this.#file.sync()
    await rename(segmentPath(this.#place, 'seg'), segmentPath(this.#place, 'closed'))
    await syncDirectory(this.#place.directory)
    await this.#file.close()
    return sha256
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  /** Writes behind the last entry, with zeros after it: what a failed write left there must not become reachable again. */
  async #overwrite(size: number, fill: (buffer: Buffer) => Position): Promise<Position> {
    const { offset } = this.scan.end
    const buffer = Buffer.alloc(Math.min(size + frameHeadBytes, Math.max(size, this.#sizeBytes - offset)))
    const end = fill(buffer)
    await writeSoon(this.#file, buffer, offset)
    await pace.flush(this.#file)
    return end
  }

  async #hash(): Promise<Buffer> {
    const hash = createHash('sha256')
    const end = this.scan.end.offset
    for (let at = 0; at < end; at += zeros.length) {
      const chunk = Buffer.allocUnsafe(Math.min(zeros.length, end - at))
      await this.#file.read(chunk, 0, chunk.length, at)
      hash.update(chunk)
    }
    return hash.digest()
  }
}
