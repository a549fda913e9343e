import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Crypto } from '../contracts/crypto.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { KeyId } from '../contracts/ids.ts'
import type { Random } from '../contracts/random.ts'
import { fromHex, fromUtf8, toHex, utf8 } from '../lib/bytes.ts'
import { createPrivateFile, readPrivateFile } from './private-file.ts'

/** The secrets of one device: one clone of a repository on one machine. */
export interface DeviceKey {
  readonly device: KeyId
  /** Ed25519, 32 bytes. */
  readonly signingSeed: Uint8Array
  /** X25519, 32 bytes. */
  readonly agreementSecret: Uint8Array
}

/** The Git common directory that a device belongs to. A copy of it has another path or another inode. */
interface Place {
  readonly path: string
  readonly inode: string
}

/**
 * The key of a device, by the id that the clone remembers. Undefined where it is not here, or belongs to another clone: a
 * copied, moved or restored one must not go on as the same device, for both would write the same feed.
 */
export async function readDeviceKey(
  crypto: Crypto,
  configFolder: string,
  device: KeyId,
  commonDirectory: string,
): Promise<DeviceKey | undefined> {
  const path = deviceKeyPath(configFolder, device)
  const bytes = await readPrivateFile(path)
  if (!bytes) return undefined
  const file = parseFile(bytes)
  if (!file || toHex(crypto.signingPublicKey(file.signingSeed)) !== device)
    throw new AnvcsError('KEY_INVALID', {
      message: `${path} is damaged.`,
      hint: 'Move it away; the clone gets a new key.',
    })
  const place = await placeOf(commonDirectory)
  if (file.place.path !== place.path || file.place.inode !== place.inode) return undefined
  return { device, signingSeed: file.signingSeed, agreementSecret: file.agreementSecret }
}

/** Makes the key of a new device for the clone with this Git common directory. */
export async function createDeviceKey(
  crypto: Crypto,
  random: Random,
  configFolder: string,
  commonDirectory: string,
): Promise<DeviceKey> {
  const signingSeed = random.bytes(32)
  const agreementSecret = random.bytes(32)
  const device = toHex(crypto.signingPublicKey(signingSeed)) as KeyId
  const content = JSON.stringify({
    version: 1,
    signing_seed: toHex(signingSeed),
    agreement_secret: toHex(agreementSecret),
    place: await placeOf(commonDirectory),
  })
  if (!(await createPrivateFile(deviceKeyPath(configFolder, device), utf8(`${content}\n`))))
    throw new AnvcsError('KEY_INVALID', { message: 'A new device key is one that exists: randomness is broken.' })
  return { device, signingSeed, agreementSecret }
}

function deviceKeyPath(configFolder: string, device: KeyId): string {
  return join(configFolder, 'devices', `${device}.json`)
}

async function placeOf(commonDirectory: string): Promise<Place> {
  try {
    const path = await realpath(commonDirectory)
    const { ino } = await stat(path, { bigint: true })
    return { path, inode: ino.toString() }
  } catch (error) {
    throw new AnvcsError('NOT_A_REPOSITORY', { cause: error, details: { path: commonDirectory } })
  }
}

function parseFile(
  bytes: Uint8Array,
): { readonly signingSeed: Uint8Array; readonly agreementSecret: Uint8Array; readonly place: Place } | undefined {
  const file = parseJson(fromUtf8(bytes) ?? '')
  const place = field(file, 'place')
  const signingSeed = key(field(file, 'signing_seed'))
  const agreementSecret = key(field(file, 'agreement_secret'))
  const path = field(place, 'path')
  const inode = field(place, 'inode')
  if (field(file, 'version') !== 1 || !signingSeed || !agreementSecret) return undefined
  return typeof path === 'string' && typeof inode === 'string'
    ? { signingSeed, agreementSecret, place: { path, inode } }
    : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

function key(value: unknown): Uint8Array | undefined {
  const bytes = typeof value === 'string' ? fromHex(value) : undefined
  return bytes?.length === 32 ? bytes : undefined
}
