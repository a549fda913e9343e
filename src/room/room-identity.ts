import type { Crypto } from '../contracts/crypto.ts'
import type { KeyId, RoomId } from '../contracts/ids.ts'
import type { Random } from '../contracts/random.ts'
import type { MemberSigner } from '../contracts/signer.ts'
import type { Link } from '../contracts/transport.ts'
import { proveAdmission } from '../identity/admission.ts'
import {
  certifyDevice,
  certifyDeviceBySeed,
  type DeviceCertificate,
  type DeviceKeys,
} from '../identity/device-certificate.ts'
import { roomTag } from '../identity/ids.ts'
import { memberSigner } from '../identity/member-signer.ts'
import { ticketPublicKey, type Ticket } from '../identity/ticket.ts'
import { toHex } from '../lib/bytes.ts'
import type { Person } from './control-body.ts'
import type { Hello } from './handshake.ts'

/** The keys of a device. */
export interface DeviceSecrets {
  /** 32 bytes, Ed25519. */
  readonly signingSeed: Uint8Array
  /** 32 bytes, X25519. */
  readonly agreementSecret: Uint8Array
  /** 0-15. */
  readonly number: number
}

/** Who this device is in a room. */
export class RoomIdentity {
  readonly signer: MemberSigner
  readonly person: Person
  readonly certificate: DeviceCertificate
  readonly deviceSeed: Uint8Array
  readonly agreementSecret: Uint8Array
  readonly #crypto: Crypto

  private constructor(
    crypto: Crypto,
    signer: MemberSigner,
    device: DeviceSecrets,
    person: Person,
    certificate: DeviceCertificate,
  ) {
    this.#crypto = crypto
    this.signer = signer
    this.person = person
    this.deviceSeed = device.signingSeed
    this.agreementSecret = device.agreementSecret
    this.certificate = certificate
  }

  /** The member certifies the device. Throws SIGNING_FAILED. */
  static async certified(
    crypto: Crypto,
    signer: MemberSigner,
    device: DeviceSecrets,
    person: Person,
  ): Promise<RoomIdentity> {
    return new RoomIdentity(crypto, signer, device, person, await certifyDevice(signer, publicKeys(crypto, device)))
  }

  /** The same for a member key (its Ed25519 seed) that is in memory. */
  static ofSeed(crypto: Crypto, memberSeed: Uint8Array, device: DeviceSecrets, person: Person): RoomIdentity {
    const certificate = certifyDeviceBySeed(crypto, memberSeed, publicKeys(crypto, device))
    return new RoomIdentity(crypto, memberSigner(crypto, memberSeed), device, person, certificate)
  }

  /** What this device says of itself on a link; with a ticket, that it wants to be let in. */
  hello(room: RoomId, link: Link, random: Random, ticket: Ticket | undefined): Hello {
    const { certificate, person } = this
    const hello = { roomTag: roomTag(this.#crypto, room), nonce: random.bytes(16), certificate }
    if (!ticket) return { ...hello, claim: undefined }
    const ticketKey = toHex(ticketPublicKey(this.#crypto, ticket.seed)) as KeyId
    const admission = { room, ticket: ticketKey, certificate, ...person, binding: link.binding }
    return { ...hello, claim: { ticketKey, person, proof: proveAdmission(this.#crypto, ticket.seed, admission) } }
  }
}

/** A member that did not exist before, on its first device. Its keys are in memory: keep them, or it is somebody else next time. */
export function newIdentity(
  { crypto, random }: { readonly crypto: Crypto; readonly random: Random },
  person: Person,
): RoomIdentity {
  const device = { signingSeed: random.bytes(32), agreementSecret: random.bytes(32), number: 0 }
  return RoomIdentity.ofSeed(crypto, random.bytes(32), device, person)
}

function publicKeys(crypto: Crypto, { number, signingSeed, agreementSecret }: DeviceSecrets): DeviceKeys {
  return {
    number,
    device: toHex(crypto.signingPublicKey(signingSeed)) as KeyId,
    agreement: toHex(crypto.agreementPublicKey(agreementSecret)),
  }
}
