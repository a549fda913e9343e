import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Clock } from '../../src/contracts/clock.ts'
import type { Crypto } from '../../src/contracts/crypto.ts'
import type { Random } from '../../src/contracts/random.ts'
import { concat } from '../../src/lib/bytes.ts'
import { NodeWebSocket } from '../../signaling/server/index.ts'

const tagBytes = 16

/** AES-256-GCM of node:crypto. */
export const aesGcm: Pick<Crypto, 'seal' | 'open'> = {
  seal(key, nonce, aad, plaintext) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad)
    return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
  },
  open(key, nonce, aad, sealed) {
    if (sealed.length < tagBytes) return undefined
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(aad)
    decipher.setAuthTag(sealed.subarray(-tagBytes))
    try {
      return concat(decipher.update(sealed.subarray(0, -tagBytes)), decipher.final())
    } catch {
      return undefined
    }
  },
}

export const systemRandom: Random = { seeded: false, bytes: (length) => new Uint8Array(randomBytes(length)) }

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref()
    return () => clearTimeout(timer)
  },
}

/** What `signalingClient` needs on Node. */
export const signalingHost = { crypto: aesGcm, random: systemRandom, clock: systemClock, WebSocket: NodeWebSocket }
