import { createHash, createHmac } from 'node:crypto'
import type { RecordCrypto } from '../../src/provenance/record.ts'

/** The two functions that records need, by OpenSSL. */
export const recordCrypto: RecordCrypto = {
  sha256: (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest(),
  hmacSha256: (key, ...parts) => parts.reduce((mac, part) => mac.update(part), createHmac('sha256', key)).digest(),
}
