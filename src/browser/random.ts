import type { Random } from '../contracts/random.ts'

/** What one call of `getRandomValues` gives at most. */
const maxCallBytes = 65_536

/** The platform's generator (Web Cryptography). */
export const browserRandom: Random = {
  seeded: false,
  bytes(length) {
    const out = new Uint8Array(length)
    for (let at = 0; at < length; at += maxCallBytes) crypto.getRandomValues(out.subarray(at, at + maxCallBytes))
    return out
  },
}
