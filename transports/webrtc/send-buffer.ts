import type { Clock } from '../../src/contracts/clock.ts'
import { AnvcsError } from '../../src/contracts/errors.ts'
import type { PeerConnection } from './peer-connection.ts'

/**
 * Never more than this lies in the channel: beyond 16 MiB libwebrtc's binding for Node drops messages of a reliable channel
 * without a word, and less keeps urgent messages close behind bulk.
 */
const highWaterBytes = 1 << 20
const lowWaterBytes = 256 * 1024
/** The event that tells of the low-water mark gets lost at times, so it is looked for as well. */
const pollMs = 10
/** A sender that does not heed the high-water mark loses its link here. */
const maxQueuedBytes = 8 << 20

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** What waits to be sent on one data channel. */
export class SendBuffer {
  readonly #connection: PeerConnection
  readonly #clock: Clock
  readonly #fail: (reason: string) => void
  readonly #queue: Uint8Array[] = []
  #queuedBytes = 0
  /** Bytes in the channel when it was last asked, and all since: an upper bound, because asking costs half as much as sending. */
  #inChannel = 0
  readonly #waiters = new Set<Waiter>()
  #cancelPoll: (() => void) | undefined
  #open = true
  readonly #onLow = () => this.#look()

  constructor(connection: PeerConnection, clock: Clock, fail: (reason: string) => void) {
    this.#connection = connection
    this.#clock = clock
    this.#fail = fail
    connection.channel.bufferedAmountLowThreshold = lowWaterBytes
    connection.channel.addEventListener('bufferedamountlow', this.#onLow)
  }

  /** False where the high-water mark is reached. */
  push(frame: Uint8Array): boolean {
    this.#queue.push(frame)
    this.#queuedBytes += frame.length
    const buffered = this.#flush()
    if (this.#queuedBytes > maxQueuedBytes) this.#fail('more was sent than the link takes')
    return buffered < highWaterBytes
  }

  async drained(signal: AbortSignal | undefined): Promise<void> {
    if (this.#measure() + this.#queuedBytes <= lowWaterBytes) return
    let waiter: Waiter
    const low = new Promise<void>((resolve, reject) => {
      waiter = { resolve, reject }
      this.#waiters.add(waiter)
    })
    this.#poll()
    const abort = () => waiter.reject(signal!.reason)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      await low
    } finally {
      signal?.removeEventListener('abort', abort)
      this.#waiters.delete(waiter!)
    }
  }

  /** Drops what waits; `last` goes behind what is in the channel. */
  close(last?: Uint8Array): void {
    this.#open = false
    this.#cancelPoll?.()
    this.#connection.channel.removeEventListener('bufferedamountlow', this.#onLow)
    this.#queue.length = 0
    this.#queuedBytes = 0
    for (const waiter of this.#waiters) waiter.reject(new AnvcsError('LINK_CLOSED'))
    if (last) this.#sendLast(last)
  }

  #sendLast(frame: Uint8Array): void {
    if (this.#connection.channel.readyState !== 'open') return
    try {
      this.#connection.peer.send(frame)
    } catch {
      // The peer was faster.
    }
  }

  /** Hands to the channel what it may hold. Returns the bytes that are then in the channel, at most, and here. */
  #flush(): number {
    try {
      while (this.#queue.length && this.#fits(this.#queue[0]!.length)) {
        // A peer's close empties the native channel before we hear of it, and to send on that ends the process.
        if (this.#connection.channel.readyState !== 'open') throw new Error('the peer closed the channel')
        const frame = this.#queue.shift()!
        this.#queuedBytes -= frame.length
        this.#inChannel += frame.length
        this.#connection.peer.send(frame)
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : 'the channel takes no messages')
      return highWaterBytes
    }
    if (this.#queue.length) this.#poll()
    return this.#inChannel + this.#queuedBytes
  }

  #fits(length: number): boolean {
    return this.#inChannel + length <= highWaterBytes || this.#measure() + length <= highWaterBytes
  }

  #measure(): number {
    this.#inChannel = this.#connection.peer.bufferSize
    return this.#inChannel
  }

  #poll(): void {
    this.#cancelPoll ??= this.#clock.schedule(pollMs, () => {
      this.#cancelPoll = undefined
      this.#look()
    })
  }

  #look(): void {
    if (!this.#open) return
    if (this.#measure() <= lowWaterBytes) this.#flush()
    if (this.#inChannel + this.#queuedBytes <= lowWaterBytes) for (const waiter of this.#waiters) waiter.resolve()
    else if (this.#waiters.size || this.#queue.length) this.#poll()
  }
}
