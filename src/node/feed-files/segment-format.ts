import type { FeedId } from '../../contracts/ids.ts'
import { concat, hexBytes, utf8 } from '../../lib/bytes.ts'
import { decodeFrame, encodeFrame, frameHeadBytes, frameKinds, type Position } from './frame.ts'

/** Every so many entries have their place in the index of the segment. */
export const indexInterval = 64

const firstSegmentBytes = 64 * 1024
const largestSegmentBytes = 8 << 20
const magic = utf8('anvcs/1 segment')
const footerFixedBytes = 4 + 4 + 32 + 4

/** Bytes of the frame that a segment begins with. */
export const segmentHeadBytes = frameHeadBytes + magic.length + 16 + 32

/** What a closed segment ends with. */
export interface Footer {
  /** Number of entries. */
  readonly count: number
  readonly index: readonly Position[]
  /** Of all bytes before the footer. The next segment repeats it, so that files cannot be exchanged. */
  readonly sha256: Buffer
}

/** Bytes that the `ordinal`th segment of a feed is created with: small for the many short feeds, then four times the last. */
export function plannedSegmentBytes(ordinal: number): number {
  return Math.min(largestSegmentBytes, firstSegmentBytes * 4 ** Math.min(ordinal, 8))
}

/** The content of a segment's first frame. `chain` is the SHA-256 of the segment before, zero for the first. */
export function encodeSegmentHead(feed: FeedId, chain: Uint8Array): Uint8Array {
  return concat(magic, hexBytes(feed), chain)
}

/** Bytes that the footer of a segment with `count` entries takes. */
export function footerBytes(count: number): number {
  return frameHeadBytes + footerFixedBytes + 8 * Math.ceil(count / indexInterval)
}

/**
 * The footer's frame: u32 entries, u32 CRC of the frame before, SHA-256, u32 offset and u32 CRC for each place of the index,
 * u32 length of all this. The last is how it is found from the end of the file.
 */
export function encodeFooter(end: Position, count: number, index: readonly Position[], sha256: Uint8Array): Buffer {
  const content = Buffer.alloc(footerBytes(count) - frameHeadBytes)
  content.writeUInt32LE(count, 0)
  content.writeUInt32LE(end.crc, 4)
  content.set(sha256, 8)
  index.forEach(({ offset, crc }, i) => {
    content.writeUInt32LE(offset, 40 + 8 * i)
    content.writeUInt32LE(crc, 44 + 8 * i)
  })
  content.writeUInt32LE(content.length, content.length - 4)
  const frame = Buffer.alloc(frameHeadBytes + content.length)
  encodeFrame(frame, 0, frameKinds.footer, end, content)
  return frame
}

/** The footer in a frame that lies at `offset`; `first` is the place of the segment's first entry. */
export function decodeFooter(frame: Buffer, firstSeq: number, offset: number, first: Position): Footer | undefined {
  if (frame.length < footerBytes(0)) return undefined
  const content = frame.subarray(frameHeadBytes)
  const count = content.readUInt32LE(0)
  const end = { offset, seq: firstSeq + count, crc: content.readUInt32LE(4) }
  if (frame.length !== footerBytes(count) || typeof decodeFrame(frame, 0, end) !== 'object') return undefined
  const index = Array.from({ length: Math.ceil(count / indexInterval) }, (_, i) => ({
    offset: content.readUInt32LE(40 + 8 * i),
    seq: firstSeq + i * indexInterval,
    crc: content.readUInt32LE(44 + 8 * i),
  }))
  if (index[0] && (index[0].crc !== first.crc || index[0].offset !== first.offset)) return undefined
  return { count, index, sha256: content.subarray(8, 40) }
}
