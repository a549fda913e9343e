import type { Clock } from '../../src/contracts/clock.ts'
import { AnvcsError } from '../../src/contracts/errors.ts'
import type { EndpointId } from '../../src/contracts/ids.ts'
import type { Random } from '../../src/contracts/random.ts'
import type { Listener, ListenOptions } from '../../src/contracts/transport.ts'
import { toHex } from '../../src/lib/bytes.ts'
import { PeerSlot } from './peer-slot.ts'
import { decodeSignal, encodeSignal, type SignalMessage } from './signal-message.ts'
import type { IceServer, WebRtcImplementation } from './webrtc-implementation.ts'

/** A connection costs threads and files: beyond so many peers nobody is let in. */
const maxPeers = 64
const maxRemembered = 512

/** What all endpoints of one transport share. */
export interface WebRtcSetup {
  readonly wrtc: WebRtcImplementation
  readonly iceServers: readonly IceServer[]
  readonly forceRelay: boolean
  readonly clock: Clock
  readonly random: Random
}

/** Sorts signals by peer, and keeps one slot for each. */
export class WebRtcListener implements Listener {
  readonly #setup: WebRtcSetup
  readonly #options: ListenOptions
  readonly #slots = new Map<EndpointId, PeerSlot>()
  /** Sessions that were called or offered before, oldest first: a signal that comes twice begins nothing. */
  readonly #begun = new Set<string>()
  readonly #stop: () => void
  #closing: Promise<void> | undefined

  constructor(setup: WebRtcSetup, options: ListenOptions) {
    this.#setup = setup
    this.#options = options
    this.#stop = options.signals.onSignal((from, data) => this.#take(from, data))
  }

  async dial(peer: EndpointId, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted()
    if (this.#closing) throw new AnvcsError('LINK_CLOSED')
    if (peer === this.#options.self)
      throw new AnvcsError('PEER_UNREACHABLE', { message: 'An endpoint has no link to itself.' })
    await this.#slot(peer).dial(signal)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#stop()
    await Promise.all([...this.#slots.values()].map((slot) => slot.close()))
    this.#slots.clear()
  }

  #take(from: EndpointId, data: unknown): void {
    const message = from === this.#options.self ? undefined : decodeSignal(data)
    if (!message) return
    const slot = this.#slots.get(from)
    if (!this.#isNews(from, message)) {
      slot?.takeAgain(message)
      return
    }
    if (slot) slot.take(message)
    else if (message.type === 'answer' || message.type === 'end') return
    else if (this.#slots.size < maxPeers) this.#slot(from).take(message)
    else this.#options.onProblem?.({ peer: from, message: 'too many peers are linked already' })
  }

  #isNews(from: EndpointId, { type, session }: SignalMessage): boolean {
    if (type !== 'call' && type !== 'offer') return true
    const key = `${from} ${session}`
    if (this.#begun.has(key)) return false
    this.#begun.add(key)
    if (this.#begun.size > maxRemembered) this.#begun.delete(this.#begun.values().next().value!)
    return true
  }

  #slot(peer: EndpointId): PeerSlot {
    const known = this.#slots.get(peer)
    if (known) return known
    const { self, signals, onLink, onProblem } = this.#options
    const { random, ...setup } = this.#setup
    const slot = new PeerSlot({
      ...setup,
      peer,
      offering: self < peer,
      newSession: () => toHex(random.bytes(8)),
      send: (message) => signals.send(peer, encodeSignal(message)),
      onLink,
      onProblem: (message) => onProblem?.({ peer, message }),
      onIdle: () => {
        if (this.#slots.get(peer) === slot) this.#slots.delete(peer)
      },
    })
    this.#slots.set(peer, slot)
    return slot
  }
}
