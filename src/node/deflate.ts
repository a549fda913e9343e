import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Deflate } from '../contracts/crypto.ts'

/** Raw deflate by zlib. */
export const nodeDeflate: Deflate = {
  deflate: (bytes) => plain(deflateRawSync(bytes)),
  inflate(bytes, maxBytes) {
    try {
      const options = { info: true, maxOutputLength: Math.max(1, maxBytes) }
      const { buffer, engine } = inflateRawSync(bytes, options) as unknown as InflateResult
      return engine.bytesWritten === bytes.length && buffer.length <= maxBytes ? plain(buffer) : undefined
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

function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}
