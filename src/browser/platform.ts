import type { Clock } from '../contracts/clock.ts'
import type { Crypto, Deflate } from '../contracts/crypto.ts'
import type { Random } from '../contracts/random.ts'
import type { FeedStore } from '../contracts/feed-store.ts'
import type { ObjectFormat, ObjectStore } from '../contracts/object-store.ts'
import type { Vault } from '../contracts/vault.ts'
import { browserClock } from './clock.ts'
import { portableCrypto } from './crypto.ts'
import { portableDeflate } from './deflate.ts'
import { MemoryFeedStore } from './memory-feed-store.ts'
import { MemoryObjectStore } from './memory-object-store.ts'
import { memoryVault } from './memory-vault.ts'
import { browserRandom } from './random.ts'

/** What a page lends a room: plain JavaScript and the page's own clock and randomness. */
export const browserPlatform: {
  readonly crypto: Crypto
  readonly deflate: Deflate
  readonly clock: Clock
  readonly random: Random
} = { crypto: portableCrypto, deflate: portableDeflate, clock: browserClock, random: browserRandom }

/**
 * Places of one room in memory only: nothing of them outlives the page. What others have received stays with them; the keys
 * are gone, so that a page which is opened again joins anew. A room of a SHA-256 repository needs `sha256`.
 */
export function memoryStorage(format: ObjectFormat = 'sha1'): {
  readonly store: FeedStore
  readonly vault: Vault
  readonly objects: ObjectStore
} {
  return { store: new MemoryFeedStore(), vault: memoryVault(), objects: new MemoryObjectStore(portableCrypto, format) }
}
