import { crc32 } from 'node:zlib'
import { AnvcsError } from '../contracts/errors.ts'
import type { EndpointId } from '../contracts/ids.ts'
import type { Link } from '../contracts/transport.ts'
import { drawDelayMs, silenceLimitMs, type NetworkConditions } from './network-conditions.ts'

const maxMessageBytes = 16 * 1024
const highWaterBytes = 1 << 20
const lowWaterBytes = 256 * 1024

/** One end of a link: the machine it is on and the endpoint that it belongs to. */
export interface LinkEnd {
  readonly host: string
  readonly endpoint: EndpointId
}

/** Two links that are the ends of one channel, the initiator's first. */
export function linkPair(
  conditions: NetworkConditions,
  initiator: LinkEnd,
  responder: LinkEnd,
  binding: Uint8Array,
): readonly [SimLink, SimLink] {
  const near = new SimLink(conditions, initiator, responder, 'initiator', binding)
  const far = new SimLink(conditions, responder, initiator, 'responder', binding)
  near.join(far)
  far.join(near)
  return [near, far]
}

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/**
 * One end of a simulated link. Messages arrive whole, once and in order, after a delay, or the link dies. Across a cut
 * they wait, as a reliable channel's do, until it is healed or the silence has become too long. Faults are drawn here.
 */
export class SimLink implements Link {
  readonly path = 'simulated'
  readonly peer: EndpointId
  readonly role: 'initiator' | 'responder'
  readonly binding: Uint8Array
  readonly maxMessageBytes = maxMessageBytes
  readonly closed: Promise<{ readonly reason: string }>
  readonly #conditions: NetworkConditions
  readonly #from: string
  readonly #to: string
  #other!: SimLink
  /** `dead`: broken, and this end does not know it yet. */
  #state: 'open' | 'dead' | 'closed' = 'open'
  #settleClosed!: (outcome: { readonly reason: string }) => void
  /** Sent by this end and not taken by the other; the first `arrived` have covered the way. */
  readonly #queue: Uint8Array[] = []
  #queuedBytes = 0
  #arrived = 0
  #lastDepartureMs = 0
  #lastArrivalMs = 0
  #receive: ((message: Uint8Array) => void) | undefined
  readonly #draining = new Set<Waiting>()
  #stopSilence: (() => void) | undefined
  #stopWatching: (() => void) | undefined

