import { createMergeText, type MergeTools } from '../merge-text.ts'
import { Parsers } from '../syntax/parsers.ts'
import type { FileTree, ThreeTrees } from '../trees/file-tree.ts'
import { placeFiles, renamesOf } from '../trees/place-files.ts'
import { mergeAcross, type AcrossResult } from './merge-across.ts'
import { replayMovedEdits, type MovedEdits } from './moved-edits.ts'

/** A merge of trees that another program made. */
export interface CheckAcrossInput extends ThreeTrees {
  readonly merged: FileTree
  /** Paths that conflict; nothing is said of them. */
  readonly unsettled?: ReadonlySet<string>
  /** The id of a file that has to be written. */
  readonly idOf: (content: Uint8Array) => string
  readonly signal?: AbortSignal | undefined
}

/** What files use of each other in a merge of trees: see `mergeTrees`, which does the same with its own. An abort rejects with the reason of the signal. */
export type CheckAcross = (input: CheckAcrossInput) => Promise<AcrossResult>

/** A merge of trees that another program made, with conflicts. */
export type MoveEditsInput = CheckAcrossInput & {
  /** Paths that conflict, as they are in all three trees. */
  readonly open: readonly string[]
}

/** Makes changes where the other side has certainly moved what they are in: see `mergeTrees`, which does the same with its own. */
export type MoveEdits = (input: MoveEditsInput) => Promise<MovedEdits>

export function createMoveEdits(tools: MergeTools): MoveEdits {
  const parsers = new Parsers(tools.grammars, tools.crypto)
  const mergeText = createMergeText(tools)
  return async ({ merged, open, idOf, signal, ...trees }) => {
    const renames = await renamesOf(trees)
    return replayMovedEdits({ trees, merged, open, renames, parsers, mergeText, idOf, signal })
  }
}

export function createCheckAcross({ grammars, crypto }: MergeTools): CheckAcross {
  const parsers = new Parsers(grammars, crypto)
  return async ({ merged, unsettled = new Set(), idOf, signal, ...trees }) => {
    const renames = await renamesOf(trees)
    const placed = placeFiles(trees, renames)
    return mergeAcross({ trees, merged, placed, unsettled, renames, parsers, idOf, signal })
  }
}
