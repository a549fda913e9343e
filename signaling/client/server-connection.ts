import type { Clock } from '../../src/contracts/clock.ts'
import type { Random } from '../../src/contracts/random.ts'
import { backoffMs } from './backoff.ts'
import type { WebSocketConstructor, WebSocketLike } from './web-socket.ts'

/** What a connection needs from its surroundings. */
export interface ConnectionHost {
  readonly random: Random
  readonly clock: Clock
  readonly WebSocket: WebSocketConstructor
}

/** One open topic, as a connection sees it. */
export interface TopicListener {
  /** Hexadecimal name on the wire. */
  readonly topic: string
  /** The connection is up and subscribed to the topic. */
  opened(connection: ServerConnection): void
  /** The connection is down; it is being made again. */
  lost(): void
  /** Takes the `data` of a publish, unchecked. */
  receive(data: unknown): void
}

const connectTimeoutMs = 10_000
const keepAliveMs = 20_000
const maxTextLength = 64 * 1024
/** Above this much unsent text further messages are lost, as signals may be. */
const maxBufferedBytes = 1024 * 1024

/**
 * A connection to one server for all topics of a client, in the JSON dialect of y-webrtc 10. It is open while somebody
 * listens, and is made again by itself when it is lost, also when it is lost without a word.
 */
export class ServerConnection {
  readonly #url: string
  readonly #host: ConnectionHost
  readonly #listeners = new Set<TopicListener>()
  #socket: WebSocketLike | undefined
  #connected = false
  #heard = false
  #failures = 0
  #cancelTimer = (): void => {}

  constructor(url: string, host: ConnectionHost) {
    this.#url = url
    this.#host = host
  }

  get connected(): boolean {
    return this.#connected
  }

  add(listener: TopicListener): void {
    const known = this.#listens(listener.topic)
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#connect()
    else if (this.#connected) {
      if (!known) this.#send({ type: 'subscribe', topics: [listener.topic] })
      listener.opened(this)
    }
  }

  remove(listener: TopicListener): void {
    if (!this.#listeners.delete(listener)) return
    if (this.#listeners.size === 0) this.#drop()
    else if (!this.#listens(listener.topic)) this.#send({ type: 'unsubscribe', topics: [listener.topic] })
  }

  /** Ends the wait for the next attempt: the network may be back. */
  hurry(): void {
    if (this.#listeners.size > 0 && !this.#socket) this.#connect()
  }

  publish(topic: string, data: string): void {
    this.#send({ type: 'publish', topic, data })
  }

  #listens(topic: string): boolean {
    return [...this.#listeners].some((listener) => listener.topic === topic)
  }

  #connect(): void {
    this.#cancelTimer()
    let socket: WebSocketLike
    try {
      socket = new this.#host.WebSocket(this.#url)
    } catch {
      // A page may be forbidden to connect there (mixed content); that can change with the network.
      return this.#retryLater()
    }
    this.#socket = socket
    const whileCurrent = (run: () => void) => (): void => {
      if (this.#socket === socket) run()
    }
    socket.addEventListener(
      'open',
      whileCurrent(() => this.#opened()),
    )
    socket.addEventListener(
      'close',
      whileCurrent(() => this.#lost()),
    )
    // An error is followed by its close; without a listener `ws` would throw it.
    socket.addEventListener('error', () => {})
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket === socket) this.#receive(data)
    })
    this.#schedule(connectTimeoutMs, () => this.#lost())
  }

  #opened(): void {
    this.#connected = true
    this.#heard = true
    this.#keepAlive()
    this.#send({ type: 'subscribe', topics: [...new Set([...this.#listeners].map(({ topic }) => topic))] })
    for (const listener of this.#listeners) listener.opened(this)
  }

  /** A page cannot send WebSocket pings: the dialect has its own. Half-open connections are found within two rounds. */
  #keepAlive(): void {
    this.#schedule(keepAliveMs, () => {
      if (!this.#heard) return this.#lost()
      // Only a connection that lasts ends the backoff: servers may take us and throw us out again.
      this.#failures = 0
      this.#heard = false
      this.#send({ type: 'ping' })
      this.#keepAlive()
    })
  }

  #receive(text: unknown): void {
    this.#heard = true
    if (typeof text !== 'string' || text.length > maxTextLength) return
    let message: unknown
    try {
      message = JSON.parse(text)
    } catch {
      return
    }
    if (typeof message !== 'object' || message === null) return
    const { type, topic, data } = message as Readonly<Record<string, unknown>>
    if (type !== 'publish') return
    for (const listener of this.#listeners) if (listener.topic === topic) listener.receive(data)
  }

  #send(message: unknown): void {
    if (this.#socket && this.#connected && this.#socket.bufferedAmount <= maxBufferedBytes)
      this.#socket.send(JSON.stringify(message))
  }

  #lost(): void {
    this.#drop()
    this.#retryLater()
  }

  #retryLater(): void {
    // A listener that was told of the loss may have closed its topic, or opened another.
    if (this.#listeners.size === 0 || this.#socket) return
    this.#schedule(backoffMs(this.#host.random, this.#failures++), () => this.#connect())
  }

  #drop(): void {
    const socket = this.#socket
    const wasConnected = this.#connected
    this.#cancelTimer()
    this.#socket = undefined
    this.#connected = false
    socket?.close()
    if (wasConnected) for (const listener of this.#listeners) listener.lost()
  }

  #schedule(delayMs: number, run: () => void): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#host.clock.schedule(delayMs, run)
  }
}
