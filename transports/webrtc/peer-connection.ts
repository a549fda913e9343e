import SimplePeer from 'simple-peer/simplepeer.min.js'
import { connectionPath } from './connection-path.ts'
import type { WebRtcImplementation } from './webrtc-implementation.ts'

/** A simple-peer and the data channel that it made, which it does not show. */
export interface PeerConnection {
  readonly peer: SimplePeer
  readonly channel: RTCDataChannel
}

/** Begins a connection with one ordered, reliable data channel that both ends know beforehand. */
export function openPeerConnection(
  wrtc: WebRtcImplementation,
  offering: boolean,
  config: RTCConfiguration,
): PeerConnection {
  let channel: RTCDataChannel | undefined
  class Connection extends (wrtc.RTCPeerConnection as typeof RTCPeerConnection) {
    override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
      channel = super.createDataChannel(label, init)
      return channel
    }

    /** simple-peer writes to the console, or ends the connection, for a candidate that cannot be used; others may do. */
    override async addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
      await super.addIceCandidate(candidate).catch(() => undefined)
    }
  }
  const peer = new SimplePeer({
    initiator: offering,
    wrtc: {
      RTCPeerConnection: Connection,
      RTCSessionDescription: wrtc.RTCSessionDescription,
      RTCIceCandidate: wrtc.RTCIceCandidate,
    },
    config,
    channelConfig: { negotiated: true, id: 0 },
    objectMode: true,
    // It says when to stop waiting for candidates, which are not waited for here; but the timer runs and would hold the process.
    iceCompleteTimeout: 1,
  })
  return { peer, channel: channel! }
}

/** The way that an open connection takes, for people. */
export function pathOf({ peer }: PeerConnection): Promise<string> {
  return new Promise((resolve) => peer.getStats((_, reports) => resolve(connectionPath(reports ?? []))))
}
