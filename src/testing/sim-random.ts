import { createHash } from 'node:crypto'
import type { Random } from '../contracts/random.ts'
import { SeededRandom } from '../lib/seeded-random.ts'

/** All randomness of a simulation. It says that it is seeded, so nothing outside a simulation accepts it. */
export class SimRandom extends SeededRandom implements Random {
  readonly seeded = true
  readonly #seed: number

  constructor(seed: number) {
    super(seed)
    this.#seed = seed
  }

  /** An own stream for one concern: what one part draws does not shift what another gets. */
  fork(label: string): SimRandom {
    const digest = createHash('sha256').update(`${this.#seed} ${label}`).digest()
    return new SimRandom(digest.readUInt32BE())
  }

  /** A number in [from, to). */
  between(from: number, to: number): number {
    return from + this.next() * (to - from)
  }

  /** Exponentially distributed with the given mean, cut at ten times of it. */
  exponential(mean: number): number {
    return Math.min(-Math.log(1 - this.next()), 10) * mean
  }
}
