import type { ObjectId } from '../contracts/ids.ts'

/** What a file is at a state, or in a commit. */
export interface FileValue {
  /** Undefined: the file does not exist. */
  readonly path: string | undefined
  readonly mode: number
  /** The blob of a binary file or symlink; undefined for text. */
  readonly blob: ObjectId | undefined
  /** The text; empty for what is not text. */
  readonly text: string
}

export const absent: FileValue = { path: undefined, mode: 0o100644, blob: undefined, text: '' }

/** Would both give the same tree entry (or none)? */
export function isSameValue(left: FileValue, right: FileValue): boolean {
  if (left.path === undefined || right.path === undefined) return left.path === right.path
  return (
    left.path === right.path &&
    left.mode === right.mode &&
    left.blob === right.blob &&
    (left.blob !== undefined || left.text === right.text)
  )
}
