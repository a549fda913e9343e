import type { Clock } from '../../src/contracts/clock.ts'
import type { EndpointId } from '../../src/contracts/ids.ts'
import { concat } from '../../src/lib/bytes.ts'
import { fingerprintOf } from './fingerprint.ts'
import { openPeerConnection, pathOf, type PeerConnection } from './peer-connection.ts'
import { repeat } from './repeat.ts'
import type { SignalCandidate, SignalMessage } from './signal-message.ts'
import type { WebRtcImplementation } from './webrtc-implementation.ts'
import { WebRtcLink } from './webrtc-link.ts'

/** How long one attempt to connect may take. */
export const attemptMs = 8_000
/** An offer that was not answered within this time has been lost, or its answer has: it is sent again. */
export const answerMs = 1_000
/** More candidates than any host has; the rest is dropped. */
export const maxCandidates = 64

/** Asked for by the other side, so bounded: all that was sent is sent again so many times at most. */
const maxRepeats = 8

/** What an attempt is made with. */
export interface AttemptOptions {
  readonly wrtc: WebRtcImplementation
  readonly clock: Clock
  readonly config: RTCConfiguration
  readonly peer: EndpointId
  readonly session: string
  readonly offering: boolean
  readonly send: (message: SignalMessage) => void
  readonly onOpen: (link: WebRtcLink) => void
  readonly onFail: (reason: string) => void
}

/** One try to connect to a peer: ends once, with an open link, a failure, or by `cancel`. */
export class Attempt {
  readonly session: string
  readonly #options: AttemptOptions
  readonly #connection: PeerConnection
  readonly #cancelTimeout: () => void
  readonly #cancelRepeat: () => void
  #ended = false
  #isLate = false
  #ours: Uint8Array | undefined
  #theirs: Uint8Array | undefined
  /** What went to the other side, to be sent again where it may be lost. */
  readonly #sent: SignalMessage[] = []
  #repeats = 0
  #candidatesTaken = 0

  constructor(options: AttemptOptions) {
    this.#options = options
    this.session = options.session
    this.#connection = openPeerConnection(options.wrtc, options.offering, options.config)
    this.#cancelTimeout = options.clock.schedule(attemptMs, () => this.fail(this.#lateReason()))
    this.#cancelRepeat = repeat(options.clock, answerMs, () => {
      this.#isLate = true
      if (!this.#theirs) this.repeat()
    })
    const { peer } = this.#connection
    peer.on('signal', (data) => {
      if (data.type === 'candidate') this.#sendCandidate(data.candidate)
      else this.#sendDescription(data.sdp)
    })
    peer.on('error', (error) => this.fail(error.message))
    peer.on('close', () => this.fail('the connection was closed'))
    peer.on('connect', () => void this.#finish())
  }

  /** Was the other side silent for so long that it may never have heard of us? */
  get isUnheard(): boolean {
    return this.#isLate && !this.#theirs
  }

  /** Has the other side described itself? */
  get isAnswered(): boolean {
    return this.#theirs !== undefined
  }

  /** Sends again what was sent: signals get lost where servers are, and where the other side has just left a topic. */
  repeat(): void {
    if (this.#ended || this.#repeats++ >= maxRepeats) return
    for (const message of this.#sent) this.#options.send(message)
  }

  /** The description of the other side: its offer or its answer. */
  describe(sdp: string): void {
    if (this.#ended || this.#theirs) return
    this.#theirs = fingerprintOf(sdp)
    if (this.#theirs) this.#signal({ type: this.#options.offering ? 'answer' : 'offer', sdp })
    else this.fail('the peer does not name exactly one sha-256 fingerprint')
  }

  /** A candidate of the other side; it waits in simple-peer until the description is there. */
  addCandidate(candidate: SignalCandidate): void {
    if (this.#ended || this.#candidatesTaken++ >= maxCandidates) return
    this.#signal({ type: 'candidate', candidate })
  }

  /** Gives up without a word. */
  cancel(): void {
    if (!this.#end()) return
    this.#connection.peer.destroy()
  }

  #signal(data: Parameters<PeerConnection['peer']['signal']>[0]): void {
    try {
      this.#connection.peer.signal(data)
    } catch {
      this.fail('a signal of the peer cannot be used')
    }
  }

  #sendDescription(sdp: string): void {
    if (this.#ended) return
    this.#ours = fingerprintOf(sdp)
    const { offering, session, config } = this.#options
    if (!this.#ours) this.fail('this implementation of WebRTC does not name exactly one sha-256 fingerprint')
    else if (offering) this.#send({ type: 'offer', session, sdp, relay: config.iceTransportPolicy === 'relay' })
    else this.#send({ type: 'answer', session, sdp })
  }

  #send(message: SignalMessage): void {
    this.#sent.push(message)
    this.#options.send(message)
  }

  #sendCandidate({ candidate = '', sdpMid = null, sdpMLineIndex = null }: RTCIceCandidateInit): void {
    // An empty one marks the end of the candidates (RFC 8838) and is not needed.
    if (this.#ended || candidate === '') return
    this.#send({ type: 'candidate', session: this.session, candidate: { candidate, sdpMid, sdpMLineIndex } })
  }

  async #finish(): Promise<void> {
    const path = await pathOf(this.#connection)
    const { peer, offering, clock, onOpen } = this.#options
    if (!this.#ours || !this.#theirs || !this.#end()) return
    const binding = offering ? concat(this.#ours, this.#theirs) : concat(this.#theirs, this.#ours)
    onOpen(new WebRtcLink(this.#connection, clock, { path, peer, binding, role: offering ? 'initiator' : 'responder' }))
  }

  /** Gives up, and says so to whoever began it. */
  fail(reason: string): void {
    if (!this.#end()) return
    this.#connection.peer.destroy()
    this.#options.onFail(reason)
  }

  /** Wrong credentials of a TURN server, say, are no error to WebRTC: there are just no candidates. */
  #lateReason(): string {
    if (this.#sent.some(({ type }) => type === 'candidate')) return 'no connection came about in time'
    return 'no ICE candidates were found: check the network and the credentials of the TURN servers'
  }

  /** False where it has ended before. */
  #end(): boolean {
    if (this.#ended) return false
    this.#ended = true
    this.#cancelTimeout()
    this.#cancelRepeat()
    return true
  }
}
