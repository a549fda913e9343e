import type { Crypto } from '../contracts/crypto.ts'
import { toHex, utf8 } from '../lib/bytes.ts'
import { nodeCrypto } from '../node/crypto.ts'

/** Client numbers of a few bits. */
export interface FewClients {
  /** At least 4, at most 8. */
  readonly bits: number
  /** No two are the same, but their order is that of the few numbers, then of the ids. */
  readonly areDistinct?: true
}

/**
 * The real suite, for all machines of one simulated world. Answers that every machine would work out anew, and that are
 * functions of their arguments alone, are worked out once: is this a signature, is this a key,
 * what do these two keys share. With `clients` many feeds, seeds and virtual authors share a Yjs client number: what a member
 * with much time could bring about for two of them.
 */
export function simCrypto(clients?: FewClients): Crypto {
  const keys = new Map<string, boolean>()
  const signatures = new Map<string, boolean>()
  const shared = new Map<string, Uint8Array | undefined>()
  return {
    ...nodeCrypto,
    ...(clients && fewClients(clients)),
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

/** Labels of `src/identity/ids.ts` as they stand in CBOR, after the head of an array. */
const [feedLabel, authorLabel, seedLabel] = ['feed', 'author', 'seed'].map((kind) => {
  const label = utf8(kind === 'feed' ? 'anvcs/1 client' : `anvcs/1 ${kind} client`)
  return Uint8Array.of(0x60 + label.length, ...label)
}) as [Uint8Array, Uint8Array, Uint8Array]

function fewClients(clients: FewClients): Pick<Crypto, 'sha256' | 'hmacSha256'> {
  return {
    sha256: (...parts) => fewBits(nodeCrypto.sha256(...parts), parts[0]!, clients),
    hmacSha256: (key, ...parts) => fewBits(nodeCrypto.hmacSha256(key, ...parts), parts[0]!, clients),
  }
}

/** The hash; where it becomes a client number, only the last few of its first 53 bits are kept, below a 1. */
function fewBits(hash: Uint8Array, input: Uint8Array, { bits, areDistinct }: FewClients): Uint8Array {
  const label = [feedLabel, authorLabel, seedLabel].find((each) => each.every((byte, i) => input[i + 1] === byte))
  if (!label) return hash
  const few = hash.slice()
  const view = new DataView(few.buffer)
  let number = ((view.getUint32(4) >>> 11) % 2 ** bits) + 2 ** bits
  if (areDistinct) {
    // The ids of who may type in a file: after the label, or in the case of feeds at the end.
    const id = label === feedLabel ? input.slice(-16) : input.slice(label.length + 2)
    number -= label === feedLabel ? number % 16 : 0
    number = (number * 2 ** 40 + id.slice(0, 5).reduce((sum, byte) => sum * 256 + byte, 0)) * 16
  }
  view.setUint32(0, Math.floor(number / 2 ** 21))
  view.setUint32(4, (number % 2 ** 21) << 11)
  return few
}
