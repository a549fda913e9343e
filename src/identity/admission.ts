import type { Crypto } from '../contracts/crypto.ts'
import type { KeyId, RoomId } from '../contracts/ids.ts'
import { hexBytes } from '../lib/bytes.ts'
import { verifyDeviceCertificate, writeDeviceCertificate, type DeviceCertificate } from './device-certificate.ts'
import { signedMessage } from './signed-message.ts'
import { ticketSigningSeed } from './ticket.ts'

/** Who asks to be let in, over which link. */
export interface Admission {
  readonly room: RoomId
  /** The public key of the ticket. */
  readonly ticket: KeyId
  /** Names the member and its first device. */
  readonly certificate: DeviceCertificate
  /** How the member appears in commits. */
  readonly name: string
  readonly email: string
  /** `Link.binding` of the link that the request came over. */
  readonly binding: Uint8Array
}

const maxNameLength = 200
const maxBindingBytes = 256
/** Control characters and what delimits the address in a commit's author line. */
// oxlint-disable-next-line no-control-regex
const unfit = /[\u0000-\u001f\u007f-\u009f\u2028\u2029<>]/

/** The signature of the ticket's key (64 bytes) over [room, ticket, member, certificate, name, email, link binding]. */
export function proveAdmission(crypto: Crypto, ticketSeed: Uint8Array, admission: Admission): Uint8Array {
  return crypto.sign(ticketSigningSeed(crypto, ticketSeed), admissionMessage(admission))
}

/** Was it signed by the ticket's key, and are its certificate and names in order? What the ticket allows is the room's matter. */
export function verifyAdmission(crypto: Crypto, admission: Admission, proof: Uint8Array): boolean {
  const { ticket, certificate, name, email, binding } = admission
  if (!isFitName(name) || !isFitName(email) || binding.length > maxBindingBytes) return false
  if (!crypto.isSigningKey(hexBytes(ticket)) || !verifyDeviceCertificate(crypto, certificate)) return false
  return crypto.verify(hexBytes(ticket), admissionMessage(admission), proof)
}

function admissionMessage({ room, ticket, certificate, name, email, binding }: Admission): Uint8Array {
  return signedMessage('admission', [
    hexBytes(room),
    hexBytes(ticket),
    hexBytes(certificate.member),
    writeDeviceCertificate(certificate),
    name,
    email,
    binding,
  ])
}

/** May it stand in the author line of a Git commit? */
export function isFitName(text: string): boolean {
  return text.length > 0 && text.length <= maxNameLength && text.trim() === text && !unfit.test(text)
}
