/** What the two ends of a connection tell each other while it comes about. Each names its session, so that stale ones are known. */
export type SignalMessage =
  /** The end with the higher id asks the other one to offer. */
  | { readonly type: 'call'; readonly session: string }
  /** `relay`: only relayed candidates are to be used. */
  | { readonly type: 'offer'; readonly session: string; readonly sdp: string; readonly relay: boolean }
  | { readonly type: 'answer'; readonly session: string; readonly sdp: string }
  | { readonly type: 'candidate'; readonly session: string; readonly candidate: SignalCandidate }
  /** The sender has given the session up; `final` where it will not offer another one. */
  | { readonly type: 'end'; readonly session: string; readonly final: boolean }

/** An ICE candidate as it is signaled (RFC 8839, W3C RTCIceCandidateInit). */
export interface SignalCandidate {
  readonly candidate: string
  readonly sdpMid: string | null
  readonly sdpMLineIndex: number | null
}

const maxSdpLength = 32 * 1024
const maxCandidateLength = 1024

/** Other transports may use the same signals: ours are marked. */
const mark = 'webrtc'

export function encodeSignal(message: SignalMessage): unknown {
  return { via: mark, ...message }
}

/** The message, or undefined for anything that `encodeSignal` would not have made. */
export function decodeSignal(data: unknown): SignalMessage | undefined {
  if (!isRecord(data) || data['via'] !== mark) return undefined
  const { type, session, sdp } = data
  if (typeof session !== 'string' || !/^[0-9a-f]{16}$/.test(session)) return undefined
  switch (type) {
    case 'call':
      return { type, session }
    case 'offer':
      return isSdp(sdp) ? { type, session, sdp, relay: data['relay'] === true } : undefined
    case 'answer':
      return isSdp(sdp) ? { type, session, sdp } : undefined
    case 'candidate': {
      const candidate = decodeCandidate(data['candidate'])
      return candidate && { type, session, candidate }
    }
    case 'end':
      return { type, session, final: data['final'] === true }
    default:
      return undefined
  }
}

function decodeCandidate(data: unknown): SignalCandidate | undefined {
  if (!isRecord(data)) return undefined
  const { candidate, sdpMid = null, sdpMLineIndex = null } = data
  if (typeof candidate !== 'string' || candidate.length > maxCandidateLength) return undefined
  if (sdpMid !== null && (typeof sdpMid !== 'string' || sdpMid.length > 64)) return undefined
  if (sdpMLineIndex !== null && (!Number.isInteger(sdpMLineIndex) || sdpMLineIndex !== 0)) return undefined
  return { candidate, sdpMid, sdpMLineIndex }
}

function isSdp(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxSdpLength
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
