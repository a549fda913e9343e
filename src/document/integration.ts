import * as Y from 'yjs'
import { fromUtf8 } from '../lib/bytes.ts'
import type { ReadUpdate } from './causal-queue.ts'
import { mendedPlaces, type Known } from './neighbours.ts'
import type { ItemPlace, TypedItem, UnitRange } from './update-reader.ts'

/** Updates of one writer who types on where the last one ended: one item. Yjs takes as long for it as for a single key. */
interface Run {
  readonly client: number
  readonly clock: number
  readonly place: ItemPlace
  readonly known: Known | undefined
  readonly texts: string[]
  /** The clock of its client behind the run. */
  end: number
}

/**
 * Puts updates that were read and checked into a document, none before what it builds on. Yjs itself would read each of them again and
 * look, for each, for what waits for it. Deletions go behind all that is typed: they move nothing, so that the text and every place
 * in it are the same.
 */
export class Integration {
  readonly #text: Y.Text
  readonly #transaction: Y.Transaction
  readonly #deleted = Y.createDeleteSet()
  #run: Run | undefined

  constructor(text: Y.Text, transaction: Y.Transaction) {
    this.#text = text
    this.#transaction = transaction
  }

  /** How many units of a client are there. */
  clockOf(client: number): number {
    return this.#run?.client === client ? this.#run.end : Y.getState(this.#transaction.doc.store, client)
  }

  /** Takes the next update, whose writer had seen what `known` tells (see `mendedPlaces`). What is there already changes nothing. */
  add(update: ReadUpdate, known: Known | undefined): void {
    const { typed, items, deleted } = update.read
    for (const range of deleted) this.#delete(range)
    if (!typed || typed.clock + typed.length <= this.clockOf(typed.client)) return
    if (this.#goesOn(typed, items, known)) {
      this.#run!.texts.push(textOf(update.bytes, items[0]!))
      this.#run!.end += typed.length
      return
    }
    this.#endRun()
    const places = mendedPlaces(this.#transaction.doc, this.#text, update.read, known)
    const { client, clock } = typed
    if (places === items && items.length === 1)
      this.#run = {
        client,
        clock,
        place: items[0]!,
        known,
        texts: [textOf(update.bytes, items[0]!)],
        end: clock + typed.length,
      }
    else this.#type(client, clock, update, places)
  }

  finish(): void {
    this.#endRun()
    const deleted = Y.mergeDeleteSets([this.#deleted])
    Y.iterateDeletedStructs(this.#transaction, deleted, (item) => item.delete(this.#transaction))
  }

  /**
   * Does an update go on in the run? One whose writer had seen the same as before has an item right of the last unit and left of the
   * unit that the run began at. As nothing that its writer knows was between those, nothing is now: its neighbours need no
   * mending where those of the first did not.
   */
  #goesOn({ client, clock }: UnitRange, items: readonly ItemPlace[], known: Known | undefined): boolean {
    const run = this.#run
    if (!run || run.client !== client || run.end !== clock || run.known !== known || items.length !== 1) return false
    const { leftClient, leftClock, rightClient, rightClock } = items[0]!
    const isRight = rightClient === run.place.rightClient && rightClock === run.place.rightClock
    return leftClient === client && leftClock === clock - 1 && isRight
  }

  #endRun(): void {
    if (!this.#run) return
    const { client, clock, place, texts } = this.#run
    this.#run = undefined
    this.#integrate(client, clock, place, texts.length === 1 ? texts[0]! : texts.join(''))
  }

  #type(client: number, clock: number, { bytes, read }: ReadUpdate, places: readonly ItemPlace[]): void {
    let at = clock
    for (const [i, item] of read.items.entries()) {
      const text = textOf(bytes, item)
      this.#integrate(client, at, places[i]!, text)
      at += text.length
    }
  }

  #integrate(client: number, clock: number, place: ItemPlace, text: string): void {
    const { doc } = this.#transaction
    const known = Y.getState(doc.store, client) - clock
    if (known >= text.length) return
    const { leftClient, leftClock, rightClient, rightClock } = place
    const left = leftClient < 0 ? null : Y.createID(leftClient, leftClock)
    const right = rightClient < 0 ? null : Y.createID(rightClient, rightClock)
    const parent = left || right ? null : this.#text
    const content = new Y.ContentString(text)
    const item = new Y.Item(Y.createID(client, clock), null, left, null, right, parent, null, content)
    item.getMissing(this.#transaction, doc.store)
    item.integrate(this.#transaction, known)
  }

  #delete({ client, clock, length }: UnitRange): void {
    const { clients } = this.#deleted
    const ranges = clients.get(client)
    if (ranges) ranges.push({ clock, len: length })
    else clients.set(client, [{ clock, len: length }])
  }
}

const shortText = 16

/** As nearly always, a key: to call the decoder takes longer than to look at each byte. */
function textOf(bytes: Uint8Array, { textAt, textEnd }: TypedItem): string {
  if (textEnd - textAt > shortText) return fromUtf8(bytes.subarray(textAt, textEnd))!
  let text = ''
  for (let at = textAt; at < textEnd; at++) {
    const byte = bytes[at]!
    if (byte > 0x7f) return fromUtf8(bytes.subarray(textAt, textEnd))!
    text += String.fromCharCode(byte)
  }
  return text
}
