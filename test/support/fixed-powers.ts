import { createHash } from 'node:crypto'
import type { Clock } from '../../src/contracts/clock.ts'
import type { Random } from '../../src/contracts/random.ts'
import { nodeClock } from '../../src/node/clock.ts'

/**
 * Time, randomness and environment that depend on nothing but a name and the step that a test is at: who asks how often, over a link
 * say, changes nothing.
 */
export class FixedPowers {
  step = 0
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  get clock(): Clock {
    return {
      now: () => 1_700_000_100_000 + this.step * 60_000,
      schedule: (delayMs, run) => nodeClock.schedule(delayMs, run),
    }
  }

  get random(): Random {
    const bytes = (length: number): Uint8Array => {
      const hash = createHash('shake256', { outputLength: length })
      return new Uint8Array(hash.update(`${this.#name} ${this.step} ${length}`).digest())
    }
    return { seeded: false, bytes }
  }

  get options(): {
    readonly clock: Clock
    readonly random: Random
    readonly madeWith: Readonly<Record<string, string>>
  } {
    return { clock: this.clock, random: this.random, madeWith: { node: '20.19.0', git: '2.39.5', os: 'debian-12' } }
  }
}
