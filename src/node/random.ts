import { randomBytes } from 'node:crypto'
import type { Random } from '../contracts/random.ts'

/** The system's generator. */
export const nodeRandom: Random = { seeded: false, bytes: (length) => new Uint8Array(randomBytes(length)) }
