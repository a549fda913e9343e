import type { Crypto } from '../contracts/crypto.ts'
import type { KeyId } from '../contracts/ids.ts'
import type { Link } from '../contracts/transport.ts'
import {
  readDeviceCertificate,
  verifyDeviceCertificate,
  writeDeviceCertificate,
  type DeviceCertificate,
} from '../identity/device-certificate.ts'
import { proveLink, verifyLink, type LinkView } from '../identity/link-proof.ts'
import { hexBytes, toHex } from '../lib/bytes.ts'
import { decodeCbor, encodeCbor, type CborValue } from '../lib/cbor.ts'
import { bytesOf, exactly, nullable, textUpTo, tuple, type Shape } from '../lib/shape.ts'
import { maxPersonUnits, type Person } from './control-body.ts'

/** A hello is at most this large, and nothing longer is read before the link is authenticated. */
export const maxHelloBytes = 4096

/** What a newcomer shows instead of an admission. */
export interface TicketClaim {
  readonly ticketKey: KeyId
  readonly person: Person
  /** Signed with the ticket's key over the room, the newcomer's keys and this very link. */
  readonly proof: Uint8Array
}

/** What each side says of itself at once. */
export interface Hello {
  /** As `roomTag` gives it. */
  readonly roomTag: string
  readonly nonce: Uint8Array
  readonly certificate: DeviceCertificate
  readonly claim: TicketClaim | undefined
}

const keyShape: Shape<KeyId> = (value) => {
  const bytes = bytesOf(32)(value)
  return bytes && (toHex(bytes) as KeyId)
}
const claimShape = tuple(keyShape, textUpTo(maxPersonUnits), textUpTo(maxPersonUnits), bytesOf(64))
const helloShape = tuple(exactly(1), bytesOf(8), bytesOf(16), readDeviceCertificate, nullable(claimShape))

/** Layout: [1, room tag, nonce, certificate, [ticket key, name, email, proof] | null]. */
export function writeHello(hello: Hello): Uint8Array {
  const { claim } = hello
  const written: CborValue = claim
    ? [hexBytes(claim.ticketKey), claim.person.name, claim.person.email, claim.proof]
    : null
  return encodeCbor([1, hexBytes(hello.roomTag), hello.nonce, writeDeviceCertificate(hello.certificate), written])
}

export function readHello(bytes: Uint8Array): Hello | undefined {
  const value = bytes.length <= maxHelloBytes ? decodeCbor(bytes) : undefined
  const read = value === undefined ? undefined : helloShape(value)
  if (!read) return undefined
  const [, tag, nonce, certificate, claim] = read
  return {
    roomTag: toHex(tag),
    nonce,
    certificate,
    claim: claim ? { ticketKey: claim[0], person: { name: claim[1], email: claim[2] }, proof: claim[3] } : undefined,
  }
}

export interface HandshakeOptions {
  readonly crypto: Crypto
  readonly link: Link
  readonly own: Hello
  readonly deviceSeed: Uint8Array
}

/**
 * Authenticates a link, without I/O of its own: both sides say hello, then each signs roles, binding, room, both nonces and
 * both certificates. `receive` is given the first two messages. Who the device belongs to is for the room to judge.
 */
export class Handshake {
  readonly #options: HandshakeOptions
  #peer: Hello | undefined

  constructor(options: HandshakeOptions) {
    this.#options = options
  }

  /** The first message to send. */
  get hello(): Uint8Array {
    return writeHello(this.#options.own)
  }

  /** What to do with the next message: send an answer, take the proved peer, or close for a reason. */
  receive(
    message: Uint8Array,
  ): { readonly send: Uint8Array } | { readonly proved: Hello } | { readonly fault: string } {
    return this.#peer ? this.#receiveProof(message, this.#peer) : this.#receiveHello(message)
  }

  #receiveHello(message: Uint8Array): { readonly send: Uint8Array } | { readonly fault: string } {
    const { crypto, own, deviceSeed } = this.#options
    const peer = readHello(message)
    if (!peer) return { fault: 'malformed hello' }
    if (peer.roomTag !== own.roomTag) return { fault: 'another room' }
    if (peer.certificate.device === own.certificate.device) return { fault: 'our own device' }
    if (!verifyDeviceCertificate(crypto, peer.certificate)) return { fault: 'the device is not certified' }
    this.#peer = peer
    return { send: proveLink(crypto, deviceSeed, this.#view(peer)) }
  }

  #receiveProof(message: Uint8Array, peer: Hello): { readonly proved: Hello } | { readonly fault: string } {
    const isProved = message.length === 64 && verifyLink(this.#options.crypto, this.#view(peer), message)
    return isProved ? { proved: peer } : { fault: 'the device could not prove itself' }
  }

  #view(peer: Hello): LinkView {
    const { link, own } = this.#options
    return {
      role: link.role,
      binding: link.binding,
      roomTag: own.roomTag,
      ownNonce: own.nonce,
      otherNonce: peer.nonce,
      ownCertificate: own.certificate,
      otherCertificate: peer.certificate,
    }
  }
}
