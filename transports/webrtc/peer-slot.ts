import type { Clock } from '../../src/contracts/clock.ts'
import { AnvcsError } from '../../src/contracts/errors.ts'
import type { EndpointId } from '../../src/contracts/ids.ts'
import { answerMs, Attempt, attemptMs, maxCandidates } from './attempt.ts'
import { repeat } from './repeat.ts'
import type { SignalCandidate, SignalMessage } from './signal-message.ts'
import type { IceServer, WebRtcImplementation } from './webrtc-implementation.ts'
import type { WebRtcLink } from './webrtc-link.ts'

/** How long the end that answers waits for an offer, the next rung of the other end's ladder included. */
const patienceMs = attemptMs + 2_000

/** What a slot is given by its listener. */
export interface SlotOptions {
  readonly wrtc: WebRtcImplementation
  readonly clock: Clock
  readonly iceServers: readonly IceServer[]
  readonly forceRelay: boolean
  readonly peer: EndpointId
  /** Of two ends the one with the lower id makes all offers, so that none meet. */
  readonly offering: boolean
  readonly newSession: () => string
  readonly send: (message: SignalMessage) => void
  readonly onLink: (link: WebRtcLink) => void
  readonly onProblem: (message: string) => void
  /** Nothing is left that has to be remembered of this peer. */
  readonly onIdle: () => void
}

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** All about one peer: its link, the attempt under way, and the dials that wait for it. */
export class PeerSlot {
  readonly #options: SlotOptions
  #link: WebRtcLink | undefined
  /** The link, and those before it that are being closed. */
  readonly #links = new Set<WebRtcLink>()
  #attempt: Attempt | undefined
  /** The session that we asked the other end to offer. */
  #call: string | undefined
  #cancelCall: (() => void) | undefined
  #cancelPatience: (() => void) | undefined
  /** Does the other end want the link that is coming about? Then an abort here does not end it. */
  #wantedThere = false
  readonly #waiters = new Set<Waiter>()
  /** Candidates that came before their offer. */
  #early: { readonly session: string; readonly candidates: SignalCandidate[] } | undefined

  constructor(options: SlotOptions) {
    this.#options = options
  }