  constructor(
    conditions: NetworkConditions,
    self: LinkEnd,
    other: LinkEnd,
    role: 'initiator' | 'responder',
    binding: Uint8Array,
  ) {
    this.#conditions = conditions
    this.#from = self.host
    this.#to = other.host
    this.peer = other.endpoint
    this.role = role
    this.binding = binding
    this.closed = new Promise((resolve) => (this.#settleClosed = resolve))
  }

  /** Connects the two ends; called once for each by `linkPair`. */
  join(other: SimLink): void {
    this.#other = other
    this.#stopWatching = this.#conditions.topology.onChange(() => this.#pathChanged())
  }

  send(message: Uint8Array): boolean {
    if (this.#state === 'closed') throw new AnvcsError('LINK_CLOSED')
    if (message.length > maxMessageBytes) throw new AnvcsError('MESSAGE_TOO_LARGE')
    const { clock, random, counters, faults } = this.#conditions
    this.#queue.push(message.slice())
    this.#queuedBytes += message.length
    if (this.#state === 'open') {
      let departureMs = Math.max(clock.now(), this.#lastDepartureMs) + message.length / faults.bytesPerMs
      if (random.chance(faults.linkStall)) {
        departureMs += random.exponential(faults.meanStallMs)
        counters.add('link stalled', this.#name)
      }
      this.#lastDepartureMs = departureMs
      this.#lastArrivalMs = Math.max(this.#lastArrivalMs, departureMs + drawDelayMs(this.#conditions))
      clock.schedule(this.#lastArrivalMs - clock.now(), () => this.#arrive())
      if (random.chance(faults.linkDeath)) this.die()
    }
    return this.#queuedBytes < highWaterBytes
  }

  drained(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      if (this.#state === 'closed') return reject(new AnvcsError('LINK_CLOSED'))
      if (this.#queuedBytes <= lowWaterBytes) return resolve()
      const abort = (): void => {
        this.#draining.delete(waiting)
        reject(signal!.reason as Error)
      }
      const settled = (): void => signal?.removeEventListener('abort', abort)
      const waiting: Waiting = {
        resolve: () => (settled(), resolve()),
        reject: (error) => (settled(), reject(error)),
      }
      signal?.addEventListener('abort', abort)
      this.#draining.add(waiting)
    })
  }

  onMessage(receive: (message: Uint8Array) => void): void {
    this.#receive = receive
    this.#other.#deliver()
  }

  /** The other side learns of it, when the news can reach it. */
  close(reason = 'closed here'): Promise<void> {
    if (this.#state !== 'closed') {
      const known = this.#state === 'open' && this.#conditions.topology.reaches(this.#from, this.#to)
      this.#end(reason)
      this.#other.#breakOff('closed by the peer', known ? drawDelayMs(this.#conditions) : silenceLimitMs)
    }
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** The channel breaks, and what is under way is lost. Each side notices by itself, one of them perhaps only by silence. */
  die(): void {
    if (this.#state !== 'open') return
    const { random, counters, faults } = this.#conditions
    counters.add('link died', this.#name)
    const halfOpen = random.chance(faults.halfOpen)
    if (halfOpen) counters.add('link half-open', this.#name)
    const early = drawDelayMs(this.#conditions)
    this.#breakOff('the link died', early)
    this.#other.#breakOff('the link died', halfOpen ? silenceLimitMs : early)
  }

  /** The machine of this end is gone: nothing settles here any more, and the other side is met by silence. */
  vanish(): void {
    if (this.#state === 'closed') return
    this.#discard()
    this.#state = 'closed'
    this.#stopTimers()
    this.#other.#breakOff('the peer is silent', silenceLimitMs)
  }

  get #name(): string {
    return `${this.#from}>${this.#to}`
  }

  #arrive(): void {
    if (this.#state !== 'open') return
    this.#arrived++
    if (!this.#conditions.topology.reaches(this.#from, this.#to))
      this.#conditions.counters.add('message held by a cut', this.#name)
    this.#deliver()
  }

  /** Hands over what has covered the way, as long as the way is there and somebody takes it. */
  #deliver(): void {
    const { topology, bytes, trace } = this.#conditions
    const other = this.#other
    while (this.#arrived && this.#state === 'open' && other.#state === 'open' && other.#receive) {
      if (!topology.reaches(this.#from, this.#to)) return
      const message = this.#queue.shift()!
      this.#arrived--
      this.#queuedBytes -= message.length
      bytes.add(this.#from, this.#to, message.length)
      trace.add(`message ${this.#name} ${message.length} ${crc32(message)}`)
      other.#receive(message)
      if (this.#queuedBytes <= lowWaterBytes) this.#releaseDraining((waiting) => waiting.resolve())
    }
  }

  #pathChanged(): void {
    const { clock, topology, counters } = this.#conditions
    if (this.#state !== 'open') return
    if (topology.connects(this.#from, this.#to)) {
      this.#stopSilence?.()
      this.#stopSilence = undefined
    } else
      this.#stopSilence ??= clock.schedule(silenceLimitMs, () => {
        if (this.#state !== 'open') return
        counters.add('link timed out', this.#name)
        this.#end('the peer is silent')
        this.#other.#breakOff('the peer is silent', 0)
      })
    // What was held is sent again, and takes its time again.
    if (this.#arrived) clock.schedule(drawDelayMs(this.#conditions), () => this.#deliver())
  }

  /** Broken from now on, known here after `noticeMs`. */
  #breakOff(reason: string, noticeMs: number): void {
    if (this.#state !== 'open') return
    this.#discard()
    this.#state = 'dead'
    this.#conditions.clock.schedule(noticeMs, () => this.#end(reason))
  }

  #end(reason: string): void {
    if (this.#state === 'closed') return
    this.#discard()
    this.#state = 'closed'
    this.#stopTimers()
    this.#settleClosed({ reason })
    this.#releaseDraining((waiting) => waiting.reject(new AnvcsError('LINK_CLOSED')))
  }

  /** What was sent and has not been taken is lost. */
  #discard(): void {
    this.#conditions.counters.add('message lost', this.#name, this.#queue.length)
    this.#queue.length = 0
    this.#arrived = 0
  }

  #stopTimers(): void {
    this.#stopSilence?.()
    this.#stopWatching?.()
  }

  #releaseDraining(release: (waiting: Waiting) => void): void {
    const waiting = [...this.#draining]
    this.#draining.clear()
    for (const one of waiting) release(one)
  }
}
