import { nodeFlag, type SyntaxTree } from '../syntax/syntax-tree.ts'
import type { Finding } from './finding.ts'

/** The trees of three texts and of what they were merged to. */
export interface MergedTrees {
  readonly base: SyntaxTree
  readonly left: SyntaxTree
  readonly right: SyntaxTree
  readonly merged: SyntaxTree
}

/**
 * A merged text must not have more places that do not parse, nor more text in them, than a side has, or than both sides have together
 * beyond the base: grammars do not know every macro of C, and what was broken may stay so.
 */
export function syntaxErrors({ base, left, right, merged }: MergedTrees): readonly Finding[] {
  const [b, l, r, m] = [base, left, right, merged].map(errorsOf) as [Errors, Errors, Errors, Errors]
  const most = (key: 'count' | 'units'): number => Math.max(l[key], r[key], l[key] + r[key] - b[key])
  if (m.count <= most('count') && m.units <= most('units')) return []
  return [{ check: 'syntax', name: merged.text.slice(merged.start[m.first], merged.end[m.first]).slice(0, 80) }]
}

interface Errors {
  /** Errors that lie in no other, and what is missing. */
  readonly count: number
  /** Text in them. */
  readonly units: number
  /** The node of the first. */
  readonly first: number
}

function errorsOf(tree: SyntaxTree): Errors {
  let [count, units, first] = [0, 0, 0]
  if (tree.errorCount() === 0) return { count, units, first }
  let node = 0
  while (node < tree.size) {
    const isError = tree.is(node, nodeFlag.error)
    if (isError || tree.is(node, nodeFlag.missing)) {
      if (count++ === 0) first = node
      units += tree.end[node]! - tree.start[node]!
    }
    node = isError ? tree.next[node]! : node + 1
  }
  return { count, units, first }
}
