import type { FixedRule } from '../languages/merge-rules.ts'
import type { Source } from '../structure/source.ts'
import { plainNames } from './bindings.ts'
import type { Finding } from './finding.ts'

/** Variables that are assigned though their only declaration fixes them, and on neither side: one side fixed them, the other one assigns. */
export function fixedNames(left: Source, right: Source, merged: Source): readonly Finding[] {
  const assigned = assignedFixed(merged)
  if (assigned.length === 0) return []
  const known = [left, right].flatMap(assignedFixed)
  return assigned.filter((name) => !known.includes(name)).map((name) => ({ check: 'bindings' as const, name }))
}

function assignedFixed(source: Source): readonly string[] {
  const { fixed } = source.rules
  if (!fixed) return []
  const { grammar, kind, size } = source.tree
  const kinds = new Set(fixed.assignments.map((name) => grammar.kind(name)))
  const assigned = new Set<string>()
  for (let node = 1; node < size; node++) {
    if (!kinds.has(kind[node])) continue
    for (const child of source.children(node).slice(0, 2))
      if (source.rules.identifiers.includes(source.kind(child))) {
        assigned.add(source.textOf(child))
        break
      }
  }
  if (assigned.size === 0) return []
  const { declared, bound } = plainNames(source)
  return [...assigned].filter((name) => {
    const [place, ...more] = declared.get(name) ?? []
    return place !== undefined && more.length === 0 && bound.get(name) === 1 && isFixed(source, place, fixed)
  })
}

/** Is the declaration around a name one that fixes it? */
function isFixed({ tree }: Source, place: number, fixed: FixedRule): boolean {
  for (let node = tree.parent[place]!; node > 0; node = tree.parent[node]!) {
    if (tree.kindName(node) === fixed.declaration) return fixed.sign.test(tree.textOf(node))
    // A parameter or variable of a function that the declaration holds.
    if (/parameter|function|lambda|block|body/.test(tree.kindName(node))) return false
  }
  return false
}
