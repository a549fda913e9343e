import type { TextUpdate } from './update-reader.ts'

/** An update with what it says. */
export interface ReadUpdate {
  readonly bytes: Uint8Array
  readonly read: TextUpdate
}

/**
 * Holds updates back until what they build on has been applied. Yjs can do that too, but joins all that waits into one
 * update again and again, and keeps for ever what never becomes ready.
 */
export class CausalQueue {
  readonly #clockOf: (client: number) => number
  /** By the client whose units an update waits for. */
  readonly #waiting = new Map<number, ReadUpdate[]>()

  /** `clockOf` tells how many units of a client have been applied. */
  constructor(clockOf: (client: number) => number) {
    this.#clockOf = clockOf
  }

  /** Does any update wait? */
  get waiting(): boolean {
    return this.#waiting.size > 0
  }

  /** Calls `apply` for all that becomes ready, in order. */
  push(update: ReadUpdate, apply: (update: ReadUpdate) => void): void {
    // As nearly always.
    if (!this.#waiting.size && this.#missing(update.read) === undefined) {
      apply(update)
      return
    }
    const ready = [update]
    for (let next = ready.pop(); next; next = ready.pop()) {
      const client = this.#missing(next.read)
      if (client === undefined) {
        apply(next)
        if (next.read.typed && this.#waiting.size) ready.push(...this.#release(next.read.typed.client))
      } else {
        const list = this.#waiting.get(client)
        if (list) list.push(next)
        else this.#waiting.set(client, [next])
      }
    }
  }

  #release(client: number): readonly ReadUpdate[] {
    const released = this.#waiting.get(client) ?? []
    this.#waiting.delete(client)
    return released
  }

  /** A client of which the update needs more than has been applied. */
  #missing({ typed, places, deleted }: TextUpdate): number | undefined {
    const own = typed?.client
    const ownEnd = typed ? typed.clock + typed.length : 0
    if (typed && typed.clock > this.#clockOf(typed.client)) return own
    for (const { leftClient, leftClock, rightClient, rightClock } of places) {
      if (leftClient >= 0 && leftClock >= this.#clockOf(leftClient)) return leftClient
      if (rightClient >= 0 && rightClock >= this.#clockOf(rightClient)) return rightClient
    }
    for (const { client, clock, length } of deleted) {
      const known = client === own ? Math.max(ownEnd, this.#clockOf(client)) : this.#clockOf(client)
      if (clock + length > known) return client
    }
    return undefined
  }
}
