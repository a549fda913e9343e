import { createHash } from 'node:crypto'
import type { Clock } from '../contracts/clock.ts'

const keptLines = 2000

/** What happened in a simulation, in order. Two runs of one seed have the same digest, or something is not deterministic. */
export class SimTrace {
  readonly #clock: Clock
  readonly #startMs: number
  readonly #hash = createHash('sha256')
  readonly #lines: string[] = []
  #length = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startMs = clock.now()
  }

  add(event: string): void {
    const line = `${(this.#clock.now() - this.#startMs).toFixed(3)} ${event}`
    this.#hash.update(`${line}\n`)
    this.#length++
    this.#lines.push(line)
    if (this.#lines.length > 2 * keptLines) this.#lines.splice(0, keptLines)
  }

  /** Number of events so far. */
  get length(): number {
    return this.#length
  }

  /** The newest events, for people who look for the cause of a failure. */
  get tail(): readonly string[] {
    return this.#lines.slice(-keptLines)
  }

  /** SHA-256 over all events so far, as hexadecimal text. */
  get digest(): string {
    return this.#hash.copy().digest('hex')
  }
}
