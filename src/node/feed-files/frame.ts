import { crc32 } from 'node:zlib'
import { maxStoredEntryBytes } from '../../contracts/feed-store.ts'

/** What a frame holds: the head of its segment, an entry, the index of a closed segment, or the mark of a clean end. */
export const frameKinds = { head: 1, entry: 2, footer: 3, pause: 4 } as const

/** One of `frameKinds`. */
export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds]

/** Bytes of a frame before its content. */
export const frameHeadBytes = 16

/** A place between two frames: all that is needed to check and read what follows. */
export interface Position {
  readonly offset: number
  /** Of the entry that follows. */
  readonly seq: number
  /** CRC of the frame before; each CRC goes on from it, so a frame counts only behind the frames it was written behind. */
  readonly crc: number
}

/** A frame that passed its check. */
export interface Frame {
  readonly kind: FrameKind
  /** The place before it. */
  readonly at: Position
  /** The place behind it. */
  readonly next: Position
  /** Part of the buffer it was read from. */
  readonly content: Buffer
}

/** Where a segment begins. */
export function startOfSegment(firstSeq: number): Position {
  return { offset: 0, seq: firstSeq, crc: 0 }
}

/**
 * Writes a frame into `buffer` at `at`: u32 kind and length (8 and 24 bits), u32 CRC-32, u64 seq, content; numbers in
 * little-endian order. Returns the place behind it.
 */
export function encodeFrame(
  buffer: Buffer,
  at: number,
  kind: FrameKind,
  position: Position,
  content: Uint8Array,
): Position {
  const word = ((kind << 24) | content.length) >>> 0
  buffer.writeUInt32LE(word, at)
  buffer.writeUInt32LE(position.seq >>> 0, at + 8)
  buffer.writeUInt32LE(Math.floor(position.seq / 2 ** 32), at + 12)
  buffer.set(content, at + frameHeadBytes)
  const end = at + frameHeadBytes + content.length
  const crc = crcOf(buffer, at, end, word, position.crc)
  buffer.writeUInt32LE(crc, at + 4)
  return behind(kind, position, content.length, crc)
}

/**
 * Reads the frame at `at`, which lies at `position` in its file. A number: so many bytes are needed to tell. Undefined:
 * no valid frame is here.
 */
export function decodeFrame(buffer: Buffer, at: number, position: Position): Frame | number | undefined {
  if (buffer.length - at < frameHeadBytes) return frameHeadBytes
  const word = buffer.readUInt32LE(at)
  const kind = word >>> 24
  const length = word & 0xffffff
  if (!isKind(kind) || length > maxStoredEntryBytes) return undefined
  const end = at + frameHeadBytes + length
  if (buffer.length < end) return end - at
  if (buffer.readUInt32LE(at + 12) * 2 ** 32 + buffer.readUInt32LE(at + 8) !== position.seq) return undefined
  const crc = crcOf(buffer, at, end, word, position.crc)
  if (crc !== buffer.readUInt32LE(at + 4)) return undefined
  return {
    kind,
    at: position,
    next: behind(kind, position, length, crc),
    content: buffer.subarray(at + frameHeadBytes, end),
  }
}

function isKind(kind: number): kind is FrameKind {
  return kind >= frameKinds.head && kind <= frameKinds.pause
}

/** Over seq and content; what comes before them, and the frame before, are in the value it begins with. */
function crcOf(buffer: Buffer, at: number, end: number, word: number, before: number): number {
  return crc32(buffer.subarray(at + 8, end), (before ^ word) >>> 0)
}

function behind(kind: FrameKind, { offset, seq }: Position, length: number, crc: number): Position {
  return { offset: offset + frameHeadBytes + length, seq: kind === frameKinds.entry ? seq + 1 : seq, crc }
}
