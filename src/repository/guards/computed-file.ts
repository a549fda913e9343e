import type { TreeEntryValue } from '../../objects/tree.ts'

/** A file that a guard has computed, as it is to be committed. */
export interface ComputedFile {
  readonly path: string
  readonly entry: TreeEntryValue
}
