import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Deflate } from '../contracts/crypto.ts'
import { plainBytes } from './plain-bytes.ts'

/** Raw deflate by zlib. */
export const nodeDeflate: Deflate = {
  deflate: (bytes) => plainBytes(deflateRawSync(bytes, effortFor(bytes.length))),
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

/** Window and tables as large as the input needs: zlib's own are 268 KB a call, which costs more than to compress a few KB. */
function effortFor(sizeBytes: number): {
  readonly windowBits: number
  readonly memLevel: number
  readonly level: number
} {
  const windowBits = Math.min(15, Math.max(9, Math.ceil(Math.log2(sizeBytes))))
  return { windowBits, memLevel: Math.min(8, Math.max(1, windowBits - 6)), level: 3 }
}

/** What zlib's calls give with `info: true`; the type declarations do not know it. */
interface InflateResult {
  readonly buffer: Buffer
  /** `bytesWritten` counts the input that was used. */
  readonly engine: { readonly bytesWritten: number }
}
