import { deflateSync } from 'fflate'
import type { Deflate } from '../contracts/crypto.ts'
import { inflate } from './inflate.ts'

/** Raw deflate in plain JavaScript. */
export const portableDeflate: Deflate = { deflate: (bytes) => deflateSync(bytes), inflate }
