import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Deflate } from '../contracts/crypto.ts'
import { plainBytes } from './plain-bytes.ts'

/** Raw deflate by zlib. */
export const nodeDeflate: Deflate = {
  deflate: (bytes) => plainBytes(deflateRawSync(bytes)),
  inflate(bytes, maxBytes) {
    try {
      const options = { info: true, maxOutputLength: Math.max(1, maxBytes) }
      const { buffer, engine } = inflateRawSync(bytes, options) as unknown as InflateResult
      return engine.bytesWritten === bytes.length && buffer.length <= maxBytes ? plainBytes(buffer) : undefined
    } catch {
      return undefined
    }
  },
}

/** What zlib's calls give with `info: true`; the type declarations do not know it. */
interface InflateResult {
  readonly buffer: Buffer
  /** `bytesWritten` counts the input that was used. */
  readonly engine: { readonly bytesWritten: number }
}
