/**
 * Flushes of names (of the folders that new files lie in) that run while something else is done. Whoever is about to make visible what rests on
 * them waits for all of them first.
 */
export class PendingFlushes {
  readonly #all: Promise<void>[] = []

  add(flush: Promise<void>): void {
    // Told to whoever waits.
    flush.catch(() => {})
    this.#all.push(flush)
  }

  /** Resolves when all have come to their end. Rejects with what went wrong. */
  async done(): Promise<void> {
    await Promise.all(this.#all)
  }
}
