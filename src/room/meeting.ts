import type { Clock } from '../contracts/clock.ts'
import type { EndpointId } from '../contracts/ids.ts'
import type { Random } from '../contracts/random.ts'
import type { Signaling, SignalTopic } from '../contracts/signaling.ts'
import type { Link, Listener, Transport } from '../contracts/transport.ts'
import { toHex } from '../lib/bytes.ts'
import { messageOf } from '../lib/error-message.ts'
import { SignalHub } from './signal-hub.ts'

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

interface Attempt {
  dialing: boolean
  failures: number
  /** Ends the pause before the next try; undefined where none is planned. */
  cancel: (() => void) | undefined
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
  readonly #hub: SignalHub
  readonly #attempts = new Map<EndpointId, Attempt>()
  readonly #links = new Map<EndpointId, Set<Link>>()
  #listener: Listener | undefined
  #cancelTimer: () => void = () => {}
  #closed = false

  constructor(options: MeetingOptions) {
    this.#options = options
    this.self = toHex(options.random.bytes(16)) as EndpointId
    this.#hub = new SignalHub(options.signaling, this.self, options.onConnected)
  }

  /** Is signaling reachable now? */
  get connected(): boolean {
    return this.#hub.connected
  }

  /** Is a link being made? */
  get isDialing(): boolean {
    return [...this.#attempts.values()].some(({ dialing }) => dialing)
  }

  /** Begins to listen, then to look for others. */
  async begin(): Promise<void> {
    const listener = await this.#options.transport.listen({
      self: this.self,
      signals: this.#hub,
      onLink: (link) => this.#linked(link),
      onProblem: ({ message }) => this.#options.onProblem(message),
    })
    if (this.#closed) {
      await listener.close()
      return
    }
    this.#listener = listener
    this.#hub.onPeer((peer) => this.#found(peer))
    this.refresh()
  }

  /**
   * Looks at the topics again, and announces us: when a ticket is issued, and every minute, because topics change daily and
   * signals get lost.
   */
  refresh(): void {
    if (this.#closed || !this.#listener) return
    this.#cancelTimer()
    this.#cancelTimer = this.#options.clock.schedule(topicsMs, () => this.refresh())
    this.#hub.setTopics(this.#options.topics())
    this.#hub.announce()
  }

  /** Announces us again, and tries soon whatever waits: the network may be back. */
  announce(): void {
    for (const [peer, attempt] of this.#attempts) {
      attempt.failures = 0
      if (!attempt.cancel) continue
      attempt.cancel()
      attempt.cancel = undefined
      this.#retry(peer, attempt)
    }
    this.#hub.announce()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelTimer()
    for (const { cancel } of this.#attempts.values()) cancel?.()
    await this.#listener?.close()
    await this.#hub.close()
  }

  #found(peer: EndpointId): void {
    const attempt = this.#attemptAt(peer)
    // After a failure the pause counts: an announcement must not make two peers run in circles.
    if (attempt && !attempt.cancel) this.#dial(peer, attempt)
  }

  #attemptAt(peer: EndpointId): Attempt | undefined {
    if (peer === this.self) return undefined
    let attempt = this.#attempts.get(peer)
    if (!attempt && this.#attempts.size < maxPeers)
      this.#attempts.set(peer, (attempt = { dialing: false, failures: 0, cancel: undefined }))
    return attempt
  }

  #dial(peer: EndpointId, attempt: Attempt): void {
    attempt.cancel?.()
    attempt.cancel = undefined
    if (attempt.dialing || this.#closed || this.#isLinked(peer)) return
    attempt.dialing = true
    void this.#listener!.dial(peer).then(
      () => {
        attempt.dialing = false
        if (!this.#isLinked(peer)) this.#retry(peer, attempt)
      },
      (error: unknown): void => {
        attempt.dialing = false
        if (!this.#closed && attempt.failures === 0) this.#options.onProblem(messageOf(error))
        this.#retry(peer, attempt)
      },
    )
  }

  #retry(peer: EndpointId, attempt: Attempt): void {
    if (this.#closed || attempt.dialing || attempt.cancel || this.#isLinked(peer)) return
    if (attempt.failures >= maxFailures) {
      this.#attempts.delete(peer)
      return
    }
    const pauseMs = Math.min(lastRetryMs, firstRetryMs * 2 ** attempt.failures++)
    const jitter = 0.5 + this.#options.random.bytes(1)[0]! / 256
    attempt.cancel = this.#options.clock.schedule(pauseMs * jitter, () => this.#dial(peer, attempt))
  }

  /** A link is open, whoever dialed. When it ends, this side tries again, too: the other may not be able to. */
  #linked(link: Link): void {
    const { peer } = link
    let links = this.#links.get(peer)
    if (!links) this.#links.set(peer, (links = new Set()))
    links.add(link)
    const openedMs = this.#options.clock.now()
    void link.closed.then((): void => {
      links.delete(link)
      if (!links.size) this.#links.delete(peer)
      const attempt = this.#attemptAt(peer)
      if (!attempt) return
      // A link that lasted shows that the way is good.
      if (this.#options.clock.now() - openedMs > lastRetryMs) attempt.failures = 0
      this.#retry(peer, attempt)
    })
    this.#options.onLink(link)
  }

  #isLinked(peer: EndpointId): boolean {
    return (this.#links.get(peer)?.size ?? 0) > 0
  }
}
