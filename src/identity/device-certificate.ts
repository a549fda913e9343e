import type { Crypto } from '../contracts/crypto.ts'
import type { KeyId } from '../contracts/ids.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { MemberSigner } from '../contracts/signer.ts'
import { hexBytes, toHex } from '../lib/bytes.ts'
import { encodeCbor, type CborValue } from '../lib/cbor.ts'
import { bytesOf, tuple, uintUpTo } from '../lib/shape.ts'
import { signAsMember } from './member-signer.ts'
import { parseSshSignature, sshSignedData } from './sshsig.ts'

/** A member has at most this many devices, numbered from 0. */
export const maxDevices = 16

/** The keys of a device and its number among the devices of its member. */
export interface DeviceKeys {
  /** 0-15. Two certificates of one number are a fork. */
  readonly number: number
  /** The Ed25519 key that writes feeds and proves links. */
  readonly device: KeyId
  /** The X25519 key that room keys are sealed to: hexadecimal, 32 bytes. */
  readonly agreement: string
}

/** Binds a device to its member. */
export interface DeviceCertificate extends DeviceKeys {
  readonly member: KeyId
  /** The Ed25519 signature inside the member's SSH signature (namespace `anvcs`), 64 bytes. */
  readonly signature: Uint8Array
}

const shape = tuple(bytesOf(32), uintUpTo(maxDevices - 1), bytesOf(32), bytesOf(32), bytesOf(64))
/** Any secret shows whether a key is of low order. */
const probe = new Uint8Array(32).fill(1)

/** Certifies a device with the member's key. Throws SIGNING_FAILED. */
export async function certifyDevice(signer: MemberSigner, keys: DeviceKeys): Promise<DeviceCertificate> {
  const member = toHex(signer.publicKey) as KeyId
  return certificateOf(member, keys, await signer.sign('anvcs', certifiedMessage(member, keys)))
}

/** The same for a member key that is in memory. */
export function certifyDeviceBySeed(crypto: Crypto, seed: Uint8Array, keys: DeviceKeys): DeviceCertificate {
  const member = toHex(crypto.signingPublicKey(seed)) as KeyId
  return certificateOf(member, keys, signAsMember(crypto, seed, 'anvcs', certifiedMessage(member, keys)))
}

function certificateOf(member: KeyId, keys: DeviceKeys, armored: string): DeviceCertificate {
  const { number, device, agreement } = keys
  const parsed = parseSshSignature(armored)
  if (!parsed) throw new AnvcsError('SIGNING_FAILED', { message: 'A device could not be certified by the member key.' })
  return { member, number, device, agreement, signature: parsed.signature }
}

/** Is it signed by its member, and are its keys fit for use: points of prime order, an agreement key not of low order? */
export function verifyDeviceCertificate(crypto: Crypto, certificate: DeviceCertificate): boolean {
  const { member, device, agreement, signature } = certificate
  const memberKey = hexBytes(member)
  if (!crypto.isSigningKey(memberKey) || !crypto.isSigningKey(hexBytes(device))) return false
  if (!crypto.agree(probe, hexBytes(agreement))) return false
  return crypto.verify(memberKey, sshSignedData(crypto, 'anvcs', certifiedMessage(member, certificate)), signature)
}

/** [member, number, device, agreement, signature]. */
export function writeDeviceCertificate(certificate: DeviceCertificate): CborValue {
  const { member, number, device, agreement, signature } = certificate
  return [hexBytes(member), number, hexBytes(device), hexBytes(agreement), signature]
}

/** The certificate, or undefined where the value has another form. It has not been verified. */
export function readDeviceCertificate(value: CborValue): DeviceCertificate | undefined {
  const read = shape(value)
  if (!read) return undefined
  const [member, number, device, agreement, signature] = read
  return {
    member: toHex(member) as KeyId,
    number,
    device: toHex(device) as KeyId,
    agreement: toHex(agreement),
    signature,
  }
}

function certifiedMessage(member: KeyId, { number, device, agreement }: DeviceKeys): Uint8Array {
  return encodeCbor(['anvcs/1 device', hexBytes(member), number, hexBytes(device), hexBytes(agreement)])
}
