import type { AcrossFinding, AcrossPlace } from './across-finding.ts'
import type { FileSymbols, ImportedName, NameUse } from './file-symbols.ts'
import type { Reference } from './references.ts'
import type { Target } from './resolve.ts'
import type { TreeView } from './tree-view.ts'
import type { Side } from './what-happened.ts'

/** The trees of a merge, with what they say. */
export interface Views {
  readonly merged: TreeView
  readonly left: Side
  readonly right: Side
}

/** A use that fits on a side, and not in the merge. */
export interface Break {
  readonly finding: AcrossFinding
  readonly symbols: FileSymbols
  readonly target: Target
  /** The file that declared it. */
  readonly from: string
  readonly reference?: Reference | undefined
  /** A name that the merged file no longer binds: the import by which the other side has it, if it is one. */
  readonly lost?: { readonly uses: readonly NameUse[]; readonly imported?: ImportedName | undefined } | undefined
}

/** The sides. */
export const sideNames = ['left', 'right'] as const

/** What a side has of a file. */
export interface Version {
  readonly side: (typeof sideNames)[number]
  readonly path: string
  readonly symbols: FileSymbols
  readonly references: ReadonlyMap<string, Reference>
}

/** A place of a text as a line. */
export function placeOf({ path, source }: FileSymbols, at: number): AcrossPlace {
  return { path, line: source.lineAt(at) }
}
