import { concat, utf8 } from '../lib/bytes.ts'
import { encodeCbor, type CborValue } from '../lib/cbor.ts'

/** What a device or ticket key signs: `anvcs/1 PURPOSE`, a zero byte, deterministic CBOR. No two purposes share a message. */
export function signedMessage(purpose: 'admission' | 'link', fields: readonly CborValue[]): Uint8Array {
  return concat(utf8(`anvcs/1 ${purpose}\0`), encodeCbor(fields))
}
