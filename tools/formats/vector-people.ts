import type { EntryId, FeedId, KeyId, ObjectId, RoomId } from '../../src/contracts/ids.ts'
import { certifyDeviceBySeed, type DeviceCertificate } from '../../src/identity/device-certificate.ts'
import { feedIdOf } from '../../src/identity/ids.ts'
import { toHex, utf8 } from '../../src/lib/bytes.ts'
import { nodeCrypto } from '../../src/node/crypto.ts'

/** Per format of one fixture file, inputs by name. */
export type Inputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The suite that the vectors are made with. */
export const crypto = nodeCrypto

/** Bytes that depend on a name and nothing else: at most 8 KiB. */
export function some(name: string, length: number): Uint8Array {
  return crypto.hkdfSha256(utf8('anvcs test vectors'), utf8(name), length)
}

const personOf = (name: string) => ({
  member: some(`${name} member`, 32),
  device: some(`${name} device`, 32),
  agreement: some(`${name} agreement`, 32),
})

/** Secrets of the people and of the room in the vectors. Nobody else uses them. */
export const seeds = {
  alice: personOf('alice'),
  bob: personOf('bob'),
  controlKey: some('control key', 32),
  epochKey: some('epoch key', 32),
  ticket: some('ticket', 32),
}

function certificateOf({ member, device, agreement }: (typeof seeds)['alice']): DeviceCertificate {
  return certifyDeviceBySeed(crypto, member, {
    number: 0,
    device: toHex(crypto.signingPublicKey(device)) as KeyId,
    agreement: toHex(crypto.agreementPublicKey(agreement)),
  })
}

export const certificates = { alice: certificateOf(seeds.alice), bob: certificateOf(seeds.bob) }

export const room = toHex(some('room', 16)) as RoomId
export const commit = toHex(some('commit', 20)) as ObjectId

const feedOf = (name: string): FeedId => feedIdOf(crypto, room, toHex(some(name, 32)) as EntryId, 0, 0)
export const feeds = { alice: feedOf('alice'), bob: feedOf('bob') }
