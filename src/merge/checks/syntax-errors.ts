import { nodeFlag, type SyntaxTree } from '../syntax/syntax-tree.ts'
import type { Finding } from './finding.ts'

/** A merged text must not have more places that do not parse than the side with more of them. */
export function syntaxErrors(left: SyntaxTree, right: SyntaxTree, merged: SyntaxTree): readonly Finding[] {
  const most = Math.max(countErrors(left), countErrors(right))
  if (countErrors(merged) <= most) return []
  const first = errorsOf(merged)[0]!
  return [{ check: 'syntax', name: merged.text.slice(merged.start[first], merged.end[first]).slice(0, 80) }]
}

function countErrors(tree: SyntaxTree): number {
  return errorsOf(tree).length
}

function errorsOf(tree: SyntaxTree): readonly number[] {
  const nodes: number[] = []
  for (let node = 0; node < tree.size; node++) if (tree.is(node, nodeFlag.error | nodeFlag.missing)) nodes.push(node)
  return nodes
}
