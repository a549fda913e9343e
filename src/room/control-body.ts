import type { EntryId, EpochId, KeyId, ObjectId } from '../contracts/ids.ts'
import type { ObjectFormat } from '../contracts/object-store.ts'
import {
  readDeviceCertificate,
  writeDeviceCertificate,
  type DeviceCertificate,
} from '../identity/device-certificate.ts'
import { isFitName } from '../identity/admission.ts'
import { hexBytes, toHex } from '../lib/bytes.ts'
import type { CborValue } from '../lib/cbor.ts'
import {
  bytesOf,
  bytesUpTo,
  exactly,
  listOf,
  objectIdBytes,
  type Shape,
  textUpTo,
  tuple,
  uint,
  uintUpTo,
} from '../lib/shape.ts'

/** Bodies of control entries, which the control key seals: who is in the room, and how they got there. docs/protocol.md, "Control entries". */

/** What a person or agent is called in commits. */
export interface Person {
  readonly name: string
  readonly email: string
}

/** The versions that all peers of a room follow. */
export interface RoomVersions {
  readonly format: number
  readonly merge: number
  readonly diff: number
}

/** The first entry of a room, from which its id is made. */
export interface GenesisBody {
  readonly kind: 'genesis'
  readonly certificate: DeviceCertificate
  readonly person: Person
  readonly base: ObjectId
  readonly objectFormat: ObjectFormat
  readonly branch: string
  readonly versions: RoomVersions
  /** Makes the room's id unique. */
  readonly unique: Uint8Array
  readonly salt: Uint8Array
}

/** The first entry of every feed but the founder's first. */
export interface OpeningBody {
  readonly kind: 'opening'
  /** The genesis or `add` entry that admitted the member. */
  readonly admission: EntryId
  readonly run: number
  readonly certificate: DeviceCertificate
  /** Salts the digests of records that the feed announces. */
  readonly salt: Uint8Array
}

/** A ticket can be used from now on. */
export interface TicketBody {
  readonly kind: 'ticket'
  readonly ticketKey: KeyId
  readonly scopes: readonly Scope[]
  readonly uses: number
  readonly expiresMs: number
}

/** Admits a member that proved a ticket. */
export interface AddBody {
  readonly kind: 'add'
  /** The entry of the ticket. */
  readonly ticket: EntryId
  readonly certificate: DeviceCertificate
  readonly person: Person
  /** The link over which the ticket was proved. */
  readonly binding: Uint8Array
  readonly proof: Uint8Array
}

/** A new room key, sealed to the devices of its members. */
export interface EpochBody {
  readonly kind: 'epoch'
  readonly epoch: EpochId
  readonly parents: readonly EpochId[]
  readonly boxes: readonly { readonly device: KeyId; readonly box: Uint8Array }[]
}

export type ControlBody = GenesisBody | OpeningBody | TicketBody | AddBody | EpochBody

export const scopes = ['read', 'write', 'commit', 'merge', 'admin'] as const
export type Scope = (typeof scopes)[number]

const objectFormats = ['sha1', 'sha256'] as const
/** UTF-16 units of a name or an e-mail address. */
export const maxPersonUnits = 200
const maxBranchUnits = 1000
const maxBindingBytes = 256
/** The number of a device's last run. */
const maxRun = 65_535
const maxTicketUses = 1_000_000
const maxEpochParents = 64
const maxEpochBoxes = 4096
const maxEpochBoxBytes = 1024

const personShape: Shape<Person> = (value) => {
  const read = tuple(textUpTo(maxPersonUnits), textUpTo(maxPersonUnits))(value)
  return read && isFitName(read[0]) && isFitName(read[1]) ? { name: read[0], email: read[1] } : undefined
}

const keyShape = hexShape<KeyId>(bytesOf(32))
const entryIdShape = hexShape<EntryId>(bytesOf(32))
const epochShape = hexShape<EpochId>(bytesOf(16))
const objectIdShape = hexShape<ObjectId>(objectIdBytes)
const scopeShape: Shape<Scope> = (value) => scopes.find((scope) => scope === value)
const formatShape: Shape<ObjectFormat> = (value) => objectFormats.find((format) => format === value)

