import type { EndpointId } from '../contracts/ids.ts'
import type { Signaling, SignalingSession, SignalTopic } from '../contracts/signaling.ts'
import { toHex } from '../lib/bytes.ts'
import { Emitter } from '../lib/emitter.ts'

interface Events {
  readonly signal: { readonly from: EndpointId; readonly data: unknown }
  readonly peer: EndpointId
  readonly connected: boolean
}

/**
 * Signaling within one process: what is sent arrives in a later microtask, as a copy through JSON. Sessions hear each other
 * where topic and key are equal. `interrupt` cuts all of them off until `restore`.
 */
export class MemorySignaling implements Signaling {
  readonly name = 'memory'
  readonly #topics = new Map<string, Set<MemorySession>>()
  #reachable = true

  get reachable(): boolean {
    return this.#reachable
  }

  open(topic: SignalTopic, self: EndpointId): SignalingSession {
    const place = `${toHex(topic.topic)} ${toHex(topic.key)}`
    let sessions = this.#topics.get(place)
    if (!sessions) this.#topics.set(place, (sessions = new Set()))
    const session = new MemorySession(this, sessions, self)
    sessions.add(session)
    queueMicrotask(() => session.update())
    return session
  }

  interrupt(): void {
    this.#setReachable(false)
  }

  restore(): void {
    this.#setReachable(true)
  }

  #setReachable(reachable: boolean): void {
    this.#reachable = reachable
    for (const sessions of this.#topics.values()) for (const session of sessions) session.update()
  }
}

class MemorySession implements SignalingSession {
  readonly #self: EndpointId
  readonly #medium: { readonly reachable: boolean }
  readonly #sessions: Set<MemorySession>
  readonly #events = new Emitter<Events>()
  #connected = false

  constructor(medium: { readonly reachable: boolean }, sessions: Set<MemorySession>, self: EndpointId) {
    this.#medium = medium
    this.#sessions = sessions
    this.#self = self
  }

  get connected(): boolean {
    return this.#connected
  }

  send(to: EndpointId | undefined, data: unknown): void {
    const text = toJson(data)
    if (text !== undefined)
      this.#post(to, (session) => session.#events.emit('signal', { from: this.#self, data: JSON.parse(text) }))
  }

  announce(): void {
    this.#post(undefined, (session) => {
      session.#events.emit('peer', this.#self)
      session.#post(this.#self, (answered) => answered.#events.emit('peer', session.#self))
    })
  }

  onSignal(receive: (from: EndpointId, data: unknown) => void): () => void {
    return this.#events.on('signal', ({ from, data }) => receive(from, data))
  }

  onPeer(found: (peer: EndpointId) => void): () => void {
    return this.#events.on('peer', found)
  }

  onConnected(change: (connected: boolean) => void): () => void {
    return this.#events.on('connected', change)
  }

  async close(): Promise<void> {
    this.#sessions.delete(this)
    this.update()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Follows the medium; announces itself when it comes (back). */
  update(): void {
    const connected = this.#medium.reachable && this.#sessions.has(this)
    if (connected === this.#connected) return
    this.#connected = connected
    this.#events.emit('connected', connected)
    if (connected) this.announce()
  }

  #post(to: EndpointId | undefined, deliver: (session: MemorySession) => void): void {
    if (!this.#connected) return
    for (const session of this.#sessions)
      if (session.#self !== this.#self && (to === undefined || session.#self === to))
        queueMicrotask(() => {
          if (session.#connected) deliver(session)
        })
  }
}

function toJson(data: unknown): string | undefined {
  try {
    return JSON.stringify(data)
  } catch {
    return undefined
  }
}
