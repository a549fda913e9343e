import type { EndpointId } from './ids.ts'
import type { SignalPort } from './transport.ts'

/** A topic and the key that seals what is sent on it; both derived from a room's epoch or from a ticket (32 bytes each). */
export interface SignalTopic {
  readonly topic: Uint8Array
  readonly key: Uint8Array
}

/** One endpoint on one open topic. */
export interface SignalingSession extends SignalPort, AsyncDisposable {
  /** Endpoints that announced themselves on the topic; `onPeer` is called for each announcement, repeated ones included. */
  onPeer(found: (peer: EndpointId) => void): () => void
  /** Announces ourselves again (after a network change, say). */
  announce(): void
  /** Is at least one server or medium reachable now? */
  readonly connected: boolean
  onConnected(change: (connected: boolean) => void): () => void
  close(): Promise<void>
}

/** Minimal, untrusted rendezvous: it carries sealed envelopes and learns topic and timing only. */
export interface Signaling {
  readonly name: string
  /** Opens a topic. Reconnects by itself for as long as the session is open. */
  open(topic: SignalTopic, self: EndpointId): SignalingSession
}
