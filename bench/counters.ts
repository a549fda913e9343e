import fs from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import type { Crypto } from '../src/contracts/crypto.ts'
import { nodeCrypto } from '../src/node/crypto.ts'

/** How often something dear was done. */
export class Counters {
  flushes = 0
  signatures = 0
  verifications = 0
  readonly crypto: Crypto = {
    ...nodeCrypto,
    sign: (seed, message) => {
      this.signatures++
      return nodeCrypto.sign(seed, message)
    },
    verify: (key, message, signature) => {
      this.verifications++
      return nodeCrypto.verify(key, message, signature)
    },
  }

  reset(): void {
    this.flushes = 0
    this.signatures = 0
    this.verifications = 0
  }

  get figures(): { readonly flushes: number; readonly signatures: number; readonly verifications: number } {
    const { flushes, signatures, verifications } = this
    return { flushes, signatures, verifications }
  }
}

/** Counts the flushes that this process really asks the system for. */
export async function countFlushes(counters: Counters): Promise<void> {
  const handle = await open('/dev/null')
  const prototype = Object.getPrototypeOf(handle) as Pick<FileHandle, 'datasync' | 'sync'>
  await handle.close()
  for (const name of ['datasync', 'sync'] as const) {
    const real = Object.getOwnPropertyDescriptor(prototype, name)!.value as (this: FileHandle) => Promise<void>
    prototype[name] = function counted(this: FileHandle) {
      counters.flushes++
      return real.call(this)
    }
  }
  const { fdatasyncSync } = fs
  fs.fdatasyncSync = (file) => {
    counters.flushes++
    fdatasyncSync(file)
  }
  syncBuiltinESMExports()
}

export function countsText(figures: Readonly<Record<string, number>>): string {
  return ['flushes', 'signatures', 'verifications']
    .filter((name) => figures[name] !== undefined)
    .map((name) => `${figures[name]} ${name}`)
    .join(', ')
}
