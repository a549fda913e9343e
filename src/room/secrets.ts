import type { Crypto } from '../contracts/crypto.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { RoomId } from '../contracts/ids.ts'
import type { Vault } from '../contracts/vault.ts'
import { toHex, hexBytes } from '../lib/bytes.ts'
import { decodeCbor, encodeCbor } from '../lib/cbor.ts'
import { bytesOf, exactly, listOf, tuple, uint } from '../lib/shape.ts'
import { RoomKeys } from './keys.ts'

/** A ticket that this device has issued: whoever has its seed may ask to be let in. */
export interface IssuedTicket {
  readonly seed: Uint8Array
  readonly expiresMs: number
}

/** Everything secret that a device keeps of a room. */
export interface RoomSecrets {
  readonly keys: RoomKeys
  readonly tickets: readonly IssuedTicket[]
}

const shape = tuple(
  exactly(1),
  bytesOf(16),
  bytesOf(32),
  listOf(bytesOf(32), 100_000),
  listOf(tuple(bytesOf(32), uint), 10_000),
)

/** Layout: [1, room, control key, [epoch key...], [[ticket seed, expiry]...]]. */
export async function saveSecrets(vault: Vault, { keys, tickets }: RoomSecrets): Promise<void> {
  const rows = tickets.map(({ seed, expiresMs }) => [seed, expiresMs] as const)
  await vault.save(encodeCbor([1, hexBytes(keys.room), keys.controlKey, keys.epochKeys, rows]))
}

/** What was saved, or undefined where nothing was. Throws ROOM_CORRUPT where it cannot be read. */
export async function loadSecrets(crypto: Crypto, vault: Vault): Promise<RoomSecrets | undefined> {
  const bytes = await vault.load()
  if (!bytes) return undefined
  const value = decodeCbor(bytes)
  const read = value === undefined ? undefined : shape(value)
  if (!read)
    throw new AnvcsError('ROOM_CORRUPT', {
      message: `The keys of the room are damaged${vault.place ? `: ${vault.place}` : ''}.`,
      hint: 'Put that file back from a backup, or ask a member for a ticket and run `ai-vcs collab join TICKET`.',
    })
  const [, room, controlKey, epochKeys, tickets] = read
  const keys = new RoomKeys(crypto, toHex(room) as RoomId)
  keys.add(controlKey, epochKeys)
  return { keys, tickets: tickets.map(([seed, expiresMs]) => ({ seed, expiresMs })) }
}
