import { AnvcsError } from '../contracts/errors.ts'
import type { EndpointId } from '../contracts/ids.ts'
import type { Link } from '../contracts/transport.ts'
import { toHex } from '../lib/bytes.ts'
import type { Random } from '../contracts/random.ts'
import type { Room } from '../room/room.ts'
import { FrameReader, framesOf, type Message } from '../sync/frames.ts'
import { decodeMessage, encodeMessage, type PeerMessage } from '../sync/messages.ts'
import { MemoryLink } from '../../transports/memory/memory-link.ts'

/** The hostile end of a link to an honest room: sends whatever bytes it is told to, and heeds no credit. */
export class HostileLink {
  readonly link: Link
  /** What came during the handshake. */
  readonly early: Uint8Array[] = []
  /** What came after it. */
  readonly messages: PeerMessage[] = []
  /** Called for each entry that comes. */
  onEntries: ((bytes: Uint8Array) => void) | undefined
  /** Why the link was closed; undefined while it is open. */
  closed: string | undefined
  readonly #reader = new FrameReader()
  #waiters: (() => void)[] = []

  /** `far` is the other end: it tells why it was closed. */
  constructor(link: Link, far = link) {
    this.link = link
    link.onMessage((message) => this.#receive(message))
    void far.closed.then(({ reason }) => this.#end(reason))
  }

  /** A fresh link to a room, not authenticated. */
  static open(room: Room, random: Random): HostileLink {
    const [near, far] = MemoryLink.pair(
      toHex(random.bytes(16)) as EndpointId,
      toHex(random.bytes(16)) as EndpointId,
      random.bytes(32),
    )
    room.attach(far)
    return new HostileLink(near, far)
  }

  /** Resolves when that many messages of the handshake have come, or the link is closed. */
  async handshake(count: number): Promise<void> {
    while (this.early.length < count && this.closed === undefined)
      await new Promise<void>((resolve) => this.#waiters.push(resolve))
  }

  send(message: PeerMessage): void {
    this.sendMessage(encodeMessage(message))
  }

  sendMessage(message: Message): void {
    for (const frame of framesOf(message)) this.sendBytes(frame)
  }

  sendBytes(bytes: Uint8Array): void {
    try {
      this.link.send(bytes)
    } catch (error) {
      if (!AnvcsError.is(error, 'LINK_CLOSED')) throw error
    }
  }

  #receive(bytes: Uint8Array): void {
    if (this.early.length < 2) this.early.push(bytes)
    else this.#message(bytes)
    this.#wake()
  }

  #message(frame: Uint8Array): void {
    const message = this.#reader.read(frame)
    const decoded = typeof message === 'string' ? undefined : decodeMessage(message)
    if (!decoded) return
    this.messages.push(decoded)
    if (decoded.type === 'entries') for (const bytes of decoded.entries) this.onEntries?.(bytes)
  }

  #end(reason: string): void {
    this.closed = reason
    this.#wake()
  }

  #wake(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const wake of waiters) wake()
  }
}
