import { createEncoder, toUint8Array, writeUint8Array, writeVarUint } from 'lib0/encoding'
import type { ReadUpdate } from './causal-queue.ts'
import type { Known } from './neighbours.ts'
import type { UnitRange } from './update-reader.ts'

/**
 * Updates of one writer who types on where the last one ended, joined into one: Yjs takes as long for it as for a single key.
 * Deletions go behind all that is typed. They move nothing, so that the text and every place in it are the same.
 */
export class TypingRun {
  #first: ReadUpdate | undefined
  /** The only update, as long as it is one. */
  #only: Uint8Array | undefined
  #count = 0
  #known: Known | undefined
  /** The clock of its client behind the run. */
  #end = 0
  #texts: Uint8Array[] = []
  #deleted: UnitRange[] = []

  /** Has it more than deletions? Where items stand does not depend on those. */
  get hasTyped(): boolean {
    return this.#first !== undefined
  }

  /** The clock of a client, if the run has moved it. */
  clockOf(client: number): number | undefined {
    return this.#first?.read.typed!.client === client ? this.#end : undefined
  }

  /**
   * Does an update go on in the run? One whose writer had seen the same as before has an item right of the last unit and left of the
   * unit that the run began at. As nothing that its writer knows was between those, nothing is now: its neighbours need no
   * mending where those of the first did not.
   */
  goesOn({ read: { typed, places } }: ReadUpdate, known: Known | undefined): boolean {
    if (!typed) return true
    if (!this.#first || known !== this.#known || places.length !== 1) return false
    if (this.#first.read.typed!.client !== typed.client || typed.clock !== this.#end) return false
    const [{ leftClient, leftClock, rightClient, rightClock }] = places as [(typeof places)[0]]
    const begun = this.#first.read.places[0]!
    const isRight = rightClient === begun.rightClient && rightClock === begun.rightClock
    return leftClient === typed.client && leftClock === typed.clock - 1 && isRight
  }

  /** Goes on, or begins with an update of one item whose neighbours are in order; there is no run then. */
  add(update: ReadUpdate, known: Known | undefined): void {
    const { typed, deleted, textAt, deletedAt } = update.read
    this.#only = this.#count++ ? undefined : update.bytes
    for (const range of deleted) this.#deleted.push(range)
    if (!typed) return
    if (!this.#first) {
      this.#first = update
      this.#known = known
    }
    this.#texts.push(update.bytes.subarray(textAt, deletedAt))
    this.#end = typed.clock + typed.length
  }

  /** The run as one update, which ends it; undefined where there is none. */
  take(): Uint8Array | undefined {
    const joined = this.#count ? (this.#only ?? this.#joined()) : undefined
    this.#first = undefined
    this.#count = 0
    this.#texts = []
    this.#deleted = []
    return joined
  }

  #joined(): Uint8Array {
    const encoder = createEncoder()
    if (this.#first) {
      const { bytes, read } = this.#first
      for (const n of [1, 1, read.typed!.client, read.typed!.clock]) writeVarUint(encoder, n)
      writeUint8Array(encoder, bytes.subarray(read.itemAt, read.sizeAt))
      writeVarUint(
        encoder,
        this.#texts.reduce((sum, { length }) => sum + length, 0),
      )
      for (const text of this.#texts) writeUint8Array(encoder, text)
    } else writeVarUint(encoder, 0)
    const deleted = joinedRanges(this.#deleted)
    writeVarUint(encoder, deleted.size)
    for (const [client, ranges] of deleted) {
      for (const n of [client, ranges.length]) writeVarUint(encoder, n)
      for (const { clock, length } of ranges) for (const n of [clock, length]) writeVarUint(encoder, n)
    }
    return toUint8Array(encoder)
  }
}

/** The ranges of each client, in order, as few as possible. */
function joinedRanges(all: readonly UnitRange[]): ReadonlyMap<number, readonly UnitRange[]> {
  const out = new Map<number, UnitRange[]>()
  for (const range of [...all].sort((a, b) => a.clock - b.clock)) {
    const ranges = out.get(range.client)
    const last = ranges?.at(-1)
    if (!ranges) out.set(range.client, [range])
    else if (last!.clock + last!.length < range.clock) ranges.push(range)
    else {
      const end = Math.max(last!.clock + last!.length, range.clock + range.length)
      ranges[ranges.length - 1] = { ...last!, length: end - last!.clock }
    }
  }
  return out
}
