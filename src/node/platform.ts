import type { Clock } from '../contracts/clock.ts'
import type { Crypto, Deflate } from '../contracts/crypto.ts'
import type { GrammarSource } from '../contracts/grammar-source.ts'
import type { Random } from '../contracts/random.ts'
import { nodeClock } from './clock.ts'
import { nodeCrypto } from './crypto.ts'
import { nodeDeflate } from './deflate.ts'
import { grammarFiles } from './grammar-files.ts'
import { nodeRandom } from './random.ts'

/** What Node lends a room. */
export const nodePlatform: {
  readonly crypto: Crypto
  readonly deflate: Deflate
  readonly clock: Clock
  readonly random: Random
  readonly grammars: GrammarSource
} = { crypto: nodeCrypto, deflate: nodeDeflate, clock: nodeClock, random: nodeRandom, grammars: grammarFiles }
