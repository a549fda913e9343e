import type { Crypto } from '../contracts/crypto.ts'
import type { Link } from '../contracts/transport.ts'
import { hexBytes } from '../lib/bytes.ts'
import { writeDeviceCertificate, type DeviceCertificate } from './device-certificate.ts'
import { signedMessage } from './signed-message.ts'

/** What both sides of a link have said, as one of them sees it. */
export interface LinkView {
  readonly role: Link['role']
  readonly binding: Uint8Array
  /** As `roomTag` gives it: 16 hexadecimal digits. */
  readonly roomTag: string
  readonly ownNonce: Uint8Array
  readonly otherNonce: Uint8Array
  readonly ownCertificate: DeviceCertificate
  readonly otherCertificate: DeviceCertificate
}

/** What the side of this view signs: [role 0 | 1, binding, room tag, nonces, certificates], its own before the other's. */
export function linkProofMessage(view: LinkView): Uint8Array {
  return signedMessage('link', [
    view.role === 'initiator' ? 0 : 1,
    view.binding,
    hexBytes(view.roomTag),
    view.ownNonce,
    view.otherNonce,
    writeDeviceCertificate(view.ownCertificate),
    writeDeviceCertificate(view.otherCertificate),
  ])
}

/** This side's proof, by its device key: 64 bytes. */
export function proveLink(crypto: Crypto, deviceSeed: Uint8Array, view: LinkView): Uint8Array {
  return crypto.sign(deviceSeed, linkProofMessage(view))
}

/** Is this the other side's proof, by the device of its certificate? The certificate itself is verified before, once. */
export function verifyLink(crypto: Crypto, view: LinkView, proof: Uint8Array): boolean {
  return crypto.verify(hexBytes(view.otherCertificate.device), linkProofMessage(otherSide(view)), proof)
}

function otherSide(view: LinkView): LinkView {
  return {
    role: view.role === 'initiator' ? 'responder' : 'initiator',
    binding: view.binding,
    roomTag: view.roomTag,
    ownNonce: view.otherNonce,
    otherNonce: view.ownNonce,
    ownCertificate: view.otherCertificate,
    otherCertificate: view.ownCertificate,
  }
}
