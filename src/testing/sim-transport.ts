import { createHash } from 'node:crypto'
import { AnvcsError } from '../contracts/errors.ts'
import type { EndpointId } from '../contracts/ids.ts'
import type { Listener, ListenOptions, Transport } from '../contracts/transport.ts'
import { drawDelayMs, type NetworkConditions } from './network-conditions.ts'
import { linkPair, type SimLink } from './sim-link.ts'

/** Everybody who listens on a network, by endpoint. */
export type ListeningEndpoints = Map<EndpointId, SimListener>

const dialLimitMs = 8000
const offerAgainMs = 2000

/** Links of one machine. They are set up as real ones are: by an offer and an answer over signals that may get lost. */
export class SimTransport implements Transport {
  readonly name = 'simulated'
  readonly #conditions: NetworkConditions
  readonly #endpoints: ListeningEndpoints
  readonly #host: string
  readonly #listeners = new Set<SimListener>()

  constructor(conditions: NetworkConditions, endpoints: ListeningEndpoints, host: string) {
    this.#conditions = conditions
    this.#endpoints = endpoints
    this.#host = host
  }

  listen(options: ListenOptions): Promise<Listener> {
    const listener = new SimListener(this.#conditions, this.#endpoints, this.#host, options)
    this.#listeners.add(listener)
    return Promise.resolve(listener)
  }

  /** The machine is gone, without a word. */
  vanish(): void {
    for (const listener of this.#listeners) listener.vanish()
    this.#listeners.clear()
  }
}

interface Dial {
  readonly session: string
  readonly promise: Promise<void>
  /** Ends the dial: with nothing when a link is open, else with the cause. */
  readonly end: (failure?: Error) => void
}

class SimListener implements Listener {
  readonly #conditions: NetworkConditions
  readonly #endpoints: ListeningEndpoints
  readonly #host: string
  readonly #options: ListenOptions
  readonly #dials = new Map<EndpointId, Dial>()
  readonly #links = new Map<EndpointId, SimLink>()
  readonly #stopSignals: () => void
  #dialled = 0
  #open = true

  constructor(conditions: NetworkConditions, endpoints: ListeningEndpoints, host: string, options: ListenOptions) {
    this.#conditions = conditions
    this.#endpoints = endpoints
    this.#host = host
    this.#options = options
    endpoints.set(options.self, this)
    this.#stopSignals = options.signals.onSignal((from, data) => this.#signal(from, data))
  }

  async dial(peer: EndpointId, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options
    signal?.throwIfAborted()
    if (!this.#open) throw new AnvcsError('LINK_CLOSED')
    if (this.#links.has(peer)) return
    const dial = this.#dials.get(peer) ?? this.#begin(peer)
    if (!signal) return dial.promise
    const abort = (): void => dial.end(signal.reason as Error)
    signal.addEventListener('abort', abort)
    try {
      await dial.promise
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  async close(): Promise<void> {
    if (!this.#open) return
    const links = [...this.#links.values()]
    this.#stop(new AnvcsError('LINK_CLOSED'))
    for (const link of links) await link.close('the listener was closed')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  vanish(): void {
    for (const link of this.#links.values()) link.vanish()
    this.#stop(undefined)
  }

  /** Stops to dial and to listen; dials end with the cause, if anybody is left to hear of it. */
  #stop(failure: Error | undefined): void {
    this.#open = false
    this.#stopSignals()
    if (this.#endpoints.get(this.#options.self) === this) this.#endpoints.delete(this.#options.self)
    this.#links.clear()
    if (failure) for (const dial of this.#dials.values()) dial.end(failure)
    this.#dials.clear()
  }

  #begin(peer: EndpointId): Dial {
    const { clock, counters } = this.#conditions
    const session = `${this.#options.self} ${++this.#dialled}`
    let stopOffer = (): void => undefined
    const offer = (): void => {
      if (!this.#open) return
      this.#options.signals.send(peer, { type: 'offer', session })
      stopOffer = clock.schedule(offerAgainMs, offer)
    }
    const stopLimit = clock.schedule(dialLimitMs, () => {
      if (!this.#open) return
      counters.add('dial failed', this.#host)
      this.#options.onProblem?.({ peer, message: 'no link came about' })
      dial.end(new AnvcsError('PEER_UNREACHABLE'))
    })
    const { promise, settle } = outcome()
    const dial: Dial = {
      session,
      promise,
      end: (failure) => {
        stopOffer()
        stopLimit()
        if (this.#dials.get(peer) === dial) this.#dials.delete(peer)
        settle(failure)
      },
    }
    this.#dials.set(peer, dial)
    offer()
    return dial
  }

  #signal(from: EndpointId, data: unknown): void {
    const read = readSignal(data)
    if (!read) return
    const { type, session } = read
    const dial = this.#dials.get(from)
    // Of two that dial each other each answers: the first link that opens ends both dials.
    if (type === 'offer') this.#options.signals.send(from, { type: 'answer', session })
    else if (dial?.session === session) this.#connect(from, dial)
  }

  /** Both sides agree: the way itself is tried. */
  #connect(peer: EndpointId, dial: Dial): void {
    const { clock, random, faults, topology } = this.#conditions
    if (random.chance(faults.dialFailure)) return
    clock.schedule(drawDelayMs(this.#conditions), () => {
      const other = this.#endpoints.get(peer)
      if (this.#dials.get(peer) !== dial || !other || !topology.connects(this.#host, other.#host)) return
      const [near, far] = linkPair(
        this.#conditions,
        { host: this.#host, endpoint: this.#options.self },
        { host: other.#host, endpoint: peer },
        createHash('sha256').update(`${dial.session} ${peer}`).digest(),
      )
      other.#take(this.#options.self, far)
      this.#take(peer, near)
    })
  }

  /** A link is open. An older one to the same endpoint is of no use any more: whoever dialled again has given it up. */
  #take(peer: EndpointId, link: SimLink): void {
    const older = this.#links.get(peer)
    this.#links.set(peer, link)
    void older?.close('replaced by a newer link')
    void this.#forgetClosed(peer, link)
    this.#options.onLink(link)
    this.#dials.get(peer)?.end()
  }

  async #forgetClosed(peer: EndpointId, link: SimLink): Promise<void> {
    await link.closed
    if (this.#links.get(peer) === link) this.#links.delete(peer)
  }
}

/** A promise that nobody has to wait for, and the way to settle it. */
function outcome(): { readonly promise: Promise<void>; readonly settle: (failure?: Error) => void } {
  let settle!: (failure?: Error) => void
  const promise = new Promise<void>((resolve, reject) => {
    settle = (failure) => (failure ? reject(failure) : resolve())
  })
  promise.catch(() => undefined)
  return { promise, settle }
}

function readSignal(data: unknown): { readonly type: 'offer' | 'answer'; readonly session: string } | undefined {
  if (typeof data !== 'object' || data === null || !('type' in data) || !('session' in data)) return undefined
  const { type, session } = data
  if ((type !== 'offer' && type !== 'answer') || typeof session !== 'string') return undefined
  return { type, session }
}
