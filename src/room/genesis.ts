import { AnvcsError } from '../contracts/errors.ts'
import { controlEpoch, zeroFeed, zeroRoom } from '../contracts/ids.ts'
import { roomIdOf } from '../identity/ids.ts'
import { entryKeys } from '../identity/key-schedule.ts'
import { sealEntry, type Entry } from '../journal/entry.ts'
import { writeControlBody, type EpochBody, type GenesisBody } from './control-body.ts'
import { RoomKeys } from './keys.ts'
import type { Founding, RoomOptions } from './room-options.ts'
import { newestVersions } from './room-versions.ts'

/** The first entry of a new room, and the keys that it begins with: the control key and epoch 1. */
export function sealGenesis(
  { crypto, deflate, random, clock, identity, objects, drivers }: RoomOptions,
  founding: Founding,
): { readonly entry: Entry; readonly keys: RoomKeys } {
  if (!objects.has(founding.base)) throw new AnvcsError('COMMIT_UNKNOWN', { details: { base: founding.base } })
  const controlKey = random.bytes(32)
  const genesis: GenesisBody = {
    kind: 'genesis',
    certificate: identity.certificate,
    person: identity.person,
    base: founding.base,
    objectFormat: objects.format,
    branch: founding.branch,
    versions: newestVersions(drivers),
    unique: random.bytes(16),
    salt: random.bytes(16),
  }
  const sealed = entryKeys(crypto, controlKey, { room: zeroRoom, epoch: controlEpoch, feed: zeroFeed })
  const fields = {
    room: zeroRoom,
    feed: zeroFeed,
    seq: 0,
    prev: undefined,
    lamport: 1,
    timeMs: clock.now(),
    epoch: controlEpoch,
    firstOperation: 0,
    deps: [],
  }
  const entry = sealEntry(crypto, deflate, sealed, identity.deviceSeed, fields, writeControlBody(genesis), false)
  const keys = new RoomKeys(crypto, roomIdOf(entry.id))
  keys.add(controlKey, [random.bytes(32)])
  return { entry, keys }
}

/** The entry that gives epoch 1 to the founder's device. */
export function firstEpoch({ random, identity }: RoomOptions, keys: RoomKeys): EpochBody {
  const epoch = keys.newest!
  const { certificate } = identity
  const box = keys.epochBoxFor(random, epoch, certificate)!
  return { kind: 'epoch', epoch, parents: [controlEpoch], boxes: [{ device: certificate.device, box }] }
}
