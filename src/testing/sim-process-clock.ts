import type { Clock } from '../contracts/clock.ts'

/** The clock as one process sees it: its wall time may be wrong, and its timers end with it. */
export class SimProcessClock implements Clock {
  readonly #clock: Clock
  readonly #timers = new Set<() => void>()
  #skewMs: number
  #alive = true

  constructor(clock: Clock, skewMs: number) {
    this.#clock = clock
    this.#skewMs = skewMs
  }

  now(): number {
    return Math.floor(this.#clock.now() + this.#skewMs)
  }

  schedule(delayMs: number, run: () => void): () => void {
    if (!this.#alive) return () => undefined
    const stop = this.#clock.schedule(delayMs, () => {
      this.#timers.delete(stop)
      run()
    })
    this.#timers.add(stop)
    return () => {
      this.#timers.delete(stop)
      stop()
    }
  }

  /** Somebody sets the wall clock, forward or back; timers do not care. */
  jump(byMs: number): void {
    this.#skewMs += byMs
  }

  /** The process is gone: no timer of it runs any more. */
  kill(): void {
    this.#alive = false
    for (const stop of this.#timers) stop()
    this.#timers.clear()
  }
}
