import { framesOf, streams, type Message, type Stream } from './frames.ts'

/** Bytes that a receiver takes on a stream before it has granted more; control is small and never held back. */
export const initialCredit: Readonly<Record<Stream, number>> = {
  control: Number.POSITIVE_INFINITY,
  presence: 64 * 1024,
  entries: 4 << 20,
  objects: 1 << 20,
  blobs: 1 << 20,
}

interface Lane {
  credit: number
  readonly waiting: Message[]
  waitingBytes: number
  current: Iterator<Uint8Array> | undefined
}

/** What waits to be sent to one peer: the most urgent stream that has credit gives the next frame. */
export class Outbox {
  readonly #lanes = new Map<Stream, Lane>(
    streams.map((stream) => [
      stream,
      { credit: initialCredit[stream], waiting: [], waitingBytes: 0, current: undefined },
    ]),
  )

  push(message: Message): void {
    const lane = this.#lanes.get(message.stream)!
    // Of presence only the newest counts: a peer that does not read must not fill our memory with it.
    if (message.stream === 'presence') {
      lane.waiting.length = 0
      lane.waitingBytes = 0
    }
    lane.waiting.push(message)
    lane.waitingBytes += message.bytes.length
  }

  /** Bytes of a stream that wait to be sent: whoever produces bulk looks here first. */
  waitingBytes(stream: Stream): number {
    return this.#lanes.get(stream)!.waitingBytes
  }

  grant(stream: Stream, bytes: number): void {
    this.#lanes.get(stream)!.credit += bytes
  }

  /** The next frame, or undefined where nothing waits that has credit. A message is begun only while credit is above zero. */
  next(): Uint8Array | undefined {
    for (const lane of this.#lanes.values()) {
      const frame = nextOf(lane)
      if (frame) return frame
    }
    return undefined
  }
}

function nextOf(lane: Lane): Uint8Array | undefined {
  if (lane.current) {
    const step = lane.current.next()
    if (!step.done) return step.value
    lane.current = undefined
  }
  if (lane.credit <= 0) return undefined
  const message = lane.waiting.shift()
  if (!message) return undefined
  lane.waitingBytes -= message.bytes.length
  lane.credit -= message.bytes.length
  lane.current = framesOf(message)
  return lane.current.next().value as Uint8Array
}
