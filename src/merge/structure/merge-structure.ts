import { mergeNode } from './merge-node.ts'
import { type ConflictForm, type LaidText, layPieces } from './pieces.ts'
import type { Place, Source } from './source.ts'

/** The three texts of a merge with their trees, of one language. */
export interface Sources {
  readonly base: Source
  readonly left: Source
  readonly right: Source
}

/** Merges three texts by their trees; undefined where a conflict cannot be shown on lines of its own. */
export function mergeStructure({ base, left, right }: Sources, form: ConflictForm): LaidText | undefined {
  const root = (source: Source): Place => ({ source, node: 0 })
  const pieces = mergeNode({ base: root(base), left: root(left), right: root(right) })
  return pieces && layPieces(pieces, form)
}
