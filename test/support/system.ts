import { randomBytes } from 'node:crypto'
import type { Clock } from '../../src/contracts/clock.ts'
import type { Random } from '../../src/contracts/random.ts'

/** The clock of this machine, for tests of adapters. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

export const systemRandom: Random = { seeded: false, bytes: (length) => new Uint8Array(randomBytes(length)) }
