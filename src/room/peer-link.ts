import type { Clock } from '../contracts/clock.ts'
import type { FeedId, KeyId } from '../contracts/ids.ts'
import type { Link } from '../contracts/transport.ts'
import { PeerSession, type Replica as SessionReplica, type SessionEvent } from '../sync/session.ts'
import type { PeerMessage } from '../sync/messages.ts'
import type { EntrySource } from './entry-source.ts'
import type { Hello } from './handshake.ts'
import { LinkPump } from './link-pump.ts'
import type { ObjectPeer } from './object-transfer.ts'

/** What a peer brings, for the room to take in. */
export interface PeerEvents {
  events(peer: PeerLink, events: readonly SessionEvent[]): void
  /** The peer broke the protocol. */
  broke(peer: PeerLink, reason: string): void
}

export interface PeerLinkOptions {
  readonly link: Link
  readonly hello: Hello
  readonly member: KeyId
  readonly clock: Clock
  readonly replica: SessionReplica
  readonly source: EntrySource
  readonly events: PeerEvents
}

const entriesAtOnce = 256 * 1024
const bulkAtOnce = 512 * 1024
const releaseHeldMs = 2000
/** News that wait for a peer which does not read them; it can come back and ask for everything. */
const maxUnreadBytes = 16 << 20

/** One authenticated peer: its session, and the link that carries it. */
export class PeerLink implements ObjectPeer {
  readonly link: Link
  readonly member: KeyId
  readonly hello: Hello
  readonly session: PeerSession
  readonly #options: PeerLinkOptions
  readonly #pump: LinkPump
  #producing = false
  #again = false
  #closed = false
  #bulkWaiters: ((open: boolean) => void)[] = []
  #cancelTimer: () => void = () => {}
  /** When the last message came, by this device's clock. */
  lastHeardMs: number

  constructor(options: PeerLinkOptions) {
    this.#options = options
    this.link = options.link
    this.member = options.member
    this.hello = options.hello
    this.session = new PeerSession(options.replica)
    this.lastHeardMs = options.clock.now()
    this.#pump = new LinkPump(
      options.link,
      () => this.session.nextFrame(),
      () => this.#drained(),
    )
    void options.link.closed.then(() => this.#end())
  }

  get device(): KeyId {
    return this.hello.certificate.device
  }

  /** Begins the exchange; frames that came meanwhile are taken now. */
  start(neighbours: readonly KeyId[]): void {
    this.session.start(neighbours)
    this.#tick()
    this.#pump.wake()
  }

  /** A message of the link, after the handshake. */
  receive(frame: Uint8Array): void {
    this.lastHeardMs = this.#options.clock.now()
    const events = this.session.receive(frame)
    if (!events) {
      this.#options.events.broke(this, 'a frame breaks the protocol')
      void this.close('protocol error')
      return
    }
    if (events.length) this.#options.events.events(this, events)
    this.flush()
  }

  send(message: Extract<PeerMessage, { type: 'keys' | 'want' | 'history' | 'pack' | 'lacking' | 'presence' }>): void {
    this.session.send(message)
    this.#pump.wake()
  }

  /** A request of that many bytes has been answered: the peer may ask again. */
  answered(size: number): void {
    this.session.consumed('objects', size)
    this.#pump.wake()
  }

  /** A feed has become longer here. */
  advanced(feed: FeedId): void {
    this.session.advanced(feed)
  }

  /** Sends what the peer lacks. */
  flush(): void {
    this.#pump.wake()
    void this.#produce()
  }

  bulkReady(): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false)
    if (this.session.waitingBytes('objects') < bulkAtOnce) return Promise.resolve(true)
    return new Promise((resolve) => this.#bulkWaiters.push(resolve))
  }

  async close(reason: string): Promise<void> {
    await this.link.close(reason)
  }

  #drained(): void {
    void this.#produce()
    if (this.session.waitingBytes('objects') < bulkAtOnce) this.#wakeBulk(true)
  }

  #wakeBulk(open: boolean): void {
    const waiters = this.#bulkWaiters
    this.#bulkWaiters = []
    for (const wake of waiters) wake(open)
  }

  /** Reads ranges that the peer lacks and queues them, never more than a little ahead of the link. */
  async #produce(): Promise<void> {
    this.#again = true
    if (this.#producing) return
    this.#producing = true
    try {
      while (this.#again && !this.#closed) {
        this.#again = false
        for (const { feed, from, to } of this.session.ranges()) {
          if (this.session.waitingBytes('entries') > entriesAtOnce) return
          const entries = await this.#options.source.read(feed, from, to, entriesAtOnce)
          if (this.#closed || !entries.length) continue
          this.session.sendEntries(feed, from, entries)
          if (from + entries.length < to) this.#again = true
          this.#pump.wake()
        }
      }
      if (this.session.tellUntold()) this.#pump.wake()
    } finally {
      this.#producing = false
    }
  }

  #tick(): void {
    if (this.#closed) return
    if (this.session.waitingBytes('control') > maxUnreadBytes) {
      this.#options.events.broke(this, 'a peer does not read')
      void this.close('it does not read')
      return
    }
    this.session.releaseHeld()
    this.flush()
    this.#cancelTimer = this.#options.clock.schedule(releaseHeldMs, () => this.#tick())
  }

  #end(): void {
    this.#closed = true
    this.#cancelTimer()
    this.#wakeBulk(false)
  }
}
