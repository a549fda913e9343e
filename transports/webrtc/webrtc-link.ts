import type { Clock } from '../../src/contracts/clock.ts'
import { AnvcsError } from '../../src/contracts/errors.ts'
import type { EndpointId } from '../../src/contracts/ids.ts'
import type { Link } from '../../src/contracts/transport.ts'
import type { PeerConnection } from './peer-connection.ts'
import { SendBuffer } from './send-buffer.ts'

const maxMessageBytes = 16 * 1024
/** What may come before somebody receives. */
const maxEarlyBytes = 2 << 20

/** First byte of what the channel carries. */
const messageByte = 0
const pingByte = 1
const goodbyeByte = 2

const pingIntervalMs = 5_000
/** A peer that was not heard for so many intervals is gone. */
const maxSilentIntervals = 3
const disconnectedGraceMs = 5_000
/** An end that closes waits for the goodbye of the other one for as long as the channel moves in so long, */
const goodbyeMs = 500
/** and no longer than this: much may lie before it in the channels of both. */
const maxGoodbyeMs = 3_000

const closedByPeer = 'the connection was closed by the peer'

/** What a link is made of besides its connection. */
export interface WebRtcLinkFacts {
  readonly path: string
  readonly peer: EndpointId
  readonly role: 'initiator' | 'responder'
  readonly binding: Uint8Array
}

/** An open data channel as a link. */
export class WebRtcLink implements Link {
  readonly path: string
  readonly peer: EndpointId
  readonly role: 'initiator' | 'responder'
  readonly binding: Uint8Array
  readonly maxMessageBytes = maxMessageBytes
  readonly closed: Promise<{ readonly reason: string }>
  readonly #settle: (fact: { readonly reason: string }) => void
  readonly #connection: PeerConnection
  readonly #clock: Clock
  readonly #buffer: SendBuffer
  #state: 'open' | 'leaving' | 'ended' = 'open'
  #leavingFor: string | undefined
  #receive: ((message: Uint8Array) => void) | undefined
  readonly #early: Uint8Array[] = []
  #earlyBytes = 0
  #silentIntervals = 0
  #cancelPing: () => void = () => {}
  #cancelGrace: (() => void) | undefined
  #cancelGoodbye: (() => void) | undefined
  #heardSince = false

  /** Takes the connection over, with all that its channel has received. */
  constructor(connection: PeerConnection, clock: Clock, facts: WebRtcLinkFacts) {
    this.#connection = connection
    this.#clock = clock
    this.path = facts.path
    this.peer = facts.peer
    this.role = facts.role
    this.binding = facts.binding
    let settle: (fact: { readonly reason: string }) => void
    this.closed = new Promise((resolve) => (settle = resolve))
    this.#settle = settle!
    this.#buffer = new SendBuffer(connection, clock, (reason) => void this.close(reason))
    const { peer } = connection
    peer.on('data', (frame) => this.#take(frame))
    peer.on('close', () => this.#end(closedByPeer))
    peer.on('error', (error) => this.#end(error.message))
    peer.on('iceStateChange', (state) => this.#onIceState(state))
    this.#keepAlive()
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  send(message: Uint8Array): boolean {
    if (!this.isOpen) throw new AnvcsError('LINK_CLOSED')
    if (message.length > maxMessageBytes)
      throw new AnvcsError('MESSAGE_TOO_LARGE', { details: { sizeBytes: message.length, maxMessageBytes } })
    const frame = new Uint8Array(1 + message.length)
    frame[0] = messageByte
    frame.set(message, 1)
    return this.#buffer.push(frame)
  }

  async drained({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted()
    if (!this.isOpen) throw new AnvcsError('LINK_CLOSED')
    await this.#buffer.drained(signal)
  }

  onMessage(receive: (message: Uint8Array) => void): void {
    this.#receive = receive
    for (const message of this.#early.splice(0)) receive(message)
  }

  async close(reason = 'closed here'): Promise<void> {
    this.#leave(reason)
    await this.closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /**
   * Both ends say that they send no more before one closes the connection: libwebrtc's binding for Node ends the process that
   * is sending while its channel is closed from the other side.
   */
  #leave(reason: string): void {
    if (this.#state !== 'open') return
    this.#state = 'leaving'
    this.#leavingFor = reason
    this.#stop(Uint8Array.of(goodbyeByte))
    this.#awaitGoodbye(this.#clock.now() + maxGoodbyeMs)
  }

  #awaitGoodbye(untilMs: number): void {
    const { peer } = this.#connection
    const inChannel = peer.bufferSize
    this.#heardSince = false
    this.#cancelGoodbye = this.#clock.schedule(goodbyeMs, () => {
      const isMoving = this.#heardSince || peer.bufferSize < inChannel
      if (isMoving && this.#clock.now() < untilMs) this.#awaitGoodbye(untilMs)
      else this.#end(closedByPeer)
    })
  }

  #end(reason: string): void {
    if (this.#state === 'ended') return
    if (this.#state === 'open') this.#stop()
    this.#state = 'ended'
    this.#cancelGoodbye?.()
    this.#connection.peer.destroy()
    this.#settle({ reason: this.#leavingFor ?? reason })
  }

  #stop(last?: Uint8Array): void {
    this.#cancelPing()
    this.#cancelGrace?.()
    this.#early.length = 0
    this.#buffer.close(last)
  }

  #take(frame: Uint8Array | string): void {
    if (this.#state === 'ended') return
    this.#silentIntervals = 0
    this.#heardSince = true
    const isSign = typeof frame !== 'string' && frame.length === 1
    if (isSign && frame[0] === goodbyeByte) this.#onGoodbye()
    else if (this.#state === 'leaving' || (isSign && frame[0] === pingByte)) return
    else if (typeof frame !== 'string' && frame[0] === messageByte && frame.length <= 1 + maxMessageBytes)
      this.#deliver(new Uint8Array(frame.buffer, frame.byteOffset + 1, frame.length - 1))
    else this.#end('the peer broke the framing of the link')
  }

  #onGoodbye(): void {
    if (this.#state === 'leaving') this.#end(closedByPeer)
    else this.#leave(closedByPeer)
  }

  #deliver(message: Uint8Array): void {
    if (this.#receive) {
      this.#receive(message)
      return
    }
    this.#early.push(message)
    this.#earlyBytes += 1 + message.length
    if (this.#earlyBytes > maxEarlyBytes) this.#end('the peer sent too much before anybody received')
  }

  /** SCTP notices a peer that was killed only after minutes. */
  #keepAlive(): void {
    this.#cancelPing = this.#clock.schedule(pingIntervalMs, () => {
      if (++this.#silentIntervals >= maxSilentIntervals) {
        this.#end('the peer was not heard for 15 s')
        return
      }
      this.#buffer.push(Uint8Array.of(pingByte))
      if (this.isOpen) this.#keepAlive()
    })
  }

  /** A connection that is 'disconnected' often comes back by itself; one that has 'failed' ends with an error. */
  #onIceState(state: RTCIceConnectionState): void {
    if (!this.isOpen) return
    if (state === 'disconnected') {
      this.#cancelGrace ??= this.#clock.schedule(disconnectedGraceMs, () => this.#end('the connection was lost'))
    } else {
      this.#cancelGrace?.()
      this.#cancelGrace = undefined
    }
  }
}
