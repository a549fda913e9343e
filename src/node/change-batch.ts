/** Events in one burst beyond which the kernel may have dropped some: half of its queue as Linux sets it up. */
const maxEvents = 8192
const quietMs = 20
const maxMs = 50

/** Joins bursts of changed paths: tells them when nothing came for 20 ms, and at the latest 50 ms after the first. */
export class ChangeBatch {
  readonly #told: (paths: readonly string[] | undefined) => void
  #paths: Set<string> | undefined = new Set()
  #events = 0
  #quiet: NodeJS.Timeout | undefined
  #latest: NodeJS.Timeout | undefined

  /** `told` gets undefined where a burst was so large that the system may have dropped events, or `addEverything` was called. */
  constructor(told: (paths: readonly string[] | undefined) => void) {
    this.#told = told
  }

  /** Counts an event of the system, whether a path comes of it or not. */
  heard(): void {
    if (++this.#events === maxEvents) this.addEverything()
  }

  add(path: string): void {
    this.#paths?.add(path)
    this.#schedule()
  }

  addEverything(): void {
    this.#paths = undefined
    this.#schedule()
  }

  /** Forgets what was not told yet. */
  close(): void {
    clearTimeout(this.#quiet)
    clearTimeout(this.#latest)
    this.#quiet = this.#latest = undefined
    this.#paths = new Set()
    this.#events = 0
  }

  #schedule(): void {
    clearTimeout(this.#quiet)
    this.#quiet = setTimeout(() => this.#tell(), quietMs).unref()
    this.#latest ??= setTimeout(() => this.#tell(), maxMs).unref()
  }

  #tell(): void {
    const paths = this.#paths && [...this.#paths]
    this.close()
    this.#told(paths)
  }
}
