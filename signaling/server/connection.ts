import type { RawData, WebSocket } from 'ws'
import { readClientMessage, type ClientMessage, type Refusal } from './client-message.ts'
import type { SignalingLimits } from './limits.ts'
import type { Counters } from './stats.ts'
import { TokenBucket } from './token-bucket.ts'
import type { Topics } from './topics.ts'

/** One client: what it subscribed to, how fast it may speak, whether it still listens. */
export class Connection {
  readonly #socket: WebSocket
  readonly #topics: Topics<Connection>
  readonly #limits: SignalingLimits
  readonly #counters: Counters
  readonly #subscribed = new Set<string>()
  readonly #bucket: TokenBucket
  #resume: NodeJS.Timeout | undefined
  #heard = true

  constructor(socket: WebSocket, topics: Topics<Connection>, limits: SignalingLimits, counters: Counters) {
    this.#socket = socket
    this.#topics = topics
    this.#limits = limits
    this.#counters = counters
    this.#bucket = new TokenBucket(limits.unitsPerSecond, limits.burstUnits, performance.now())
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    // Control frames are answered below us, but not for nothing.
    socket.on('ping', () => this.#charge(1))
    socket.on('pong', () => this.#charge(1))
    socket.on('close', () => this.#release())
    // What breaks the WebSocket protocol is closed by `ws` itself, with the fitting code.
    socket.on('error', () => void this.#counters.refused++)
  }

  /** Called once per ping interval. */
  checkAlive(): void {
    if (this.#resume) return
    if (!this.#heard) return this.#drop()
    this.#heard = false
    this.#socket.ping()
  }

  close(): void {
    this.#socket.close(1001, 'the server is closing')
    this.#socket.terminate()
  }

  #receive(data: RawData, isBinary: boolean): void {
    // Frames that were read together with the one that was refused.
    if (this.#socket.readyState !== this.#socket.OPEN) return
    const bytes = data as Buffer
    this.#counters.messagesIn++
    this.#counters.bytesIn += bytes.length
    if (isBinary) return this.#refuse({ code: 1003, reason: 'not text' })
    const message = readClientMessage(bytes.toString(), this.#limits)
    if ('code' in message) return this.#refuse(message)
    const receivers = message.type === 'publish' ? (this.#topics.of(message.topic)?.size ?? 0) : 0
    this.#charge(Math.ceil(bytes.length / 1024) * Math.max(1, receivers / 16))
    this.#handle(message)
  }

  #handle(message: ClientMessage): void {
    switch (message.type) {
      case 'subscribe':
        return this.#subscribe(message.topics)
      case 'unsubscribe':
        for (const topic of message.topics) this.#unsubscribe(topic)
        return
      case 'publish':
        return this.#publish(message.topic, message.data)
      case 'ping':
        return this.#send(Buffer.from('{"type":"pong"}'))
    }
  }

  #subscribe(topics: readonly string[]): void {
    for (const topic of topics) {
      this.#subscribed.add(topic)
      if (this.#subscribed.size > this.#limits.topicsPerConnection) {
        this.#subscribed.delete(topic)
        return this.#refuse({ code: 1008, reason: 'too many topics' })
      }
      this.#topics.add(topic, this)
    }
  }

  #unsubscribe(topic: string): void {
    if (this.#subscribed.delete(topic)) this.#topics.remove(topic, this)
  }

  /** To all subscribers, the sender included: stock clients expect to hear themselves. */
  #publish(topic: string, data: unknown): void {
    const receivers = this.#topics.of(topic)
    if (!receivers) return
    let text: string
    try {
      text = JSON.stringify({ type: 'publish', topic, data, clients: receivers.size })
    } catch {
      // Nested deeper than the stack: it can be parsed, not written.
      return this.#refuse({ code: 1008, reason: 'nested too deep' })
    }
    const bytes = Buffer.from(text)
    for (const receiver of receivers) receiver.#send(bytes)
  }

  #send(bytes: Buffer): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount + bytes.length > this.#limits.maxBufferedBytes) return this.#drop()
    this.#counters.messagesOut++
    this.#counters.bytesOut += bytes.length
    this.#socket.send(bytes, { binary: false })
  }

  /** Stops reading until the bucket is even: TCP then slows the sender down. */
  #charge(units: number): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#heard = true
    const waitMs = this.#bucket.take(units, performance.now())
    if (waitMs > 0) this.#pause(waitMs)
  }

  #pause(waitMs: number): void {
    if (this.#resume) return
    this.#socket.pause()
    this.#resume = setTimeout(() => {
      this.#resume = undefined
      const moreMs = this.#bucket.take(0, performance.now())
      if (moreMs > 0) this.#pause(moreMs)
      else this.#socket.resume()
    }, waitMs)
  }

  #refuse(refusal: Refusal): void {
    this.#counters.refused++
    this.#release()
    this.#socket.close(refusal.code, refusal.reason)
    // Its goodbye has to be read, if reading was paused.
    this.#socket.resume()
  }

  #drop(): void {
    this.#counters.dropped++
    this.#release()
    this.#socket.terminate()
  }

  #release(): void {
    clearTimeout(this.#resume)
    this.#resume = undefined
    for (const topic of this.#subscribed) this.#topics.remove(topic, this)
    this.#subscribed.clear()
  }
}
