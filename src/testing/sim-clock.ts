import type { Clock } from '../contracts/clock.ts'
import { AnvcsError } from '../contracts/errors.ts'
import { EventQueue } from './event-queue.ts'

/** 2026-01-01T00:00:00Z: where virtual time begins. */
const startMs = 1_767_225_600_000

/**
 * Virtual time. It stands still while code runs and jumps from event to event, so that an hour costs as much as its events.
 *
 * Between two events everything that the first one set going comes to rest: the clock waits for one turn of the real event
 * loop, before which Node runs all promise reactions, however many follow from each other. So code under simulation may
 * await whatever virtual events settle, and nothing that needs real I/O, threads or timers.
 */
export class SimClock implements Clock {
  readonly #queue = new EventQueue()
  #nowMs = startMs
  #running = false

  now(): number {
    return this.#nowMs
  }

  schedule(delayMs: number, run: () => void): () => void {
    const event = this.#queue.add(this.#nowMs + Math.max(0, delayMs), run)
    return () => void (event.cancelled = true)
  }

  /** Is nothing planned at all? */
  get idle(): boolean {
    return !this.#queue.peek()
  }

  /** Runs the next event and what follows from it; false where there is none. What an event throws comes out here. */
  step(): Promise<boolean> {
    return this.#exclusive(() => this.#step())
  }

  /** Runs all events up to a time, inclusive; then it is that time. */
  run(untilMs: number): Promise<void> {
    return this.#exclusive(async () => {
      await settle()
      for (let next = this.#queue.peek(); next && next.atMs <= untilMs; next = this.#queue.peek()) await this.#step()
      this.#nowMs = Math.max(this.#nowMs, untilMs)
    })
  }

  /** Runs until a condition holds, for at most `limitMs` of virtual time: false where it does not hold then, or nothing is left to run. */
  runUntil(condition: () => boolean, limitMs: number): Promise<boolean> {
    return this.#exclusive(async () => {
      const untilMs = this.#nowMs + limitMs
      await settle()
      while (!condition()) {
        const next = this.#queue.peek()
        if (!next || next.atMs > untilMs) return false
        await this.#step()
      }
      return true
    })
  }

  async #step(): Promise<boolean> {
    const event = this.#queue.take()
    if (!event) return false
    this.#nowMs = event.atMs
    event.run()
    await settle()
    return true
  }

  /** Events that were run from within an event would run out of order. */
  async #exclusive<T>(run: () => Promise<T>): Promise<T> {
    if (this.#running) throw new AnvcsError('INTERNAL', { message: 'the clock runs already' })
    this.#running = true
    try {
      return await run()
    } finally {
      this.#running = false
    }
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
