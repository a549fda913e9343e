import type { EndpointId } from '../contracts/ids.ts'
import type { Signaling, SignalingSession, SignalTopic } from '../contracts/signaling.ts'
import type { SignalPort } from '../contracts/transport.ts'
import { toHex } from '../lib/bytes.ts'

interface Topic {
  readonly session: SignalingSession
  readonly stops: readonly (() => void)[]
}

const maxSeen = 1024

/**
 * All topics of a room as one port: two endpoints that meet on several topics connect once. Topics come and go; links that
 * were made stay.
 */
export class SignalHub implements SignalPort {
  readonly #signaling: Signaling
  readonly #self: EndpointId
  readonly #onConnected: (connected: boolean) => void
  readonly #topics = new Map<string, Topic>()
  readonly #receivers = new Set<(from: EndpointId, data: unknown) => void>()
  readonly #finders = new Set<(peer: EndpointId) => void>()
  /** The topic on which each endpoint was last heard. */
  readonly #seen = new Map<EndpointId, SignalingSession>()

  constructor(signaling: Signaling, self: EndpointId, onConnected: (connected: boolean) => void) {
    this.#signaling = signaling
    this.#self = self
    this.#onConnected = onConnected
  }

  /** Is signaling reachable now? */
  get connected(): boolean {
    return [...this.#topics.values()].some(({ session }) => session.connected)
  }

  /** Opens these topics, and leaves all others. */
  setTopics(topics: readonly SignalTopic[]): void {
    const wanted = new Map(topics.map((topic) => [toHex(topic.topic), topic]))
    for (const [name, topic] of wanted) if (!this.#topics.has(name)) this.#open(name, topic)
    for (const name of Array.from(this.#topics.keys())) if (!wanted.has(name)) void this.#leave(name)
  }

  send(to: EndpointId | undefined, data: unknown): void {
    const known = to === undefined ? undefined : this.#seen.get(to)
    if (known) known.send(to, data)
    else for (const { session } of this.#topics.values()) session.send(to, data)
  }

  onSignal(receive: (from: EndpointId, data: unknown) => void): () => void {
    this.#receivers.add(receive)
    return () => void this.#receivers.delete(receive)
  }

  /** Called for each announcement of an endpoint. */
  onPeer(found: (peer: EndpointId) => void): () => void {
    this.#finders.add(found)
    return () => void this.#finders.delete(found)
  }

  announce(): void {
    for (const { session } of this.#topics.values()) session.announce()
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#topics.keys()).map((name) => this.#leave(name)))
  }

  #open(name: string, topic: SignalTopic): void {
    const session = this.#signaling.open(topic, this.#self)
    const stops = [
      session.onConnected(() => this.#onConnected(this.connected)),
      session.onSignal((from, data) => {
        this.#saw(from, session)
        for (const receive of this.#receivers) receive(from, data)
      }),
      session.onPeer((peer) => {
        this.#saw(peer, session)
        for (const found of this.#finders) found(peer)
      }),
    ]
    this.#topics.set(name, { session, stops })
    session.announce()
  }

  #saw(peer: EndpointId, session: SignalingSession): void {
    this.#seen.delete(peer)
    this.#seen.set(peer, session)
    if (this.#seen.size > maxSeen) this.#seen.delete(this.#seen.keys().next().value!)
  }

  async #leave(name: string): Promise<void> {
    const { session, stops } = this.#topics.get(name)!
    this.#topics.delete(name)
    for (const [peer, seen] of this.#seen) if (seen === session) this.#seen.delete(peer)
    for (const stop of stops) stop()
    await session.close()
  }
}
