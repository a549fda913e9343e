import type { AuthorId, FeedId, FileId } from '../contracts/ids.ts'
import { renumberUpdate } from '../document/renumbered.ts'

/** Who types in a file: a feed, a virtual author, or the seed, which has the id of the file. */
export type Writer = FeedId | AuthorId | FileId

/** Yjs client numbers of writers, each of another one. */
export interface ClientNumbers {
  numberOf(writer: Writer): number | undefined
  writerOf(number: number): Writer | undefined
}

/**
 * The numbers of writers who meet in one text; `own` has the one that each has by its id. Who can afford 2^25 hashes makes two
 * ids with one number, and Yjs then lets replicas drift apart. So in order of number, then id, each takes its own number, or the
 * next one after whoever stands before it. The order of any two is the same in every company, and Yjs asks for no more: what a
 * text is does not depend on the company. 0 is nobody's.
 */
export function distinctNumbers(own: ReadonlyMap<Writer, number>): ReadonlyMap<Writer, number> {
  const order = [...own].sort(([a, left], [b, right]) => left - right || (a < b ? -1 : 1))
  const numbers: number[] = []
  for (const [, number] of order) numbers.push(Math.max(number, (numbers.at(-1) ?? 0) + 1))
  for (let i = numbers.length - 1, most = Number.MAX_SAFE_INTEGER; i >= 0 && numbers[i]! > most; i--, most--)
    numbers[i] = most
  return new Map(order.map(([writer], i) => [writer, numbers[i]!]))
}

/** The same edit in other numbers of the same writers. */
export function translateUpdate(update: Uint8Array, from: ClientNumbers, to: ClientNumbers): Uint8Array {
  return renumberUpdate(update, (number) => to.numberOf(from.writerOf(number)!)!)
}
