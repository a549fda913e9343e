import type { Crypto, Deflate } from '../../src/contracts/crypto.ts'
import type { EpochId, KeyId, RoomId } from '../../src/contracts/ids.ts'
import type { Vault } from '../../src/contracts/vault.ts'
import { entryKeys, type EntryKeys } from '../../src/identity/key-schedule.ts'
import type { DeviceCertificate } from '../../src/identity/device-certificate.ts'
import { empty, toHex } from '../../src/lib/bytes.ts'
import { decodeCbor, encodeCbor, type CborValue } from '../../src/lib/cbor.ts'
import {
  decodeEntry,
  openEntry,
  padmeLength,
  sealEntry,
  verifyEntry,
  type Entry,
  type EntryFields,
} from '../../src/journal/entry.ts'
import { readControlBody, writeControlBody, type ControlBody } from '../../src/room/control-body.ts'
import { RoomKeys } from '../../src/room/keys.ts'
import { loadSecrets, saveSecrets, type IssuedTicket } from '../../src/room/secrets.ts'
import { codec, format, type Format } from './format.ts'

interface EntryInput {
  readonly epochKey: Uint8Array
  readonly deviceSeed: Uint8Array
  readonly fields: EntryFields
  readonly body: CborValue
}

/** Entries: sealed, signed, and read again by whoever has the key of the epoch. */
export function entryFormats(crypto: Crypto, deflate: Deflate): Readonly<Record<string, Format>> {
  const keysOf = ({ epochKey, fields }: EntryInput): EntryKeys => entryKeys(crypto, epochKey, fields)
  const entryOf = (input: EntryInput, compress: boolean): Entry =>
    sealEntry(crypto, deflate, keysOf(input), input.deviceSeed, input.fields, input.body, compress)
  const read = (bytes: Uint8Array, input: EntryInput): EntryInput | undefined => {
    const entry = decodeEntry(crypto, bytes)
    const device = toHex(crypto.signingPublicKey(input.deviceSeed)) as KeyId
    const body = entry && openEntry(crypto, deflate, keysOf(input), entry)
    if (!entry || body === undefined || !verifyEntry(crypto, device, entry)) return undefined
    const { nonce: _, length: _length, hash: _hash, ...fields } = entry.head
    return { ...input, fields, body }
  }
  return {
    entry: format((input: EntryInput) => entryOf(input, false).bytes, read),
    'compressed entry': {
      ...format((input: EntryInput) => entryOf(input, true).bytes, read),
      onlyReadingIsFixed: true,
    },
    'entry id and place': format((input: EntryInput) => {
      const { id, room, feed } = entryOf(input, false)
      return { id, room, feed }
    }),
    'padded length': format((length: number) => padmeLength(length)),
    'control body': codec<ControlBody>(
      (body) => encodeCbor(writeControlBody(body)),
      (bytes) => readControlBody(decodeCbor(bytes)!),
    ),
  }
}

interface KeysInput {
  readonly room: RoomId
  readonly controlKey: Uint8Array
  readonly epochKeys: readonly Uint8Array[]
}

interface BoxInput extends KeysInput {
  readonly certificate: DeviceCertificate
  readonly agreementSecret: Uint8Array
  readonly ephemeralSecret: Uint8Array
}

const noVault: Vault = { load: async () => undefined, save: async () => {} }

/** Boxes that keys travel in, and where they lie on disk. */
export function boxFormats(crypto: Crypto): Readonly<Record<string, Format>> {
  const keysOf = ({ room, controlKey, epochKeys }: KeysInput): RoomKeys => {
    const keys = new RoomKeys(crypto, room)
    keys.add(controlKey, epochKeys)
    return keys
  }
  const ephemeral = ({ ephemeralSecret }: BoxInput) => ({ seeded: true, bytes: () => ephemeralSecret })
  return {
    'keys box': format(
      (of: BoxInput) => keysOf(of).boxFor(ephemeral(of), of.certificate)!,
      (box, of) => {
        const keys = new RoomKeys(crypto, of.room)
        if (!keys.takeBox(of.agreementSecret, of.certificate.device, box)) return undefined
        return { ...of, controlKey: keys.controlKey, epochKeys: keys.epochKeys }
      },
    ),
    'epoch box': format(
      (of: BoxInput & { epoch: EpochId }) => keysOf(of).epochBoxFor(ephemeral(of), of.epoch, of.certificate)!,
      (box, of) => {
        const keys = new RoomKeys(crypto, of.room)
        if (!keys.takeEpochBox(of.agreementSecret, of.certificate.device, of.epoch, box)) return undefined
        return { ...of, epochKeys: keys.epochKeys }
      },
    ),
    'room secrets': format(
      async ({ tickets, ...of }: KeysInput & { tickets: readonly IssuedTicket[] }) => {
        let saved: Uint8Array = empty
        await saveSecrets({ ...noVault, save: async (bytes) => void (saved = bytes) }, { keys: keysOf(of), tickets })
        return saved
      },
      async (bytes) => {
        const secrets = await loadSecrets(crypto, { ...noVault, load: async () => bytes })
        if (!secrets) return undefined
        const { keys, tickets } = secrets
        return { room: keys.room, controlKey: keys.controlKey, epochKeys: keys.epochKeys, tickets }
      },
    ),
  }
}
