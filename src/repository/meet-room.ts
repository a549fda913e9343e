import type { Transport } from '../contracts/transport.ts'
import { nodeClock } from '../node/clock.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { nodeRandom } from '../node/random.ts'
import { signalingClient } from '../../signaling/client/index.ts'
import { NodeWebSocket } from '../../signaling/server/index.ts'
import { webrtcTransport, type IceServer, type WebRtcImplementation } from '../../transports/webrtc/index.ts'
import type { RoomHost } from './room-host.ts'

export interface MeetOptions {
  readonly urls: readonly string[]
  readonly wrtc: WebRtcImplementation
  readonly iceServers?: readonly IceServer[] | undefined
  /** Lays something between the room and its transport: a meter, say, or a cut. */
  readonly wrapTransport?: ((transport: Transport) => Transport) | undefined
}

/** Lets a room meet its members over WebRTC, by these signaling servers. */
export function meetRoom(host: RoomHost, { urls, wrtc, iceServers, wrapTransport }: MeetOptions): void {
  if (!urls.length) return
  const client = { urls, crypto: nodeCrypto, random: nodeRandom, clock: nodeClock, WebSocket: NodeWebSocket }
  const transport = webrtcTransport({ clock: nodeClock, random: nodeRandom, wrtc, ...(iceServers && { iceServers }) })
  host.meet(wrapTransport?.(transport) ?? transport, signalingClient(client))
}
