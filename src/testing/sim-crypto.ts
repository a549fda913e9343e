import type { Crypto } from '../contracts/crypto.ts'
import { toHex } from '../lib/bytes.ts'
import { nodeCrypto } from '../node/crypto.ts'

/**
 * The real suite, for all machines of one simulated world. Answers that every machine would work out anew, and that are
 * functions of their arguments alone, are worked out once: is this a signature, is this a key.
 */
export function simCrypto(): Crypto {
  const keys = new Map<string, boolean>()
  const signatures = new Map<string, boolean>()
  return {
    ...nodeCrypto,
    isSigningKey: (publicKey) => remembered(keys, toHex(publicKey), () => nodeCrypto.isSigningKey(publicKey)),
    verify: (publicKey, message, signature) =>
      remembered(signatures, `${toHex(publicKey)} ${toHex(nodeCrypto.sha256(message))} ${toHex(signature)}`, () =>
        nodeCrypto.verify(publicKey, message, signature),
      ),
  }
}

function remembered(answers: Map<string, boolean>, question: string, ask: () => boolean): boolean {
  let answer = answers.get(question)
  if (answer === undefined) answers.set(question, (answer = ask()))
  return answer
}
