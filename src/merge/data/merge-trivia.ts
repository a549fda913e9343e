import { lineMerge } from '../line-merge.ts'
import { commentsIn } from './data-node.ts'
import { choose, type Piece } from './piece.ts'

/** A text that all sides may have changed, by lines; undefined where lines conflict. */
export function mergedLines(base: string, left: string, right: string): string | undefined {
  const merged = lineMerge.merge({ path: '', base, left, right })
  return merged.status === 'clean' ? merged.text : undefined
}

/** White space and comments: a comment that one side changed counts for more than white space that the other did. */
export function mergeTrivia(base: string | undefined, left: string, right: string, path: readonly string[]): Piece {
  const taken = choose(base, left, right)
  if (taken !== undefined) return taken
  const [ofBase, ofLeft, ofRight] = [base ?? '', left, right].map(commentsIn)
  if (ofLeft === ofRight || ofRight === ofBase) return left
  if (ofLeft === ofBase) return right
  const merged = base?.includes('\n') ? mergedLines(base, left, right) : undefined
  return merged ?? { base: base ?? '', left, right, reason: 'comment', path: [...path] }
}
