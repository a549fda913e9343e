import { concat } from '../lib/bytes.ts'

/** The streams of a link, most urgent first: bulk never blocks typing. */
export const streams = ['control', 'presence', 'entries', 'objects', 'blobs'] as const
export type Stream = (typeof streams)[number]

export interface Message {
  readonly stream: Stream
  readonly bytes: Uint8Array
}

/** A frame on the link: 16 KiB, so that streams interleave fairly. */
export const maxFrameBytes = 16 * 1024

/** The greatest message of each stream; larger content is cut into several by its sender. */
export const maxMessageBytes: Readonly<Record<Stream, number>> = {
  control: 1 << 20,
  presence: 16 * 1024,
  entries: (1 << 20) + 4096,
  objects: 300 * 1024,
  blobs: 300 * 1024,
}

const version = 1
const firstFlag = 1
const lastFlag = 2

/**
 * Cuts a message into frames. A frame is [version << 4 | stream, flags, total length (u32, first frame only), content];
 * a stream carries one message at a time, so frames need no message number. Only the last frame may be shorter than
 * `maxFrameBytes`, so that a message has one form and a bounded number of parts.
 */
export function* framesOf(message: Message): Generator<Uint8Array> {
  const stream = (version << 4) | streams.indexOf(message.stream)
  const { bytes } = message
  let at = 0
  do {
    const first = at === 0
    const head = first ? 6 : 2
    const size = Math.min(bytes.length - at, maxFrameBytes - head)
    const frame = new Uint8Array(head + size)
    frame[0] = stream
    frame[1] = (first ? firstFlag : 0) | (at + size === bytes.length ? lastFlag : 0)
    if (first) new DataView(frame.buffer).setUint32(2, bytes.length)
    frame.set(bytes.subarray(at, at + size), head)
    at += size
    yield frame
  } while (at < bytes.length)
}

interface Partial {
  readonly total: number
  readonly parts: Uint8Array[]
  received: number
}

/** Puts frames together again. What breaks the protocol is refused for good: the link has to be closed. */
export class FrameReader {
  readonly #partials = new Map<Stream, Partial>()

  /** The message that this frame completes; 'more' where frames are missing; 'invalid' where the frame breaks the protocol. */
  read(frame: Uint8Array): Message | 'more' | 'invalid' {
    const stream = streams[frame[0]! & 15]
    const flags = frame[1]!
    if (frame.length < 2 || frame.length > maxFrameBytes || frame[0]! >> 4 !== version || !stream || flags > 3)
      return 'invalid'
    const partial = flags & firstFlag ? this.#begin(stream, frame) : this.#partials.get(stream)
    if (!partial) return 'invalid'
    const content = frame.subarray(flags & firstFlag ? 6 : 2)
    partial.parts.push(content)
    partial.received += content.length
    const complete = (flags & lastFlag) !== 0
    if (!complete && frame.length < maxFrameBytes) return 'invalid'
    if (partial.received > partial.total || complete !== (partial.received === partial.total)) return 'invalid'
    if (!complete) return 'more'
    this.#partials.delete(stream)
    return { stream, bytes: partial.parts.length === 1 ? content : concat(...partial.parts) }
  }

  #begin(stream: Stream, frame: Uint8Array): Partial | undefined {
    if (frame.length < 6 || this.#partials.has(stream)) return undefined
    const total = new DataView(frame.buffer, frame.byteOffset).getUint32(2)
    if (total > maxMessageBytes[stream]) return undefined
    const partial = { total, parts: [], received: 0 }
    this.#partials.set(stream, partial)
    return partial
  }
}