  async dial(signal: AbortSignal | undefined): Promise<void> {
    if (this.#link?.isOpen) return
    let waiter: Waiter
    const open = new Promise<void>((resolve, reject) => {
      waiter = { resolve, reject }
      this.#waiters.add(waiter)
    })
    const abort = () => {
      waiter.reject(signal!.reason)
      this.#waiters.delete(waiter)
      if (!this.#waiters.size && !this.#wantedThere) this.#giveUp(undefined)
    }
    signal?.addEventListener('abort', abort, { once: true })
    this.#begin()
    try {
      await open
    } finally {
      signal?.removeEventListener('abort', abort)
      this.#waiters.delete(waiter!)
    }
  }

  take(message: SignalMessage): void {
    const { offering } = this.#options
    const current = this.#attempt?.session === message.session ? this.#attempt : undefined
    switch (message.type) {
      case 'call':
        if (offering) this.#onCall(message.session)
        break
      case 'offer':
        if (!offering) this.#answer(message.session, message.sdp, message.relay)
        break
      case 'answer':
        if (offering) current?.describe(message.sdp)
        break
      case 'candidate':
        if (current) current.addCandidate(message.candidate)
        else if (!offering) this.#keep(message.session, message.candidate)
        break
      case 'end':
        this.#onEnd(message.session, message.final)
    }
    this.#restIfIdle()
  }

  /** An offer that was taken before: our answer to it may be lost. */
  takeAgain({ type, session }: SignalMessage): void {
    if (type === 'offer' && !this.#options.offering && this.#attempt?.session === session) this.#attempt.repeat()
  }

  async close(): Promise<void> {
    this.#rejectAll(new AnvcsError('LINK_CLOSED'))
    this.#giveUp(undefined)
    await Promise.all([...this.#links].map((link) => link.close('the listener was closed')))
  }

  #begin(): void {
    if (this.#attempt || this.#call !== undefined) return
    const { offering, newSession, send } = this.#options
    if (offering) {
      this.#offer(newSession(), this.#options.forceRelay)
      return
    }
    const call: SignalMessage = { type: 'call', session: newSession() }
    this.#call = call.session
    send(call)
    this.#cancelCall = repeat(this.#options.clock, answerMs, () => {
      if (!this.#attempt) send(call)
    })
    this.#waitForOffer()
  }

  #onCall(session: string): void {
    this.#wantedThere = true
    // Who comes back after signaling was interrupted calls while our offer, which it never got, still waits for an answer.
    if (this.#attempt && !this.#attempt.isUnheard) {
      if (!this.#attempt.isAnswered) this.#attempt.repeat()
      return
    }
    this.#attempt?.cancel()
    this.#offer(session, this.#options.forceRelay)
  }

  #offer(session: string, relay: boolean): void {
    const { iceServers, forceRelay } = this.#options
    this.#start(session, relay, (reason) => {
      // What a firewall or a stubborn NAT has stopped may get through when only relayed candidates are left.
      if (!relay && !forceRelay && iceServers.some(isTurn)) {
        this.#options.send({ type: 'end', session, final: false })
        this.#offer(this.#options.newSession(), true)
      } else this.#giveUp(reason)
    })
  }

  #answer(session: string, sdp: string, relay: boolean): void {
    this.#attempt?.cancel()
    this.#wantedThere = session !== this.#call
    const { iceServers, forceRelay } = this.#options
    // A side without TURN servers of its own can still meet the other one's relayed candidates.
    this.#start(session, forceRelay || (relay && iceServers.some(isTurn)), (reason) => {
      this.#options.send({ type: 'end', session, final: false })
      this.#options.onProblem(reason)
    })
    this.#waitForOffer()
    const early = this.#early?.session === session ? this.#early.candidates : []
    this.#early = undefined
    for (const candidate of early) this.#attempt?.addCandidate(candidate)
    this.#attempt?.describe(sdp)
  }

  #start(session: string, relay: boolean, onFail: (reason: string) => void): void {
    const { wrtc, clock, iceServers, peer, offering, send } = this.#options
    this.#attempt = new Attempt({
      wrtc,
      clock,
      config: {
        iceServers: iceServers.map(plainServer),
        iceTransportPolicy: relay ? 'relay' : 'all',
      },
      peer,
      session,
      offering,
      send,
      onOpen: (link) => this.#open(link),
      onFail: (reason) => {
        this.#attempt = undefined
        onFail(reason)
      },
    })
  }

  #open(link: WebRtcLink): void {
    const old = this.#link
    this.#link = link
    this.#links.add(link)
    this.#reset()
    void old?.close('replaced by a new link')
    void this.#forgetWhenClosed(link)
    this.#options.onLink(link)
    for (const waiter of this.#waiters) waiter.resolve()
  }

  async #forgetWhenClosed(link: WebRtcLink): Promise<void> {
    await link.closed
    this.#links.delete(link)
    if (this.#link !== link) return
    this.#link = undefined
    this.#restIfIdle()
  }

  #onEnd(session: string, final: boolean): void {
    if (session !== this.#attempt?.session && session !== this.#call) return
    if (final) {
      this.#attempt?.cancel()
      this.#reset()
      this.#rejectAll(unreachable(this.#options.peer, 'the peer gave up'))
    } else this.#attempt?.fail('the peer could not connect')
  }

  #waitForOffer(): void {
    this.#cancelPatience?.()
    this.#cancelPatience = this.#options.clock.schedule(patienceMs, () => this.#giveUp('the peer did not answer'))
  }

  #keep(session: string, candidate: SignalCandidate): void {
    if (this.#early?.session !== session) this.#early = { session, candidates: [] }
    if (this.#early.candidates.length < maxCandidates) this.#early.candidates.push(candidate)
    if (!this.#cancelPatience) this.#waitForOffer()
  }

  /** Ends what is under way and tells the other end. `reason` is undefined where we wanted to stop. */
  #giveUp(reason: string | undefined): void {
    const session = this.#attempt?.session ?? this.#call
    this.#attempt?.cancel()
    this.#reset()
    if (session !== undefined) this.#options.send({ type: 'end', session, final: true })
    if (reason !== undefined) {
      if (session !== undefined || this.#waiters.size) this.#options.onProblem(reason)
      this.#rejectAll(unreachable(this.#options.peer, reason))
    }
    this.#restIfIdle()
  }

  #reset(): void {
    this.#attempt = undefined
    this.#call = undefined
    this.#cancelCall?.()
    this.#cancelCall = undefined
    this.#early = undefined
    this.#wantedThere = false
    this.#cancelPatience?.()
    this.#cancelPatience = undefined
  }

  #rejectAll(error: AnvcsError): void {
    for (const waiter of this.#waiters) waiter.reject(error)
  }

  #restIfIdle(): void {
    const busy = this.#link ?? this.#attempt ?? this.#call ?? this.#cancelPatience
    if (busy === undefined) this.#options.onIdle()
  }
}

function unreachable(peer: EndpointId, message: string): AnvcsError {
  return new AnvcsError('PEER_UNREACHABLE', { message: `No link to the peer: ${message}.`, details: { peer } })
}

function isTurn({ urls }: IceServer): boolean {
  return [urls].flat().some((url) => /^turns?:/.test(url))
}

function plainServer({ urls, ...credentials }: IceServer): RTCIceServer {
  return { urls: [urls].flat(), ...credentials }
}
