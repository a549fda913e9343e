import { countsOf } from '../data/counts.ts'
import type { Source } from '../structure/source.ts'
import { plainNames, type NameCounts } from './bindings.ts'
import type { Finding } from './finding.ts'

/**
 * Names that one function or block declares twice, though on neither side: two parameters, two variables, or one of each. Only where the
 * language has it once.
 */
export function doubledLocals(
  left: Source,
  right: Source,
  merged: Source,
  [now, ...before]: readonly NameCounts[],
): readonly Finding[] {
  const { locals } = merged.rules
  if (!locals) return []
  const suspects = [...now!.bound].flatMap(([name, { length }]) =>
    length > 1 && name !== '_' && before.every(({ bound }) => length > (bound.get(name)?.length ?? 0)) ? [name] : [],
  )
  if (suspects.length === 0) return []
  const [inMerged, ...sides] = [merged, left, right].map((source) => declaredAlike(source, locals, suspects))
  return suspects
    .filter((name) => inMerged!(name) > Math.max(1, ...sides.map((side) => side(name))))
    .map((name) => ({ check: 'duplicates' as const, name }))
}

/** How often a name is declared in the scope that declares it most often. */
function declaredAlike(source: Source, kinds: readonly string[], names: readonly string[]): (name: string) => number {
  const { declared } = plainNames(source, new Set(names))
  const counts = new Map(
    names.map((name) => {
      const scopes = (declared.get(name) ?? []).flatMap((place) => scopeOf(source, place, kinds) ?? [])
      return [name, Math.max(0, ...countsOf(scopes.map(String)).values())]
    }),
  )
  return (name) => counts.get(name) ?? 0
}

/** The function of a parameter or of a declaration that stands in its body itself, else the list that a declaration stands in. */
function scopeOf(source: Source, place: number, kinds: readonly string[]): number | undefined {
  const { parent } = source.tree
  // Of several names on one side of `:=` some may be known.
  if (source.kind(parent[place]!) === 'expression_list' && source.children(parent[place]!).length > 1) return undefined
  for (let node = place; node > 0; node = parent[node]!) {
    const above = parent[node]!
    if (/parameters$|parameter_list$/.test(source.kind(above))) return above > 0 ? parent[above] : undefined
    if (!kinds.includes(source.kind(node))) continue
    // A block may hold its statements in a list of their own.
    const block = source.kind(above) === 'statement_list' ? parent[above]! : above
    return source.fieldOf(block) === 'body' ? parent[block] : block
  }
  return undefined
}
