const againMs = 600_000
/** A problem that was not met for so long was over meanwhile. */
const overMs = 30_000
const keptMessages = 100

/** A problem that stays is met every second, and told once in ten minutes. */
export class ToldProblems {
  readonly #told = new Map<string, { readonly toldMs: number; readonly metMs: number }>()

  /** Is it to be told now? Then it counts as told. */
  isNews(message: string, now = performance.now()): boolean {
    const { toldMs, metMs } = this.#told.get(message) ?? { toldMs: -Infinity, metMs: -Infinity }
    const isNews = now - toldMs >= againMs || now - metMs >= overMs
    this.#told.delete(message)
    this.#told.set(message, { toldMs: isNews ? now : toldMs, metMs: now })
    if (this.#told.size > keptMessages) this.#told.delete(this.#told.keys().next().value!)
    return isNews
  }
}
