import type { Source } from '../structure/source.ts'
import type { Sources } from '../structure/merge-structure.ts'
import { countTokens } from './conservation.ts'
import type { Finding } from './finding.ts'

/**
 * Words that a merged text has in a comment, and that no version has in one: what a side added as code stands behind the sign of a comment, or within
 * what the other side put in comment. No word is lost, so that counting finds nothing.
 */
export function buriedWords({ base, left, right }: Sources, merged: Source): readonly Finding[] {
  const known = new Set([base, left, right].flatMap(commentsOf))
  const fresh = commentsOf(merged).filter((comment) => !known.has(comment))
  if (fresh.length === 0) return []
  const words = countTokens([...known])
  return [...countTokens(fresh).keys()]
    .filter((word) => !words.has(word) && /[\p{L}\p{N}]/u.test(word))
    .map((name) => ({ check: 'conservation', name }))
}

function commentsOf(source: Source): readonly string[] {
  const comments: string[] = []
  for (let node = 0; node < source.tree.size; node++) if (source.isComment(node)) comments.push(source.textOf(node))
  return comments
}
