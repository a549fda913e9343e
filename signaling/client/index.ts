import type { Clock } from '../../src/contracts/clock.ts'
import type { Crypto } from '../../src/contracts/crypto.ts'
import { AnvcsError } from '../../src/contracts/errors.ts'
import type { Random } from '../../src/contracts/random.ts'
import type { Signaling } from '../../src/contracts/signaling.ts'
import { isEndpointId } from './envelope.ts'
import { ServerConnection } from './server-connection.ts'
import { Session } from './session.ts'
import type { WebSocketConstructor } from './web-socket.ts'

export type { WebSocketConstructor, WebSocketLike } from './web-socket.ts'

/** Which servers to use, and the powers that are lent for it. */
export interface SignalingClientOptions {
  /** ws: or wss: URLs; all are used at the same time. */
  readonly urls: readonly string[]
  readonly crypto: Pick<Crypto, 'seal' | 'open'>
  readonly random: Random
  readonly clock: Clock
  /** The global one unless given; Node before version 22 has none. */
  readonly WebSocket?: WebSocketConstructor
}

/**
 * Signaling over WebSocket servers in the JSON dialect of y-webrtc 10: ours, or stock ones. They are not trusted: what they
 * carry is sealed, and what they deliver is unchecked input. One connection per server serves all topics.
 * Throws USAGE where a URL is not one of a WebSocket, where there is no WebSocket, and at `open` for a malformed endpoint id.
 */
export function signalingClient(options: SignalingClientOptions): Signaling {
  const WebSocket = options.WebSocket ?? globalThis.WebSocket
  if (!WebSocket) throw new AnvcsError('USAGE', { message: 'There is no WebSocket here: give one to signalingClient.' })
  const { crypto, random, clock } = options
  const connections = [...new Set(options.urls)].map((url) => {
    mustBeWebSocketUrl(url)
    return new ServerConnection(url, { random, clock, WebSocket })
  })
  let lastSession = 0
  return {
    name: 'signaling server',
    open(topic, self) {
      if (!isEndpointId(self)) throw new AnvcsError('USAGE', { message: `Not the id of an endpoint: ${self}` })
      // Rising also where the clock is set back meanwhile.
      lastSession = Math.max(lastSession + 1, clock.now())
      return new Session({ crypto, random, connections }, topic, self, lastSession)
    },
  }
}

/** Throws USAGE for what is no address of a signaling server. */
export function mustBeWebSocketUrl(text: string): void {
  if (isWebSocketUrl(text)) return
  throw new AnvcsError('USAGE', {
    message: `${text} is no address of a signaling server.`,
    hint: 'Write ws://HOST:PORT or wss://HOST:PORT.',
  })
}

/** Is it one that a WebSocket can be opened at? */
export function isWebSocketUrl(text: string): boolean {
  try {
    return /^wss?:$/.test(new URL(text).protocol)
  } catch {
    return false
  }
}
