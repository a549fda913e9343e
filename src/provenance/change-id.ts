import type { Random } from '../contracts/random.ts'
import { toHex } from '../lib/bytes.ts'

declare const change: unique symbol

/** What stays the same when a commit is amended, rebased or squashed: 32 lower-case hexadecimal digits. */
export type ChangeId = string & { readonly [change]: true }

export function newChangeId(random: Random): ChangeId {
  return toHex(random.bytes(16)) as ChangeId
}

export function isChangeId(text: string): text is ChangeId {
  return /^[0-9a-f]{32}$/.test(text)
}
