import type { EndpointId } from './ids.ts'

/**
 * An ordered, reliable channel of whole messages to one peer, at most `maxMessageBytes` each. It is not authenticated yet:
 * the room does that over `binding`. A message is delivered once and whole, or the link closes.
 */
export interface Link extends AsyncDisposable {
  /** For people: 'webrtc host', 'webrtc relay', 'memory'. */
  readonly path: string
  /** The endpoint at the other side, as signaling named it: a claim until the room has authenticated the link. */
  readonly peer: EndpointId
  /** The two sides of one link differ in this and agree on `binding`. */
  readonly role: 'initiator' | 'responder'
  /** What only the two ends of this very channel share: the two SDP fingerprints (offerer first), say. */
  readonly binding: Uint8Array
  readonly maxMessageBytes: number
  /**
   * Queues a message; the caller may use its buffer again. False: the high-water mark is reached, await `drained()` before the
   * next. A sender that does not wait has its link closed at some bound, because nothing is ever dropped silently.
   * Throws LINK_CLOSED as soon as either end is closing, MESSAGE_TOO_LARGE above the limit.
   */
  send(message: Uint8Array): boolean
  /** Resolves when the buffer has fallen to the low-water mark; rejects with LINK_CLOSED when the link closes, or when the signal aborts. */
  drained(options?: { readonly signal?: AbortSignal }): Promise<void>
  /** At most one receiver. Messages that arrive before it is set are kept for it, 1 MiB at least; beyond that the link may close. */
  onMessage(receive: (message: Uint8Array) => void): void
  /** Settles once, when the link is gone for whatever cause, seconds after either end began to close it at most. Never rejects. */
  readonly closed: Promise<{ readonly reason: string }>
  /** Flushes nothing, waits for the channel to be released. Idempotent. */
  close(reason?: string): Promise<void>
}

/** The way signals of one endpoint reach others of the same topic, sealed and opened by the signaling client. */
export interface SignalPort {
  /** Sends to one endpoint, or to all of the topic where `to` is undefined. Never throws; what cannot be sent is lost. */
  send(to: EndpointId | undefined, data: unknown): void
  /** Calls `receive` for each signal that is addressed to us or to all; returns the way to stop. Data is unchecked input. */
  onSignal(receive: (from: EndpointId, data: unknown) => void): () => void
}

/** Who listens, over which signals, and who takes the links. */
export interface ListenOptions {
  readonly self: EndpointId
  readonly signals: SignalPort
  /** Called for each open link, whichever side began it. */
  readonly onLink: (link: Link) => void
  /** Called for what fails in the background (a dial that gave up, no ICE candidates): for status and doctor. */
  readonly onProblem?: (problem: { readonly peer: EndpointId; readonly message: string }) => void
}

/** An endpoint that takes links and can begin some. */
export interface Listener extends AsyncDisposable {
  /**
   * Begins to connect to a peer of the topic; of two ends that dial each other one link results. Resolves when a link is open,
   * at once where one is. A link that only the other side still holds is replaced. Rejects with PEER_UNREACHABLE, with
   * LINK_CLOSED when the listener closes, or when the signal aborts.
   */
  dial(peer: EndpointId, options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Takes no more links and closes those it made. Idempotent. */
  close(): Promise<void>
}

/** A way to make links: WebRTC, libp2p, memory. */
export interface Transport {
  readonly name: string
  listen(options: ListenOptions): Promise<Listener>
}
