import { createHash } from 'node:crypto'
import type { Crypto } from '../../src/contracts/crypto.ts'

function hash(name: string): (...parts: readonly Uint8Array[]) => Uint8Array {
  return (...parts) => {
    const state = createHash(name)
    for (const part of parts) state.update(part)
    return new Uint8Array(state.digest())
  }
}

/** The hashes of a suite; objects need nothing else of it. */
export const hashes = { sha1: hash('sha1'), sha256: hash('sha256') } as Crypto