/** An id: bytes on the wire, hexadecimal text here. */
function hexShape<T extends string>(bytes: Shape<Uint8Array>): Shape<T> {
  return (value) => {
    const read = bytes(value)
    return read && (toHex(read) as T)
  }
}

const genesisShape = tuple(
  exactly(0),
  readDeviceCertificate,
  personShape,
  objectIdShape,
  formatShape,
  textUpTo(maxBranchUnits),
  tuple(uint, uint, uint),
  bytesOf(16),
  bytesOf(16),
)
const openingShape = tuple(exactly(1), entryIdShape, uintUpTo(maxRun), readDeviceCertificate, bytesOf(16))
const ticketShape = tuple(exactly(2), keyShape, listOf(scopeShape, scopes.length), uintUpTo(maxTicketUses), uint)
const addShape = tuple(
  exactly(3),
  entryIdShape,
  readDeviceCertificate,
  personShape,
  bytesUpTo(maxBindingBytes),
  bytesOf(64),
)
const epochEntryShape = tuple(
  exactly(6),
  epochShape,
  listOf(epochShape, maxEpochParents),
  listOf(tuple(keyShape, bytesUpTo(maxEpochBoxBytes)), maxEpochBoxes),
)

/** The control body, or undefined where the value is of another kind or malformed. */
export function readControlBody(value: CborValue): ControlBody | undefined {
  switch (Array.isArray(value) ? value[0] : undefined) {
    case 0: {
      const read = genesisShape(value)
      if (!read) return undefined
      const [, certificate, person, base, objectFormat, branch, [format, merge, diff], unique, salt] = read
      return {
        kind: 'genesis',
        certificate,
        person,
        base,
        objectFormat,
        branch,
        versions: { format, merge, diff },
        unique,
        salt,
      }
    }
    case 1: {
      const read = openingShape(value)
      return read && { kind: 'opening', admission: read[1], run: read[2], certificate: read[3], salt: read[4] }
    }
    case 2: {
      const read = ticketShape(value)
      return read && { kind: 'ticket', ticketKey: read[1], scopes: read[2], uses: read[3], expiresMs: read[4] }
    }
    case 3: {
      const read = addShape(value)
      if (!read) return undefined
      const [, ticket, certificate, person, binding, proof] = read
      return { kind: 'add', ticket, certificate, person, binding, proof }
    }
    case 6: {
      const read = epochEntryShape(value)
      return (
        read && {
          kind: 'epoch',
          epoch: read[1],
          parents: read[2],
          boxes: read[3].map(([device, box]) => ({ device, box })),
        }
      )
    }
    default:
      return undefined
  }
}

/** What `readControlBody` reads. */
export function writeControlBody(body: ControlBody): CborValue {
  switch (body.kind) {
    case 'genesis': {
      const { certificate, person, base, objectFormat, branch, versions, unique, salt } = body
      return [
        0,
        writeDeviceCertificate(certificate),
        [person.name, person.email],
        hexBytes(base),
        objectFormat,
        branch,
        [versions.format, versions.merge, versions.diff],
        unique,
        salt,
      ]
    }
    case 'opening':
      return [1, hexBytes(body.admission), body.run, writeDeviceCertificate(body.certificate), body.salt]
    case 'ticket':
      return [2, hexBytes(body.ticketKey), body.scopes, body.uses, body.expiresMs]
    case 'add': {
      const { ticket, certificate, person, binding, proof } = body
      return [3, hexBytes(ticket), writeDeviceCertificate(certificate), [person.name, person.email], binding, proof]
    }
    case 'epoch': {
      const boxes = body.boxes.map(({ device, box }) => [hexBytes(device), box])
      return [6, hexBytes(body.epoch), body.parents.map(hexBytes), boxes]
    }
  }
}
