import { writeUint8Array, writeVarUint } from 'lib0/encoding'
import * as Y from 'yjs'
import type { ReadUpdate } from './causal-queue.ts'
import type { ItemPlace } from './update-reader.ts'

type Store = Y.Doc['store']

/**
 * The update, without the right neighbours that do not stand right of their left ones. An honest writer's neighbours are
 * in order. Where they are not, Yjs puts the item at a place that depends on the order of arrival, so that one hostile
 * member would let honest peers drift apart for good. Two units never change their order, so every peer decides alike.
 * All that the update builds on has been applied.
 */
export function keepOrder(store: Store, update: ReadUpdate): Uint8Array {
  const inverted = new Set<number>()
  for (const [i, place] of update.read.places.entries()) if (!isInOrder(store, place)) inverted.add(i)
  return inverted.size ? withoutRight(update, inverted) : update.bytes
}

function isInOrder(store: Store, { leftClient, leftClock, rightClient, rightClock }: ItemPlace): boolean {
  if (leftClient < 0 || rightClient < 0) return true
  const left = itemAt(store, leftClient, leftClock)
  const right = itemAt(store, rightClient, rightClock)
  if (left === right) return leftClock < rightClock
  let next = left.right
  while (next && next !== right) next = next.right
  return next === right
}

function itemAt(store: Store, client: number, clock: number): Y.Item {
  return Y.getItem(store, Y.createID(client, clock))
}

function withoutRight({ bytes, read }: ReadUpdate, places: ReadonlySet<number>): Uint8Array {
  const items = Y.decodeUpdate(bytes).structs as Y.Item[]
  const encoder = new Y.UpdateEncoderV1()
  writeVarUint(encoder.restEncoder, 1)
  writeVarUint(encoder.restEncoder, items.length)
  encoder.writeClient(items[0]!.id.client)
  writeVarUint(encoder.restEncoder, items[0]!.id.clock)
  for (const [i, item] of items.entries()) {
    if (places.has(i)) item.rightOrigin = null
    item.write(encoder, 0)
  }
  writeUint8Array(encoder.restEncoder, bytes.subarray(read.deletedAt))
  return encoder.toUint8Array()
}
