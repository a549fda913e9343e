import { AnvcsError } from '../../contracts/errors.ts'
import type { EndpointId } from '../../contracts/ids.ts'
import type { Link, Listener, ListenOptions, Transport } from '../../contracts/transport.ts'
import { NodeWebSocket } from '../../../signaling/server/index.ts'
import type { WebSocketConstructor } from '../../../signaling/client/index.ts'

/** What went through, and what was tried in vain. */
export interface Traffic {
  /** Messages of links and WebSockets, without the framing below them. */
  readonly bytesOut: number
  readonly bytesIn: number
  /** Connections that were asked for, by us or by others, while there was no network. */
  readonly refused: number
}

/**
 * The only way of a peer to the network, and a switch in it. While it is cut there is no connection to anybody: open ones are
 * torn down, and none can be made.
 */
export class Partition {
  #isCut = false
  #bytesOut = 0
  #bytesIn = 0
  #refused = 0
  readonly #links = new Set<Link>()
  readonly #sockets = new Set<NodeWebSocket>()
  /** Aborts connections that are being made when the network is cut. */
  #making = new AbortController()

  get traffic(): Traffic {
    return { bytesOut: this.#bytesOut, bytesIn: this.#bytesIn, refused: this.#refused }
  }

  /** Resolves when everything is torn down, and what had come before that is counted. */
  async cut(): Promise<void> {
    this.#isCut = true
    this.#making.abort(new AnvcsError('PEER_UNREACHABLE', { message: 'The network is cut.' }))
    this.#making = new AbortController()
    const ended = [...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
    for (const socket of this.#sockets) socket.terminate()
    await Promise.all([...ended, ...[...this.#links].map((link) => link.close('the network is cut'))])
  }

  mend(): void {
    this.#isCut = false
  }

  /** The WebSocket class for signaling. */
  webSocket(): WebSocketConstructor {
    const pass = (direction: 'in' | 'out', bytes: number): void => this.#count(direction, bytes)
    const enter = (): void => this.#enter()
    const sockets = this.#sockets
    return class extends NodeWebSocket {
      constructor(url: string) {
        enter()
        super(url)
        sockets.add(this)
        this.on('message', (data) => pass('in', (data as Buffer).length))
        this.on('close', () => sockets.delete(this))
      }

      override send(text: string): void {
        pass('out', Buffer.byteLength(text))
        super.send(text)
      }
    }
  }

  transport(inner: Transport): Transport {
    return { name: inner.name, listen: (options) => this.#listen(inner, options) }
  }

  async #listen(inner: Transport, options: ListenOptions): Promise<Listener> {
    const listener = await inner.listen({ ...options, onLink: (link) => this.#linked(link, options.onLink) })
    return {
      dial: async (peer: EndpointId, dialOptions) => {
        this.#enter()
        const signals = [this.#making.signal, ...(dialOptions?.signal ? [dialOptions.signal] : [])]
        await listener.dial(peer, { signal: AbortSignal.any(signals) })
      },
      close: () => listener.close(),
      [Symbol.asyncDispose]: () => listener.close(),
    }
  }

  #linked(link: Link, onLink: (link: Link) => void): void {
    if (this.#isCut) {
      this.#refused++
      void link.close('the network is cut')
      return
    }
    this.#links.add(link)
    void link.closed.then(() => this.#links.delete(link))
    onLink(this.#counted(link))
  }

  #counted(link: Link): Link {
    return {
      path: link.path,
      peer: link.peer,
      role: link.role,
      binding: link.binding,
      maxMessageBytes: link.maxMessageBytes,
      closed: link.closed,
      send: (message) => {
        const isBelowMark = link.send(message)
        this.#count('out', message.length)
        return isBelowMark
      },
      drained: (options) => link.drained(options),
      onMessage: (receive) =>
        link.onMessage((message) => {
          this.#count('in', message.length)
          receive(message)
        }),
      close: (reason) => link.close(reason),
      [Symbol.asyncDispose]: () => link.close(),
    }
  }

  #count(direction: 'in' | 'out', bytes: number): void {
    if (direction === 'in') this.#bytesIn += bytes
    else this.#bytesOut += bytes
  }

  /** Throws PEER_UNREACHABLE while the network is cut. */
  #enter(): void {
    if (!this.#isCut) return
    this.#refused++
    throw new AnvcsError('PEER_UNREACHABLE', { message: 'The network is cut.' })
  }
}
