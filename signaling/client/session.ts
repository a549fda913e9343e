import type { Crypto } from '../../src/contracts/crypto.ts'
import type { EndpointId } from '../../src/contracts/ids.ts'
import type { Random } from '../../src/contracts/random.ts'
import type { SignalingSession, SignalTopic } from '../../src/contracts/signaling.ts'
import { empty, fromUtf8, toHex, utf8 } from '../../src/lib/bytes.ts'
import { Emitter } from '../../src/lib/emitter.ts'
import { isEndpointId, maxContentBytes, openEnvelope, sealEnvelope } from './envelope.ts'
import { ReplayGuard } from './replay-guard.ts'
import type { ServerConnection, TopicListener } from './server-connection.ts'

interface Events {
  readonly signal: { readonly from: EndpointId; readonly data: unknown }
  readonly peer: EndpointId
  readonly connected: boolean
}

/** What a session seals with, and over which servers it speaks. */
export interface SessionHost {
  readonly crypto: Pick<Crypto, 'seal' | 'open'>
  readonly random: Random
  readonly connections: readonly ServerConnection[]
}

/** One endpoint on one topic. An empty content is an announcement, any other is a signal as JSON. */
export class Session implements SignalingSession {
  readonly #host: SessionHost
  readonly #topic: SignalTopic
  readonly #self: EndpointId
  readonly #number: number
  readonly #events = new Emitter<Events>()
  readonly #guard = new ReplayGuard()
  readonly #listener: TopicListener
  #count = 0
  #connected = false
  #closed = false

  /** `number` is greater than that of every earlier session of this endpoint. */
  constructor(host: SessionHost, topic: SignalTopic, self: EndpointId, number: number) {
    this.#host = host
    this.#topic = topic
    this.#self = self
    this.#number = number
    this.#listener = {
      topic: toHex(topic.topic),
      opened: (connection) => {
        this.#update()
        // Only there: at the other servers we are known.
        this.#publish(undefined, empty, [connection])
      },
      lost: () => this.#update(),
      receive: (data) => this.#receive(data),
    }
    for (const connection of host.connections) connection.add(this.#listener)
  }

  get connected(): boolean {
    return this.#connected
  }

  send(to: EndpointId | undefined, data: unknown): void {
    const content = encodeSignal(data)
    if (content) this.#publish(to, content)
  }

  announce(): void {
    for (const connection of this.#host.connections) connection.hurry()
    this.#publish(undefined, empty)
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
    if (this.#closed) return
    this.#closed = true
    for (const connection of this.#host.connections) connection.remove(this.#listener)
    this.#update()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #publish(to: EndpointId | undefined, content: Uint8Array, connections = this.#host.connections): void {
    if (this.#closed || content.length > maxContentBytes || (to !== undefined && !isEndpointId(to))) return
    const open = connections.filter(({ connected }) => connected)
    if (open.length === 0) return
    const { crypto, random } = this.#host
    const envelope = { from: this.#self, to, session: this.#number, count: ++this.#count, content }
    // The same envelope over every server, so that the receiver can tell that it is one message.
    const data = sealEnvelope(crypto, random, this.#topic, envelope)
    for (const connection of open) connection.publish(this.#listener.topic, data)
  }

  #receive(data: unknown): void {
    const envelope = openEnvelope(this.#host.crypto, this.#topic, data, this.#self)
    if (!envelope || this.#closed) return
    const { from, to, session, count, content } = envelope
    if (!this.#guard.accepts(from, session, count)) return
    if (content.length > 0) {
      const signal = decodeSignal(content)
      if (signal) this.#events.emit('signal', { from, data: signal.data })
      return
    }
    // A newcomer called to all: it learns of us by our answer to it, which nobody answers.
    if (to === undefined) this.#publish(from, empty)
    this.#events.emit('peer', from)
  }

  #update(): void {
    const connected = !this.#closed && this.#host.connections.some((connection) => connection.connected)
    if (connected === this.#connected) return
    this.#connected = connected
    this.#events.emit('connected', connected)
  }
}

/** Undefined for what JSON cannot hold. */
function encodeSignal(data: unknown): Uint8Array | undefined {
  try {
    const text = JSON.stringify(data) as string | undefined
    return text === undefined ? undefined : utf8(text)
  } catch {
    return undefined
  }
}

function decodeSignal(content: Uint8Array): { readonly data: unknown } | undefined {
  const text = fromUtf8(content)
  if (text === undefined) return undefined
  try {
    return { data: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}
