import type { Random } from '../../src/contracts/random.ts'

const firstMs = 1000
const maxMs = 30_000

/** Milliseconds to wait before attempt `failures + 1`: doubling from 1 s to 30 s, of which a random half is taken off at most. */
export function backoffMs(random: Random, failures: number): number {
  const [high, low] = random.bytes(2)
  const share = (high! * 256 + low!) / 0x10000
  return Math.min(maxMs, firstMs * 2 ** Math.min(failures, 16)) * (0.5 + share / 2)
}
