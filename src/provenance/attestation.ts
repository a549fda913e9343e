import type { ObjectId, RoomId } from '../contracts/ids.ts'
import { hexBytes } from '../lib/bytes.ts'
import { encodeCbor } from '../lib/cbor.ts'
import { canonicalJson, isObject, parseCanonicalJson } from './canonical-json.ts'

/** A member vouches that an automatic merge is what the rules make of its parents: it has recomputed it. */
export interface Attestation {
  readonly commit_id: ObjectId
  readonly room: RoomId
  /** The member's key. */
  readonly member: string
  /** An SSH signature of namespace `anvcs` over `attestedMessage`. */
  readonly signature: string
}

/** What an attestation signs: ["anvcs/1 attest", room, commit]. */
export function attestedMessage(room: RoomId, commit: ObjectId): Uint8Array {
  return encodeCbor(['anvcs/1 attest', hexBytes(room), hexBytes(commit)])
}

/** One line of a note, canonical JSON. */
export function attestationLine({ commit_id, room, member, signature }: Attestation): string {
  return canonicalJson({ attestation: { member, room, signature }, commit_id })
}

/** The attestation in a line of a note, or undefined for anything that `attestationLine` would not have written. Its signature has not been verified. */
export function readAttestation(text: string): Attestation | undefined {
  const value = parseCanonicalJson(text, { maxBytes: 4096, maxDepth: 3, maxValues: 16 })
  const inner = isObject(value) ? value['attestation'] : undefined
  if (!isObject(value) || !isObject(inner)) return undefined
  const commit = value['commit_id']
  const { member, room, signature } = inner
  if (typeof commit !== 'string' || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return undefined
  if (typeof member !== 'string' || !/^[0-9a-f]{64}$/.test(member)) return undefined
  if (typeof room !== 'string' || !/^[0-9a-f]{32}$/.test(room) || typeof signature !== 'string') return undefined
  const attestation = { commit_id: commit as ObjectId, room: room as RoomId, member, signature }
  return attestationLine(attestation) === text ? attestation : undefined
}
