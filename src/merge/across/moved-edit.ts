import type { TextEdit } from '../edited-text.ts'
import type { AcrossFinding } from './across-finding.ts'
import type { sideNames } from './break.ts'
import type { FileSymbols } from './file-symbols.ts'
import type { TreeView } from './tree-view.ts'
import type { Side } from './what-happened.ts'

export type SideName = (typeof sideNames)[number]

/** What one side moved to another file as it was, and the other side changed where it was. */
export interface MovedEdit {
  readonly editor: SideName
  /** In the file that conflicts: what the other side made of it, and what it was. */
  readonly inOpen: TextEdit
  readonly target: string
  /** In the file that it was moved to. */
  readonly inTarget: TextEdit
  readonly finding: AcrossFinding
}

export interface MoveViews {
  readonly left: Side
  readonly right: Side
  readonly merged: TreeView
}

/** Does a part of a file say a name for the first time that the file declares or imports? */
export function knowsMore({ definitions, imports }: FileSymbols, was: string, is: string): boolean {
  return newWords(was, is).some((word) => definitions.has(word) || imports.some(({ local }) => local === word))
}

export function newWords(was: string, is: string): readonly string[] {
  const known = new Set(wordsOf(was))
  return wordsOf(is).filter((word) => !known.has(word))
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_$]+/gu) ?? []
}
