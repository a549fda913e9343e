import type { TreeEntryValue } from '../objects/tree.ts'

/** One entry of the index. */
export interface StagedEntry extends TreeEntryValue {
  readonly path: string
  /** 0, or 1 to 3 for the sides of a conflict. */
  readonly stage: number
}
