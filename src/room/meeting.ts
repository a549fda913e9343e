import type { Clock } from '../contracts/clock.ts'
import type { EndpointId } from '../contracts/ids.ts'
import type { Random } from '../contracts/random.ts'
import type { Signaling, SignalingSession, SignalTopic } from '../contracts/signaling.ts'
import type { Link, Listener, Transport } from '../contracts/transport.ts'
import { toHex } from '../lib/bytes.ts'

export interface MeetingOptions {
  readonly clock: Clock
  readonly random: Random
  readonly signaling: Signaling
  readonly transport: Transport
  /** Where others of the room are to be met now. */
  readonly topics: () => readonly SignalTopic[]
  readonly onLink: (link: Link) => void
  readonly onProblem: (message: string) => void
  readonly onConnected: (connected: boolean) => void
}

interface Place {
  readonly session: SignalingSession
  readonly listener: Listener
}

interface Attempt {
  dialing: boolean
  failures: number
  cancel: () => void
}

const topicsMs = 60_000
const firstRetryMs = 500
const lastRetryMs = 30_000
const maxPeers = 64
/** After so many failures in a row the peer has to announce itself again. */
const maxFailures = 12

/**
 * Finds the others of a room over signaling and keeps a link to each: dials whoever announces itself, and again, with
 * growing pauses, whenever a link is lost.
 */
export class Meeting {
  /** This endpoint, named anew for each run. */
  readonly self: EndpointId
  readonly #options: MeetingOptions
  readonly #places = new Map<string, Place>()
  readonly #opening = new Set<string>()
  readonly #attempts = new Map<string, Attempt>()
  readonly #links = new Map<EndpointId, Set<Link>>()
  #cancelTimer: () => void = () => {}
  #closed = false

  constructor(options: MeetingOptions) {
    this.#options = options
    this.self = toHex(options.random.bytes(16)) as EndpointId
  }

  /** Is signaling reachable now? */
  get connected(): boolean {
    return [...this.#places.values()].some(({ session }) => session.connected)
  }

  /** Looks at the topics again: when the meeting begins, when a ticket is issued, and every minute because topics change daily. */
  refresh(): void {
    if (this.#closed) return
    this.#cancelTimer()
    this.#cancelTimer = this.#options.clock.schedule(topicsMs, () => this.refresh())
    const wanted = new Map(this.#options.topics().map((topic) => [toHex(topic.topic), topic]))
    for (const [name, topic] of wanted) void this.#open(name, topic)
    for (const [name, place] of this.#places) if (!wanted.has(name)) void this.#leave(name, place)
  }

  /** Announces us again, and dials everybody at once who is not linked: the network may be back. */
  announce(): void {
    for (const attempt of this.#attempts.values()) attempt.failures = 0
    for (const { session } of this.#places.values()) session.announce()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelTimer()
    for (const { cancel } of this.#attempts.values()) cancel()
    await Promise.all([...this.#places].map(([name, place]) => this.#leave(name, place)))
  }

  async #open(name: string, topic: SignalTopic): Promise<void> {
    if (this.#places.has(name) || this.#opening.has(name)) return
    this.#opening.add(name)
    const session = this.#options.signaling.open(topic, this.self)
    session.onConnected(() => this.#options.onConnected(this.connected))
    const listener = await this.#options.transport.listen({
      self: this.self,
      signals: session,
      onLink: (link) => this.#linked(link),
      onProblem: ({ message }) => this.#options.onProblem(message),
    })
    const place = { session, listener }
    this.#opening.delete(name)
    if (this.#closed) {
      await this.#leave(name, place)
      return
    }
    this.#places.set(name, place)
    session.onPeer((peer) => this.#found(name, place, peer))
    session.announce()
  }

  async #leave(name: string, { session, listener }: Place): Promise<void> {
    this.#places.delete(name)
    await listener.close()
    await session.close()
  }

  #found(name: string, place: Place, peer: EndpointId): void {
    if (peer === this.self || this.#isLinked(peer)) return
    const key = `${name} ${peer}`
    let attempt = this.#attempts.get(key)
    if (!attempt) {
      if (this.#attempts.size >= maxPeers) return
      this.#attempts.set(key, (attempt = { dialing: false, failures: 0, cancel: () => {} }))
    }
    // After a failure the pause counts: an announcement must not make two peers run in circles.
    if (attempt.failures === 0) this.#dial(key, place, peer, attempt)
  }

  #dial(key: string, place: Place, peer: EndpointId, attempt: Attempt): void {
    if (attempt.dialing || this.#closed || this.#isLinked(peer)) return
    attempt.cancel()
    attempt.dialing = true
    place.listener.dial(peer).then(
      () => this.#dialed(key, place, peer, attempt),
      (error: unknown) => {
        attempt.dialing = false
        this.#options.onProblem(error instanceof Error ? error.message : String(error))
        this.#retry(key, place, peer, attempt)
      },
    )
  }

  #dialed(key: string, place: Place, peer: EndpointId, attempt: Attempt): void {
    attempt.dialing = false
    const opened = this.#options.clock.now()
    for (const link of this.#links.get(peer) ?? [])
      void link.closed.then(() => {
        // A link that lasted shows that the way is good.
        if (this.#options.clock.now() - opened > lastRetryMs) attempt.failures = 0
        this.#retry(key, place, peer, attempt)
      })
  }

  #retry(key: string, place: Place, peer: EndpointId, attempt: Attempt): void {
    if (this.#closed || this.#isLinked(peer)) return
    if (attempt.failures >= maxFailures) {
      this.#attempts.delete(key)
      return
    }
    const pause = Math.min(lastRetryMs, firstRetryMs * 2 ** attempt.failures++)
    const jitter = 0.5 + this.#options.random.bytes(1)[0]! / 256
    attempt.cancel = this.#options.clock.schedule(pause * jitter, () => this.#dial(key, place, peer, attempt))
  }

  #linked(link: Link): void {
    let links = this.#links.get(link.peer)
    if (!links) this.#links.set(link.peer, (links = new Set()))
    links.add(link)
    void link.closed.then(() => {
      links.delete(link)
      if (!links.size) this.#links.delete(link.peer)
    })
    this.#options.onLink(link)
  }

  #isLinked(peer: EndpointId): boolean {
    return (this.#links.get(peer)?.size ?? 0) > 0
  }
}
