import type { Sources } from '../structure/merge-structure.ts'
import type { Source } from '../structure/source.ts'
import type { NameCounts } from './bindings.ts'
import type { Finding } from './finding.ts'
import { LineUp } from './line-up.ts'
import { Scopes, type Binding } from './scopes.ts'

/**
 * Names that a merged text uses where nothing binds them, though something does elsewhere in it: a parameter of another function has the name of a declaration that one side took away. And
 * names that mean another declaration than on the side that uses them, in another scope, where that side has both: the other side took away the inner one, or added one. What is so on a side is no matter of the merge.
 */
export function lostScopes(
  { base, left, right }: Sources,
  merged: Source,
  counts: readonly NameCounts[],
): readonly Finding[] {
  const suspects = suspectsOf(counts, merged)
  if (suspects.size === 0) return []
  const now = new Scopes(merged, suspects)
  const sides = [left, right].map((source) => ({
    scopes: new Scopes(source, suspects),
    lines: new LineUp(merged, source),
  }))
  let before: Scopes | undefined
  const usesItFree = (name: string): boolean => {
    before ??= new Scopes(base, suspects)
    return sides.some(({ scopes }) => scopes.freeUses(name) > before!.freeUses(name))
  }
  const isLost = (name: string): boolean => {
    // Else the name is one of those that `danglingNames` finds.
    if (!now.isBound(name)) return false
    return now.uses(name).some((use) => {
      const here = now.bindingAt(name, use)
      const there = sides.flatMap(({ scopes, lines }) => {
        const place = lines.placeOf(use)
        return place !== undefined && scopes.uses(name).includes(place) ? [scopes.bindingAt(name, place)] : []
      })
      if (here.count > 0) return there.length > 0 && there.every((binding) => isOther(binding, here))
      if (there.length > 0) return there.every(({ count }) => count > 0) && !usesItFree(name)
      return sides.every(({ scopes }) => scopes.freeUses(name) === 0)
    })
  }
  return [...suspects].filter(isLost).map((name) => ({ check: 'bindings', name }))
}

/** Names that are bound less often than on a side, or that one side binds elsewhere and the other one uses more or less often. */
function suspectsOf([now, ...sides]: readonly NameCounts[], merged: Source): ReadonlySet<string> {
  const isSuspect = (name: string): boolean => {
    const here = now!.bound.get(name) ?? []
    return sides.some(({ bound }, at) => {
      const there = bound.get(name) ?? []
      if (there.length > here.length) return true
      return sides[1 - at]!.placed.get(name) !== now!.placed.get(name) && !isEqual(there, here)
    })
  }
  const names = new Set([now!, ...sides].flatMap(({ bound }) => [...bound.keys()]))
  return new Set([...names].filter((name) => isSuspect(name) && merged.text.includes(name)))
}

function isEqual(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((each, at) => each === others[at])
}

/** Is there an inner scope that binds a name before it is used, and only there? */
function isOther(one: Binding, other: Binding): boolean {
  const [inner, outer] = one.depth < other.depth ? [one, other] : [other, one]
  return inner.depth < outer.depth && inner.count > outer.count && inner.isBehind
}
