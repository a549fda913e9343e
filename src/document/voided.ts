import { createEncoder, toUint8Array, writeUint8Array, writeVarUint } from 'lib0/encoding'
import { AnvcsError } from '../contracts/errors.ts'
import { readTextUpdate } from './update-reader.ts'

/**
 * An update that keeps its place but not its content: the same items, all deleted, and none of its deletions. Others may
 * have typed beside these items, so they cannot be left out.
 */
export function voidUpdate(update: Uint8Array): Uint8Array {
  const read = readTextUpdate(update)
  if (!read) throw new AnvcsError('INTERNAL', { message: 'An update was voided that had not been checked.' })
  const encoder = createEncoder()
  writeUint8Array(encoder, update.subarray(0, read.deletedAt))
  if (read.typed)
    for (const n of [1, read.typed.client, 1, read.typed.clock, read.typed.length]) writeVarUint(encoder, n)
  else writeVarUint(encoder, 0)
  return toUint8Array(encoder)
}
