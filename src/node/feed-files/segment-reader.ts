import type { FileHandle } from 'node:fs/promises'
import type { FeedId } from '../../contracts/ids.ts'
import { equalBytes } from '../../lib/bytes.ts'
import { decodeFrame, frameHeadBytes, frameKinds, startOfSegment, type Frame, type Position } from './frame.ts'
import { decodeFooter, encodeSegmentHead, indexInterval, segmentHeadBytes, type Footer } from './segment-format.ts'

const chunkBytes = 64 * 1024

/** Valid frames from a place on, in the portions in which they were read; ends at the first that is not valid. */
export async function* readFrames(file: FileHandle, from: Position): AsyncGenerator<readonly Frame[]> {
  let position = from
  let wanted = chunkBytes
  for (;;) {
    const buffer = Buffer.allocUnsafe(wanted)
    const { bytesRead } = await file.read(buffer, 0, wanted, position.offset)
    const chunk = buffer.subarray(0, bytesRead)
    const frames: Frame[] = []
    let at = 0
    let next = decodeFrame(chunk, at, position)
    while (typeof next === 'object') {
      frames.push(next)
      at += next.next.offset - position.offset
      position = next.next
      next = decodeFrame(chunk, at, position)
    }
    if (frames.length) yield frames
    if (next === undefined || bytesRead < wanted) return
    wanted = Math.max(chunkBytes, next)
  }
}

/** What a scan from the start of a segment, or from where the last one ended, has found. */
export class SegmentScan {
  readonly feed: FeedId
  readonly firstSeq: number
  /** Behind the last entry. */
  end: Position
  /** Before each entry whose number in the segment is a multiple of `indexInterval`. */
  readonly index: Position[] = []
  /** The value in its head that ties it to the segment before; undefined where there is no valid head. */
  chain: Buffer | undefined
  /** A footer or a mark of a clean end lies behind the last entry. */
  tail: 'open' | 'footer' | 'pause' = 'open'

  constructor(feed: FeedId, firstSeq: number) {
    this.feed = feed
    this.firstSeq = firstSeq
    this.end = startOfSegment(firstSeq)
  }

  /** Goes on from where it stopped, up to the entry before `limit`. */
  async advance(file: FileHandle, limit = Infinity): Promise<void> {
    this.tail = 'open'
    for await (const frames of readFrames(file, this.end))
      for (const frame of frames) if (!this.#take(frame, limit)) return
  }

  /** A place at or before an entry of this segment. */
  before(seq: number): Position {
    return nearest(this.index, this.firstSeq, seq)
  }

  #take(frame: Frame, limit: number): boolean {
    const first = frame.at.offset === 0
    if (first !== (frame.kind === frameKinds.head)) return false
    if (frame.kind === frameKinds.footer || frame.kind === frameKinds.pause) {
      this.tail = frame.kind === frameKinds.footer ? 'footer' : 'pause'
      return false
    }
    if (first) {
      this.chain = frame.content.subarray(-32)
      if (!equalBytes(frame.content, encodeSegmentHead(this.feed, this.chain))) return false
    } else {
      if (frame.at.seq >= limit) return false
      if ((frame.at.seq - this.firstSeq) % indexInterval === 0) this.index.push(frame.at)
    }
    this.end = frame.next
    return true
  }
}

/** The footer of a closed segment and whether its head is as expected; undefined where either is damaged. */
export async function readFooter(file: FileHandle, feed: FeedId, firstSeq: number): Promise<Footer | undefined> {
  const { size } = await file.stat()
  const length = Buffer.alloc(4)
  if (size < segmentHeadBytes || !(await readFully(file, length, size - 4))) return undefined
  const footerBytes = length.readUInt32LE(0) + frameHeadBytes
  const footer = Buffer.alloc(Math.min(footerBytes, size))
  const head = Buffer.alloc(segmentHeadBytes)
  if (!(await readFully(file, footer, size - footer.length)) || !(await readFully(file, head, 0))) return undefined
  const headFrame = decodeFrame(head, 0, startOfSegment(firstSeq))
  if (typeof headFrame !== 'object' || headFrame.kind !== frameKinds.head) return undefined
  if (!equalBytes(headFrame.content, encodeSegmentHead(feed, headFrame.content.subarray(-32)))) return undefined
  return decodeFooter(footer, firstSeq, size - footer.length, headFrame.next)
}

/** The last place of an index that is not behind an entry; the start of the first entry at the least. */
export function nearest(index: readonly Position[], firstSeq: number, seq: number): Position {
  const place = index[Math.min(index.length - 1, Math.floor((seq - firstSeq) / indexInterval))]
  return place ?? startOfSegment(firstSeq)
}

async function readFully(file: FileHandle, into: Buffer, offset: number): Promise<boolean> {
  return (await file.read(into, 0, into.length, offset)).bytesRead === into.length
}
