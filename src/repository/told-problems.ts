const againMs = 600_000
const keptMessages = 100

/** A problem that stays is met every second, and told once in ten minutes. */
export class ToldProblems {
  readonly #told = new Map<string, number>()

  /** Is it to be told now? Then it counts as told. */
  isNews(message: string): boolean {
    const now = performance.now()
    const toldAt = this.#told.get(message)
    if (toldAt !== undefined && now - toldAt < againMs) return false
    this.#told.delete(message)
    this.#told.set(message, now)
    if (this.#told.size > keptMessages) this.#told.delete(this.#told.keys().next().value!)
    return true
  }
}
