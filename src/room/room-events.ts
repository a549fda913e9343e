import type { KeyId, ObjectId } from '../contracts/ids.ts'
import type { NamingKind } from '../history/naming-entry.ts'
import type { Person } from './control-body.ts'
import type { Admission } from './membership.ts'

/** Facts about a room. */
export interface RoomEvents {
  /** What is shown at these paths may have changed. */
  changed: { readonly paths: readonly string[]; readonly origin: 'local' | 'remote' }
  /** A state of a commit was named; `lines` belong into its note. */
  commit: {
    readonly commit: ObjectId
    readonly kind: NamingKind
    readonly lines: readonly string[]
    readonly author: Admission
    readonly isOwn: boolean
    /** Is it the first state of this commit that is known here? Several peers may name one. */
    readonly isFirst: boolean
  }
  /** Everything that could be merged is; several heads conflict, or are left to people. */
  settled: { readonly heads: readonly ObjectId[] }
  member: { readonly member: KeyId; readonly person: Person }
  peer: { readonly state: 'linked' | 'gone'; readonly device: KeyId; readonly member: KeyId; readonly path: string }
  presence: { readonly member: KeyId; readonly device: KeyId; readonly content: Uint8Array }
  signaling: { readonly connected: boolean }
  /** Git objects have come that were asked for. */
  objects: undefined
  durable: { readonly entries: number }
  /** Something failed in the background, or a peer sent what was refused. */
  problem: { readonly message: string }
}
