import type { Clock } from '../../src/contracts/clock.ts'
import { AnvcsError } from '../../src/contracts/errors.ts'
import type { Random } from '../../src/contracts/random.ts'
import type { Transport } from '../../src/contracts/transport.ts'
import type { IceServer, WebRtcImplementation } from './webrtc-implementation.ts'
import { WebRtcListener } from './webrtc-listener.ts'

export { loadNodeWebrtc } from './node-webrtc.ts'
export type { IceServer, WebRtcImplementation } from './webrtc-implementation.ts'

/** What links over WebRTC are made with. */
export interface WebRtcOptions {
  readonly clock: Clock
  readonly random: Random
  /** The browser's own where it is left out; `await loadNodeWebrtc()` in Node. */
  readonly wrtc?: WebRtcImplementation
  /** STUN and TURN servers; none where it is left out: hosts that reach each other need none. */
  readonly iceServers?: readonly IceServer[]
  /** Takes no way but through a TURN server. */
  readonly forceRelay?: boolean
}

/**
 * Links over WebRTC data channels: one connection for each pair of peers. A dial tries every way for 8 seconds, then
 * relayed ones only, where a TURN server is known; it rejects with PEER_UNREACHABLE when both have failed. The binding of a
 * link is the two SHA-256 fingerprints of its DTLS certificates (RFC 8122), the offerer's first. `listen` throws
 * TRANSPORT_MISSING where there is no implementation of WebRTC.
 */
export function webrtcTransport(options: WebRtcOptions): Transport {
  const { clock, random, iceServers = [], forceRelay = false } = options
  return {
    name: 'webrtc',
    async listen(listenOptions) {
      const wrtc = options.wrtc ?? browserWebrtc()
      if (!wrtc) throw new AnvcsError('TRANSPORT_MISSING')
      return new WebRtcListener({ wrtc, iceServers, forceRelay, clock, random }, listenOptions)
    },
  }
}

function browserWebrtc(): WebRtcImplementation | undefined {
  if (typeof RTCPeerConnection === 'undefined') return undefined
  return { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate }
}
