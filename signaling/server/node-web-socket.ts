import { WebSocket } from 'ws'

/** A WebSocket for `signalingClient` on Node, which has none before version 22; bounded in what it takes from a server. */
export class NodeWebSocket extends WebSocket {
  constructor(url: string) {
    const options = { maxPayload: 64 * 1024, perMessageDeflate: false, handshakeTimeout: 10_000, closeTimeout: 1000 }
    super(url, options)
  }
}
