import { toHex, utf8 } from '../../lib/bytes.ts'
import type { MarkedConflict } from '../../merge/read-markers.ts'
import { nodeCrypto } from '../../node/crypto.ts'

/** What tells a conflict from others, in hexadecimal: it is the same in a merge that is begun anew. */
export function conflictKey(path: string, { left, right }: Pick<MarkedConflict, 'left' | 'right'>): string {
  return toHex(nodeCrypto.sha256(utf8(JSON.stringify([path, left, right]))))
}
