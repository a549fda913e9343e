import { writeVarUint } from 'lib0/encoding'
import * as Y from 'yjs'
import { writeDeletions } from './deletions.ts'
import type { DeleteSet } from './quiet-doc.ts'
import type { UnitRange } from './update-reader.ts'

/** The newest items of a client, which begin at a clock, and what was deleted with them: as one update, in the bytes that Yjs writes. */
export function writeUpdate(store: Y.Doc['store'], client: number, clock: number, deleted: DeleteSet): Uint8Array {
  const encoder = new Y.UpdateEncoderV1()
  writeItems(encoder, store.clients.get(client) ?? [], client, clock)
  // As of most edits: to sort and group nothing takes its time, too.
  if (deleted.clients.size) writeDeletions(encoder.restEncoder, rangesOf(deleted))
  else writeVarUint(encoder.restEncoder, 0)
  return encoder.toUint8Array()
}

function writeItems(
  encoder: Y.UpdateEncoderV1,
  structs: readonly (Y.Item | Y.GC)[],
  client: number,
  clock: number,
): void {
  let first = structs.length
  while (first && structs[first - 1]!.id.clock >= clock) first--
  const { restEncoder } = encoder
  if (first === structs.length) {
    writeVarUint(restEncoder, 0)
    return
  }
  writeVarUint(restEncoder, 1)
  writeVarUint(restEncoder, structs.length - first)
  encoder.writeClient(client)
  writeVarUint(restEncoder, clock)
  for (let i = first; i < structs.length; i++) structs[i]!.write(encoder, 0)
}

function rangesOf({ clients }: DeleteSet): readonly UnitRange[] {
  return [...clients].flatMap(([client, ranges]) => ranges.map(({ clock, len }) => ({ client, clock, length: len })))
}
