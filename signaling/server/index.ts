import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { AnvcsError } from '../../src/contracts/errors.ts'
import { Connection } from './connection.ts'
import { defaultLimits, type SignalingLimits } from './limits.ts'
import type { Counters, SignalingStats } from './stats.ts'
import { Topics } from './topics.ts'

export { NodeWebSocket } from './node-web-socket.ts'
export type { SignalingLimits } from './limits.ts'
export type { SignalingStats } from './stats.ts'

/** Where a signaling server listens: on a port of its own, or on an HTTP server that is listening already. */
export interface SignalingServerOptions {
  /** 0, the default: any free port. */
  readonly port?: number
  /** 127.0.0.1 unless told. */
  readonly host?: string
  /** Take WebSocket upgrades of this server, at the path `/signaling`; port and host are then its own. */
  readonly attach?: Server
  readonly limits?: Partial<SignalingLimits>
}

/** A running signaling server. */
export interface SignalingServer extends AsyncDisposable {
  /** What clients connect to: `ws://127.0.0.1:4444`. */
  readonly url: string
  readonly port: number
  stats(): SignalingStats
  /** Closes all connections at once. Idempotent. */
  close(): Promise<void>
}

const attachedPath = '/signaling'
/** Sockets that are no WebSocket (yet): health checks and handshakes under way. */
const spareSockets = 64

/**
 * Starts a signaling server in the JSON dialect of y-webrtc 10, so that stock clients can use it too. It trusts nobody and
 * keeps nothing: messages go to the subscribers of a topic, bounded in size, number and rate.
 * Throws PORT_TAKEN, and USAGE where the address cannot be listened on.
 */
export async function startSignalingServer(options: SignalingServerOptions = {}): Promise<SignalingServer> {
  const limits = { ...defaultLimits, ...options.limits }
  const door = new Door(limits, options.attach && { path: attachedPath, http: options.attach })
  const http = options.attach ?? (await listen(door, limits, options.port ?? 0, options.host ?? '127.0.0.1'))
  http.on('upgrade', door.upgrade)
  const { address, family, port } = http.address() as AddressInfo
  const host = family === 'IPv6' ? `[${address}]` : address
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    http.off('upgrade', door.upgrade)
    door.close()
    if (options.attach) return
    await new Promise((resolve) => {
      http.close(resolve)
      http.closeAllConnections()
    })
  }
  const closeOnce = (): Promise<void> => (closed ??= close())
  return {
    url: `ws://${host}:${port}${options.attach ? attachedPath : ''}`,
    port,
    stats: () => door.stats(),
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  }
}

async function listen(door: Door, limits: SignalingLimits, port: number, host: string): Promise<Server> {
  const timeouts = { headersTimeout: 10_000, requestTimeout: 10_000, connectionsCheckingInterval: 5000 }
  const http = createServer(timeouts, door.answer)
  http.maxConnections = limits.connections + spareSockets
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => reject(notListening(error, host, port)))
    http.listen(port, host, resolve)
  })
  return http
}

function notListening(error: NodeJS.ErrnoException, host: string, port: number): AnvcsError {
  const told = { cause: error, details: { host, port } }
  switch (error.code) {
    case 'EADDRINUSE':
      return new AnvcsError('PORT_TAKEN', { message: `Port ${port} of ${host} is in use.`, ...told })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new AnvcsError('USAGE', {
        message: `${host} is no address of this machine.`,
        hint: 'Listen at 127.0.0.1, at an address that `ip address` lists, or at 0.0.0.0 for all of them.',
        ...told,
      })
    case 'EACCES':
      return new AnvcsError('USAGE', {
        message: `The system does not let you listen at port ${port}.`,
        hint: 'Choose one above 1023 with `--port`.',
        ...told,
      })
    default:
      return new AnvcsError('USAGE', { message: `Nobody can listen at ${host}:${port}: ${error.message}`, ...told })
  }
}

/** Lets clients in, within the limits, and says to others what this is. */
class Door {
  readonly #limits: SignalingLimits
  readonly #shared: { readonly path: string; readonly http: Server } | undefined
  readonly #topics = new Topics<Connection>()
  readonly #connections = new Set<Connection>()
  readonly #perAddress = new Map<string, number>()
  readonly #counters: Counters = { messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0, refused: 0, dropped: 0 }
  readonly #sockets: WebSocketServer
  readonly #pings: NodeJS.Timeout

  constructor(limits: SignalingLimits, shared: { readonly path: string; readonly http: Server } | undefined) {
    this.#limits = limits
    this.#shared = shared
    const socketOptions = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.maxMessageBytes,
      // How long a refused client may take to say goodbye.
      closeTimeout: 5000,
    }
    this.#sockets = new WebSocketServer(socketOptions)
    this.#pings = setInterval(() => {
      for (const connection of this.#connections) connection.checkAlive()
    }, limits.pingIntervalMs).unref()
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (this.#shared && request.url?.split('?')[0] !== this.#shared.path) {
      // Somebody else's, if there is somebody else.
      if (this.#shared.http.listenerCount('upgrade') === 1) this.#turnAway(socket, '404 Not Found')
      return
    }
    const address = request.socket.remoteAddress ?? ''
    const ofAddress = this.#perAddress.get(address) ?? 0
    if (this.#connections.size >= this.#limits.connections) return this.#turnAway(socket, '503 Service Unavailable')
    if (ofAddress >= this.#limits.connectionsPerAddress) return this.#turnAway(socket, '429 Too Many Requests')
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(webSocket, this.#topics, this.#limits, this.#counters)
      this.#connections.add(connection)
      this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1)
      webSocket.on('close', () => {
        this.#connections.delete(connection)
        const left = this.#perAddress.get(address)! - 1
        if (left > 0) this.#perAddress.set(address, left)
        else this.#perAddress.delete(address)
      })
    })
  }

  readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead) response.writeHead(405, { allow: 'GET, HEAD' }).end()
    else if (request.url === '/') {
      response.setHeader('content-type', 'text/plain; charset=utf-8')
      response.end('anvcs signaling server: connect with a WebSocket\n')
    } else if (request.url === '/health') {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ status: 'ok', ...this.stats() }))
    } else response.writeHead(404).end()
  }

  stats(): SignalingStats {
    return { connections: this.#connections.size, topics: this.#topics.size, ...this.#counters }
  }

  close(): void {
    clearInterval(this.#pings)
    for (const connection of this.#connections) connection.close()
  }

  #turnAway(socket: Duplex, status: string): void {
    this.#counters.refused++
    socket.on('error', () => {})
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy())
  }
}
