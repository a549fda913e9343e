import type { KeyId } from '../contracts/ids.ts'
import type { SignalTopic } from '../contracts/signaling.ts'
import { ticketPublicKey, type Ticket } from '../identity/ticket.ts'
import { toHex } from '../lib/bytes.ts'
import { scopes, type TicketBody } from './control-body.ts'
import type { RoomKeys } from './keys.ts'
import type { RoomOptions } from './room-options.ts'
import { saveSecrets, type IssuedTicket } from './secrets.ts'
import { meetingTopics } from './topics.ts'

/** What a ticket is good for. */
export interface InviteOptions {
  /** Where members can be met: URLs of signaling servers. */
  readonly hints?: readonly string[]
  readonly uses?: number
  readonly lifeMs?: number
}

/** How long a ticket lasts unless it is said otherwise. */
export const ticketLifeMs = 86_400_000

/** The secrets of this device in a room: keys, and seeds of the tickets that it has issued. */
export class TicketDesk {
  readonly #options: RoomOptions
  readonly #keys: RoomKeys
  /** The ticket by which this device joins. */
  readonly #own: Ticket | undefined
  #issued: readonly IssuedTicket[]

  constructor(options: RoomOptions, keys: RoomKeys, issued: readonly IssuedTicket[], own: Ticket | undefined) {
    this.#options = options
    this.#keys = keys
    this.#issued = issued
    this.#own = own
  }

  /** Makes keys and seeds durable. */
  async save(): Promise<void> {
    await saveSecrets(this.#options.vault, { keys: this.#keys, tickets: this.#issued })
  }

  /** Takes over the keys in a box for this device; false where it cannot be opened. `isProved`: genesis has been opened. */
  async takeKeys(box: Uint8Array, isProved: boolean): Promise<boolean> {
    const { agreementSecret, certificate } = this.#options.identity
    const isTaken = this.#keys.takeBox(agreementSecret, certificate.device, box, isProved)
    if (isTaken) await this.save()
    return isTaken
  }

  /** A new ticket: its seed is kept here, its body belongs into the journal. */
  async issue({
    uses = 1,
    lifeMs = ticketLifeMs,
  }: InviteOptions): Promise<{ readonly seed: Uint8Array; readonly body: TicketBody }> {
    const { crypto, clock, random } = this.#options
    const seed = random.bytes(32)
    const expiresMs = clock.now() + lifeMs
    this.#issued = [...this.#issued.filter((ticket) => ticket.expiresMs > clock.now()), { seed, expiresMs }]
    await this.save()
    const ticketKey = toHex(ticketPublicKey(crypto, seed)) as KeyId
    return { seed, body: { kind: 'ticket', ticketKey, scopes, uses, expiresMs } }
  }

  /** Where others of the room are to be met now. */
  topics(): readonly SignalTopic[] {
    const { crypto, clock } = this.#options
    return meetingTopics(crypto, clock.now(), this.#keys, this.#issued, this.#own)
  }
}
