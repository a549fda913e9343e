import type { KeyId, RoomId } from '../../../src/contracts/ids.ts'
import { certifyDeviceBySeed, type DeviceCertificate } from '../../../src/identity/device-certificate.ts'
import { toHex } from '../../../src/lib/bytes.ts'
import { nodeCrypto } from '../../../src/node/crypto.ts'

export const someRoom = '00112233445566778899aabbccddeeff' as RoomId

/** A member with one device, all keys made from one number. */
export interface Person {
  readonly memberSeed: Uint8Array
  readonly deviceSeed: Uint8Array
  readonly agreementSecret: Uint8Array
  readonly certificate: DeviceCertificate
}

export function person(id: number): Person {
  const [memberSeed, deviceSeed, agreementSecret] = [0, 1, 2].map((i) => new Uint8Array(32).fill(3 * id + i + 1))
  return {
    memberSeed: memberSeed!,
    deviceSeed: deviceSeed!,
    agreementSecret: agreementSecret!,
    certificate: certifyDeviceBySeed(nodeCrypto, memberSeed!, {
      number: id % 16,
      device: toHex(nodeCrypto.signingPublicKey(deviceSeed!)) as KeyId,
      agreement: toHex(nodeCrypto.agreementPublicKey(agreementSecret!)),
    }),
  }
}
