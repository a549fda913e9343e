import { writeUint8Array, writeVarUint } from 'lib0/encoding'
import * as Y from 'yjs'
import type { ReadUpdate } from './causal-queue.ts'
import type { ItemPlace } from './update-reader.ts'

/** How many units of a client the writer of an update had seen before it. */
export type Known = (client: number) => number

/**
 * The update, each item's right neighbour being the unit that stood right of its left one for its writer, as an honest
 * writer's does. Where it is another one, Yjs puts the item at a place that depends on the order of arrival, so that one
 * hostile member would let honest peers drift apart for good. Units never change their order, so every peer mends alike.
 * Without `known` only neighbours in the wrong order are mended. All that the update builds on has been applied.
 */
export function mendNeighbours(doc: Y.Doc, text: Y.Text, update: ReadUpdate, known?: Known): Uint8Array {
  const { typed, places } = update.read
  if (!typed) return update.bytes
  const knows = known && ((client: number) => (client === typed.client ? typed.clock : known(client)))
  let mended: Map<number, Y.ID | null> | undefined
  for (let i = 0; i < places.length; i++) {
    const right = mendedRight(doc, text, places[i]!, knows)
    if (right !== undefined) (mended ??= new Map<number, Y.ID | null>()).set(i, right)
  }
  return mended ? withRight(update, mended) : update.bytes
}

/** The right neighbour that a place ought to have (null: the end), or undefined where it has it. */
function mendedRight(doc: Y.Doc, text: Y.Text, place: ItemPlace, known: Known | undefined): Y.ID | null | undefined {
  const { leftClient, leftClock, rightClient, rightClock } = place
  if (!known && (leftClient < 0 || rightClient < 0)) return undefined
  let item = leftClient < 0 ? text._start : Y.getItem(doc.store, Y.createID(leftClient, leftClock))
  let clock = leftClient < 0 ? 0 : leftClock + 1
  for (; item; item = item.right, clock = 0) {
    const { client } = item.id
    const first = Math.max(clock, item.id.clock)
    const end = item.id.clock + item.length
    if (first === end) continue
    // What the writer did not know was typed at the same time and may stand between.
    if (known && (client !== rightClient || first !== rightClock) && first < known(client))
      return Y.createID(client, first)
    if (client === rightClient && rightClock >= first && rightClock < end) return undefined
  }
  return rightClient < 0 ? undefined : null
}

function withRight({ bytes, read }: ReadUpdate, mended: ReadonlyMap<number, Y.ID | null>): Uint8Array {
  const items = Y.decodeUpdate(bytes).structs as Y.Item[]
  const encoder = new Y.UpdateEncoderV1()
  writeVarUint(encoder.restEncoder, 1)
  writeVarUint(encoder.restEncoder, items.length)
  encoder.writeClient(items[0]!.id.client)
  writeVarUint(encoder.restEncoder, items[0]!.id.clock)
  for (const [i, item] of items.entries()) {
    const right = mended.get(i)
    if (right !== undefined) item.rightOrigin = right
    item.write(encoder, 0)
  }
  writeUint8Array(encoder.restEncoder, bytes.subarray(read.deletedAt))
  return encoder.toUint8Array()
}
