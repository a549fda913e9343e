import type { ObjectId } from './ids.ts'

/** One ref of a transaction. */
export interface RefChange {
  readonly name: string
  /** Undefined: the ref must not exist. Left out: whatever it is. */
  readonly expect?: ObjectId | undefined
  /** Undefined deletes the ref. */
  readonly to: ObjectId | undefined
}

/** Git refs with compare-and-swap transactions. */
export interface Refs {
  read(name: string): ObjectId | undefined
  list(prefix: string): readonly { readonly name: string; readonly id: ObjectId }[]
  /** All changes or none. False where an expected value no longer holds. `message` is the reflog line. */
  update(changes: readonly RefChange[], message: string): Promise<boolean>
}
