import type { Crypto } from '../contracts/crypto.ts'
import type { Random } from '../contracts/random.ts'
import type { Link } from '../contracts/transport.ts'
import { verifyAdmission } from '../identity/admission.ts'
import { readControlBody, writeControlBody, type AddBody } from './control-body.ts'
import type { Hello } from './handshake.ts'
import type { RoomKeys } from './keys.ts'
import type { Membership } from './membership.ts'
import type { Welcome } from './room-links.ts'

export interface WelcomeOptions {
  readonly crypto: Crypto
  readonly membership: Membership
  readonly keys: RoomKeys
  readonly random: Random
  readonly nowMs: number
  /** Is this device itself a member, so that it can judge and admit? */
  readonly isMember: boolean
  /** Writes the admission; resolves when it is durable. */
  readonly add: (body: AddBody) => Promise<unknown>
}

/** Decides about a device that has proved itself: known, admitted by its ticket, or refused. */
export async function welcomeDevice(hello: Hello, link: Link, options: WelcomeOptions): Promise<Welcome> {
  const { membership, keys, random } = options
  const { certificate, claim } = hello
  const { member } = certificate
  // A newcomer cannot judge: it takes what it gets only if the entries that come show a room of the ticket's founder.
  if (!options.isMember) return claim ? { status: 'early' } : { status: 'member', member }
  const known = membership.admissionOf(certificate)
  if (!claim)
    return membership.admissionFor(certificate)
      ? { status: 'member', member }
      : refused('the device is not known in this room')
  if (!known) {
    const ticket = membership.openTicket(claim.ticketKey, options.nowMs)
    if (!ticket) return refused('the ticket is unknown, expired or used up')
    const { ticketKey, person, proof } = claim
    const { binding } = link
    const admission = { room: keys.room, ticket: ticketKey, certificate, ...person, binding }
    const add: AddBody = { kind: 'add', ticket, certificate, person, binding, proof }
    if (!verifyAdmission(options.crypto, admission, proof) || !readControlBody(writeControlBody(add)))
      return refused('the ticket is not proved')
    await options.add(add)
  }
  const box = keys.boxFor(random, certificate)
  return box ? { status: 'admitted', member, box } : refused('the device has no usable key')
}

function refused(reason: string): Welcome {
  return { status: 'refused', reason }
}
