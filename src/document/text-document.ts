import * as Y from 'yjs'
import { AnvcsError } from '../contracts/errors.ts'
import { Emitter } from '../lib/emitter.ts'
import { CausalQueue, type ReadUpdate } from './causal-queue.ts'
import { Integration } from './integration.ts'
import type { Known } from './neighbours.ts'
import { QuietDoc } from './quiet-doc.ts'
import { isScript, type TextChange } from './text-diff.ts'
import { joinedRanges } from './unit-ranges.ts'
import { readTextUpdate, type UnitRange } from './update-reader.ts'
import { writeUpdate } from './update-writer.ts'

const rootName = 't'
const noAttributes = new Map<string, Y.Item>()

interface Events {
  readonly change: readonly TextChange[]
}

/** The text of one file: a Yjs document that keeps its tombstones, so that any state of it can be built again. */
export class TextDocument {
  readonly #doc = new QuietDoc()
  readonly #content = this.#doc.getText(rootName)
  #emitter: Emitter<Events> | undefined
  #text: string | undefined

  private constructor() {
    // Nobody gives a text attributes.
    this.#content._map = noAttributes
  }

  /** A document that starts with a text: the same structs at every peer that names the same text and client. */
  static seed(text: string, client: number): TextDocument {
    const document = new TextDocument()
    if (text) document.edit(client, [{ at: 0, remove: 0, insert: text }])
    document.rest()
    return document
  }

  /** A document again from what `pack` gave. The bytes are our own: nothing about them is checked. */
  static unpack(packed: Uint8Array): TextDocument {
    const document = new TextDocument()
    Y.applyUpdate(document.#doc, packed)
    return document
  }

  /**
   * All that the document holds, tombstones included. In the encoding of edits: the shorter one would leave the code that writes
   * edits compiled for both, and every edit afterwards slower by a fifth.
   */
  pack(): Uint8Array {
    this.rest()
    return Y.encodeStateAsUpdate(this.#doc)
  }

  get text(): string {
    return (this.#text ??= this.#content.toJSON())
  }

  /** The units that are shown, in the form of `joinedRanges`. */
  get shown(): readonly UnitRange[] {
    return joinedRanges(this.units)
  }

  /** The same in the order in which they stand. */
  get units(): readonly UnitRange[] {
    const units: UnitRange[] = []
    for (let item = this.#content._start; item; item = item.right)
      if (!item.deleted) units.push({ client: item.id.client, clock: item.id.clock, length: item.length })
    return units
  }

  /** Units of UTF-16. */
  get length(): number {
    return this.#content.length
  }

  /**
   * Makes one edit in the name of a client and returns it as one update. The document holds all that the client has typed
   * before. The update is a function of the client, the changes and the operations that the document holds, whatever
   * order they came in. Throws INTERNAL where the changes do not fit.
   */
  edit(client: number, changes: readonly TextChange[]): Uint8Array {
    if (!changes.length || !isScript(this.length, changes))
      throw new AnvcsError('INTERNAL', { message: 'An edit does not fit the text.' })
    const doc = this.#doc
    const clock = Y.getState(doc.store, client)
    const deleted = doc.edit(client, () => {
      for (const { at, remove, insert } of changes.toReversed()) {
        if (remove) this.#content.delete(at, remove)
        if (insert) this.#content.insert(at, insert)
      }
    })
    this.#text = undefined
    return writeUpdate(doc.store, client, clock, deleted)
  }

  /** Nobody is going to edit for a while: what was typed piece by piece is joined, which takes less memory. */
  rest(): void {
    this.#doc.endEdits()
  }

  /**
   * Applies checked updates, in whatever order they come; what is here already changes nothing. Throws INTERNAL where one
   * builds on what is neither here nor among them.
   *
   * `known` tells how many units of a client the writer of an update had seen. With it, no neighbours that a hostile writer
   * names can let replicas drift apart (`mendedPlaces`), provided that no update comes before one that its writer had
   * seen. Without it, only neighbours in the wrong order are mended: enough for updates that were computed here.
   */
  apply(updates: readonly Uint8Array[], known?: (update: Uint8Array) => Known | undefined): void {
    if (updates.length) this.applyRead(readEach(updates), known)
  }

  /** The same for updates that have been read. */
  applyRead(updates: Iterable<ReadUpdate>, known?: (update: Uint8Array) => Known | undefined): void {
    const doc = this.#doc
    let isWaiting = false
    doc.integrate((transaction) => {
      const integration = new Integration(this.#content, transaction)
      const queue = new CausalQueue((client) => integration.clockOf(client))
      for (const update of updates) queue.push(update, (ready) => integration.add(ready, known?.(ready.bytes)))
      integration.finish()
      isWaiting = queue.waiting
    })
    this.#text = undefined
    if (isWaiting) throw new AnvcsError('INTERNAL', { message: 'An update builds on operations that are not here.' })
  }

  /**
   * Calls for each batch of applied updates that changed the text, with the changes in units of the text before; edits of
   * our own are not told. Returns the way to stop.
   */
  onChange(listener: (changes: readonly TextChange[]) => void): () => void {
    this.#emitter ??= this.#told()
    return this.#emitter.on('change', listener)
  }

  #told(): Emitter<Events> {
    const emitter = new Emitter<Events>()
    this.#content.observe((event, { local }) => {
      const changes = local ? [] : changesOf(event)
      if (changes.length) emitter.emit('change', changes)
    })
    return emitter
  }

  /**
   * A place that moves with the text, as bytes: it stays at the unit right of `offset` (`after`) or left of it (`before`).
   */
  position(offset: number, side: 'before' | 'after'): Uint8Array {
    const assoc = side === 'after' ? 0 : -1
    return Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(this.#content, offset, assoc))
  }

  /** Where such a place is now; undefined for bytes that name none here. */
  offsetOf(position: Uint8Array): number | undefined {
    try {
      const place = Y.decodeRelativePosition(position)
      // A type of its own, or a root of another name, is nothing of ours; looking it up would create it.
      if (place.type || (place.tname !== null && place.tname !== rootName)) return undefined
      return Y.createAbsolutePositionFromRelativePosition(place, this.#doc)?.index
    } catch {
      return undefined
    }
  }
}

/** One after the other: what all updates of a file say takes many times their bytes. */
function* readEach(updates: readonly Uint8Array[]): Generator<ReadUpdate> {
  for (const bytes of updates) {
    const read = readTextUpdate(bytes)
    if (!read) throw new AnvcsError('INTERNAL', { message: 'An update was applied that had not been checked.' })
    yield { bytes, read }
  }
}

function changesOf(event: Y.YTextEvent): readonly TextChange[] {
  const changes: TextChange[] = []
  let at = 0
  let remove = 0
  let insert = ''
  const flush = () => {
    if (remove || insert) changes.push({ at: at - remove, remove, insert })
    remove = 0
    insert = ''
  }
  for (const part of event.delta) {
    if (part.retain !== undefined) {
      flush()
      at += part.retain
    } else if (part.delete !== undefined) {
      at += part.delete
      remove += part.delete
    } else if (typeof part.insert === 'string') insert += part.insert
  }
  flush()
  return changes
}
