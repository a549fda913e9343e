import * as Y from 'yjs'
import type { ItemPlace, TextUpdate } from './update-reader.ts'

/** How many units of a client the writer of an update had seen before it. */
export type Known = (client: number) => number

/**
 * Where the items of an update stand, each item's right neighbour being the unit that stood right of its left one for its writer, as an
 * honest writer's does: their own places where all have it. Where it is another one, Yjs puts the item at a place that depends on the
 * order of arrival, so that one hostile member would let honest peers drift apart for good. Units never change their order, so every
 * peer mends alike. Without `known` only neighbours in the wrong order are mended. All that the update builds on has been applied.
 */
export function mendedPlaces(
  doc: Y.Doc,
  text: Y.Text,
  { typed, items }: TextUpdate,
  known?: Known,
): readonly ItemPlace[] {
  const knows = known && ((client: number) => (client === typed!.client ? typed!.clock : known(client)))
  let mended: ItemPlace[] | undefined
  for (const [i, item] of items.entries()) {
    const right = mendedRight(doc, text, item, knows)
    if (!right) continue
    mended ??= [...items]
    mended[i] = { ...item, rightClient: right.client, rightClock: right.clock }
  }
  return mended ?? items
}

const end = Y.createID(-1, -1)

/** The right neighbour that a place ought to have, or undefined where it has it. */
function mendedRight(doc: Y.Doc, text: Y.Text, place: ItemPlace, known: Known | undefined): Y.ID | undefined {
  const { leftClient, leftClock, rightClient, rightClock } = place
  if (!known && (leftClient < 0 || rightClient < 0)) return undefined
  let item = leftClient < 0 ? text._start : Y.getItem(doc.store, Y.createID(leftClient, leftClock))
  let clock = leftClient < 0 ? 0 : leftClock + 1
  for (; item; item = item.right, clock = 0) {
    const { client } = item.id
    const first = Math.max(clock, item.id.clock)
    const after = item.id.clock + item.length
    if (first === after) continue
    // What the writer did not know was typed at the same time and may stand between.
    if (known && (client !== rightClient || first !== rightClock) && first < known(client))
      return Y.createID(client, first)
    if (client === rightClient && rightClock >= first && rightClock < after) return undefined
  }
  return rightClient < 0 ? undefined : end
}
