import type { Crypto } from '../contracts/crypto.ts'
import { toHex } from '../lib/bytes.ts'
import { nodeCrypto } from '../node/crypto.ts'

/**
 * The real suite, for all machines of one simulated world. Answers that every machine would work out anew, and that are
 * functions of their arguments alone, are worked out once: is this a signature, is this a key,
 * what do these two keys share.
 */
export function simCrypto(): Crypto {
  const keys = new Map<string, boolean>()
  const signatures = new Map<string, boolean>()
  const shared = new Map<string, Uint8Array | undefined>()
  return {
    ...nodeCrypto,
    isSigningKey: (publicKey) => remembered(keys, toHex(publicKey), () => nodeCrypto.isSigningKey(publicKey)),
    verify: (publicKey, message, signature) =>
      remembered(signatures, `${toHex(publicKey)} ${toHex(nodeCrypto.sha256(message))} ${toHex(signature)}`, () =>
        nodeCrypto.verify(publicKey, message, signature),
      ),
    agree: (secret, publicKey) =>
      remembered(shared, `${toHex(secret)} ${toHex(publicKey)}`, () => nodeCrypto.agree(secret, publicKey))?.slice(),
  }
}

function remembered<T>(answers: Map<string, T>, question: string, ask: () => T): T {
  if (!answers.has(question)) answers.set(question, ask())
  return answers.get(question)!
}
