/** The constructors of an implementation of WebRTC (W3C): a browser's own, or a package's. Opaque, so that Node needs no DOM types. */
export interface WebRtcImplementation {
  readonly RTCPeerConnection: unknown
  readonly RTCSessionDescription: unknown
  readonly RTCIceCandidate: unknown
}

/** A STUN or TURN server (W3C RTCIceServer): `stun:host:port`, `turn:host:port?transport=udp`. */
export interface IceServer {
  readonly urls: string | readonly string[]
  readonly username?: string
  readonly credential?: string
}
