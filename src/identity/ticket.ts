import type { Crypto } from '../contracts/crypto.ts'
import type { KeyId, ObjectId, RoomId } from '../contracts/ids.ts'
import type { SignalTopic } from '../contracts/signaling.ts'
import { concat, equalBytes, fromBase64url, hexBytes, toBase64url, toHex } from '../lib/bytes.ts'
import { decodeCbor, encodeCbor, type CborValue } from '../lib/cbor.ts'
import { bytesOf, exactly, listOf, objectIdBytes, textUpTo, tuple } from '../lib/shape.ts'
import { isTicketHint, maxHints } from './ticket-hint.ts'

/** What a newcomer needs to join a room. It holds no key of the room. */
export interface Ticket {
  readonly room: RoomId
  readonly founder: KeyId
  /** The commit that the room begins at: who can never have it is told so before the ticket is shown to anybody. */
  readonly base: ObjectId
  /** 32 random bytes. Never sent: the keys for joining are derived from it. */
  readonly seed: Uint8Array
  /** Where members may be met; each is an `isTicketHint`. */
  readonly hints: readonly string[]
}

const version = 1
const start = `anvcs${version}`
const checksumBytes = 4
const maxLength = 4096
const hintsShape = listOf(textUpTo(200), maxHints)
const shape = tuple(exactly(version), bytesOf(16), bytesOf(32), objectIdBytes, bytesOf(32), hintsShape)
/** Text alone, or behind the `#` of a URL, where no server sees it. */
const form = /^(?:(?:https:\/\/[^\s#]+|anvcs:\/\/join\/?)#)?anvcs1([A-Za-z0-9_-]+)$/

/** `anvcs1` and base64url of [1, room, founder, base, seed, hints] and four bytes of its SHA-256, against slips of the hand. */
export function formatTicket(crypto: Crypto, ticket: Ticket): string {
  const { room, founder, base, seed, hints } = ticket
  const body = encodeCbor([version, hexBytes(room), hexBytes(founder), hexBytes(base), seed, hints])
  return start + toBase64url(concat(body, checksum(crypto, body)))
}

/** The ticket as a URL. `page` is an https address without a fragment; browsers do not send the ticket to it. */
export function formatTicketUrl(crypto: Crypto, ticket: Ticket, page = 'anvcs://join'): string {
  return `${page}#${formatTicket(crypto, ticket)}`
}

/** The ticket of a text or URL, white space around it allowed; undefined for anything else. */
export function parseTicket(crypto: Crypto, text: string): Ticket | undefined {
  if (text.length > maxLength) return undefined
  const base64 = form.exec(text.trim())?.[1]
  const bytes = base64 === undefined ? undefined : fromBase64url(base64)
  if (!bytes || bytes.length < checksumBytes) return undefined
  const body = bytes.subarray(0, -checksumBytes)
  if (!equalBytes(checksum(crypto, body), bytes.subarray(-checksumBytes))) return undefined
  const value = decodeCbor(body)
  const read = value === undefined ? undefined : shape(value)
  if (!read || !read[5].every(isTicketHint)) return undefined
  const [, room, founder, base, seed, hints] = read
  const ids = { room: toHex(room) as RoomId, founder: toHex(founder) as KeyId, base: toHex(base) as ObjectId }
  return { ...ids, seed, hints }
}

/** The seed of the key (Ed25519) that proves an admission; the room's `ticket` entry holds its public key. */
export function ticketSigningSeed(crypto: Crypto, seed: Uint8Array): Uint8Array {
  return derive(crypto, seed, 'ticket signing')
}

/** The public key of a ticket, by which the room knows it. */
export function ticketPublicKey(crypto: Crypto, seed: Uint8Array): Uint8Array {
  return crypto.signingPublicKey(ticketSigningSeed(crypto, seed))
}

/** Where the holder of a ticket and the members meet, and the key that seals their signals. */
export function ticketSignalTopic(crypto: Crypto, ticket: Pick<Ticket, 'room' | 'seed'>): SignalTopic {
  const room = hexBytes(ticket.room)
  return {
    topic: derive(crypto, ticket.seed, 'ticket topic', room),
    key: derive(crypto, ticket.seed, 'ticket signaling', room),
  }
}

function checksum(crypto: Crypto, body: Uint8Array): Uint8Array {
  return crypto.sha256(body).subarray(0, checksumBytes)
}

function derive(crypto: Crypto, seed: Uint8Array, label: string, ...parts: readonly CborValue[]): Uint8Array {
  return crypto.hkdfSha256(seed, encodeCbor(['anvcs/1', label, ...parts]), 32)
}
