import type { Crypto } from '../../contracts/crypto.ts'
import { toHex } from '../../lib/bytes.ts'
import type { MediaManifest } from './file-description.ts'
import { imageOf } from './image-header.ts'

/** What can be said of a file that is no text: its size, its hash, and of an image its type and dimensions. */
export function mediaManifest(bytes: Uint8Array, crypto: Crypto): MediaManifest {
  return { sizeBytes: bytes.length, sha256: toHex(crypto.sha256(bytes)), ...imageOf(bytes) }
}
