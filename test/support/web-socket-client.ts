import { once } from 'node:events'
import { WebSocket } from 'ws'

/** A bare client of a signaling server, for tests that speak its dialect word by word. */
export class WebSocketClient implements AsyncDisposable {
  readonly socket: WebSocket
  /** Everything that arrived, in order. */
  readonly received: Readonly<Record<string, unknown>>[] = []
  /** Code and reason of the closing, when it comes. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
  readonly #wakers = new Set<() => void>()

  private constructor(url: string) {
    this.socket = new WebSocket(url)
    this.socket.on('error', () => {})
    this.socket.on('message', (data) => {
      this.received.push(JSON.parse((data as Buffer).toString()) as Record<string, unknown>)
      for (const wake of this.#wakers) wake()
    })
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
  }

  /** Rejects where the server turns us away. */
  static async open(url: string): Promise<WebSocketClient> {
    const client = new WebSocketClient(url)
    await once(client.socket, 'open')
    return client
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message))
  }

  async until(condition: (received: WebSocketClient['received']) => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!condition(this.received)) return
        this.#wakers.delete(check)
        resolve()
      }
      this.#wakers.add(check)
      check()
    })
  }

  /** Resolves when all that was sent before has been handled. */
  async settled(): Promise<void> {
    const pongs = this.received.filter(({ type }) => type === 'pong').length
    this.send({ type: 'ping' })
    await this.until((received) => received.filter(({ type }) => type === 'pong').length > pongs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate()
    await this.closed
  }
}
