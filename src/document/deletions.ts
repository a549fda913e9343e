import { createEncoder, toUint8Array, writeUint8Array, writeVarUint } from 'lib0/encoding'
import { AnvcsError } from '../contracts/errors.ts'
import { groupBy } from '../lib/group-by.ts'
import { joinedRanges } from './unit-ranges.ts'
import { readTextUpdate, type TextUpdate, type UnitRange } from './update-reader.ts'

/**
 * An update that keeps its place but not its content: the same items, all deleted, and none of its deletions. Others may
 * have typed beside these items, so they cannot be left out.
 */
export function voidUpdate(update: Uint8Array): Uint8Array {
  const { typed } = readChecked(update)
  return withDeletions(update, typed ? [typed] : [])
}

/** The same items with other deletions than its own. */
export function withDeletions(update: Uint8Array, deleted: readonly UnitRange[]): Uint8Array {
  const encoder = createEncoder()
  writeUint8Array(encoder, update.subarray(0, readChecked(update).deletedAt))
  writeDeletions(encoder, deleted)
  return toUint8Array(encoder)
}

/** An update that deletes units and types nothing. */
export function deletionOf(deleted: readonly UnitRange[]): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, 0)
  writeDeletions(encoder, deleted)
  return toUint8Array(encoder)
}

/** A delete set in the bytes that Yjs writes. */
export function writeDeletions(encoder: ReturnType<typeof createEncoder>, deleted: readonly UnitRange[]): void {
  const byClient = groupBy(joinedRanges(deleted), ({ client }) => client)
  writeVarUint(encoder, byClient.size)
  for (const [client, ranges] of [...byClient].reverse()) {
    writeVarUint(encoder, client)
    writeVarUint(encoder, ranges.length)
    for (const { clock, length } of ranges) {
      writeVarUint(encoder, clock)
      writeVarUint(encoder, length)
    }
  }
}

function readChecked(update: Uint8Array): TextUpdate {
  const read = readTextUpdate(update)
  if (!read) throw new AnvcsError('INTERNAL', { message: 'An update was voided that had not been checked.' })
  return read
}
