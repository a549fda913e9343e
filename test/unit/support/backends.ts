import { portableCrypto } from '../../../src/browser/crypto.ts'
import { portableDeflate } from '../../../src/browser/deflate.ts'
import type { Crypto, Deflate } from '../../../src/contracts/crypto.ts'
import { nodeCrypto } from '../../../src/node/crypto.ts'
import { nodeDeflate } from '../../../src/node/deflate.ts'

export const cryptoBackends: readonly (readonly [string, Crypto])[] = [
  ['node', nodeCrypto],
  ['portable', portableCrypto],
]

export const deflateBackends: readonly (readonly [string, Deflate])[] = [
  ['node', nodeDeflate],
  ['portable', portableDeflate],
]

/** The bytes of hexadecimal text, as the contracts have them: no Buffer. */
export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'))
}
