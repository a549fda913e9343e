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
  #missing({ typed, items, deleted }: TextUpdate): number | undefined {
    const own = typed?.client
    if (typed && typed.clock > this.#clockOf(typed.client)) return own
    // Most stand beside what their writer has typed before: that is here where the update goes on.
    for (const { leftClient, leftClock, rightClient, rightClock } of items) {
      if (
        leftClient >= 0 &&
        (leftClient !== own || leftClock >= typed!.clock) &&
        leftClock >= this.#clockOf(leftClient)
      )
        return leftClient
      if (
        rightClient >= 0 &&
        (rightClient !== own || rightClock >= typed!.clock) &&
        rightClock >= this.#clockOf(rightClient)
      )
        return rightClient
    }
    for (const { client, clock, length } of deleted) {
      const end = clock + length
      if (client === own && end <= typed!.clock + typed!.length) continue
      if (end > this.#clockOf(client)) return client
    }
    return undefined
  }
}
