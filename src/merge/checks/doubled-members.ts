import type { MemberRules } from '../languages/merge-rules.ts'
import { walkPath } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/**
 * Members that a type has twice, though on neither side, where they are not declared in one list: as a parameter of the constructor and in the body, in two
 * `impl`s, as a field and as a method. In one list `duplicates` finds them.
 */
export function doubledMembers(left: Source, right: Source, merged: Source): readonly Finding[] {
  const rules = merged.rules.typeMembers
  if (!rules) return []
  const doubled = [...clashesIn(merged, rules)].filter(([, count]) => count > 0)
  if (doubled.length === 0) return []
  const sides = [left, right].map((side) => clashesIn(side, rules))
  return doubled
    .filter(([key, count]) => sides.every((side) => count > (side.get(key) ?? 0)))
    .map(([key]) => ({ check: 'duplicates' as const, name: key.slice(key.lastIndexOf('\0') + 1) }))
}

/** By type and name: how many declarations there are of what may have one. */
function clashesIn(source: Source, rules: MemberRules): ReadonlyMap<string, number> {
  const kinds = new Set(rules.members.map(({ at }) => at.slice(at.indexOf('/') + 1)))
  const found = new Map<string, { once: number; many: number }>()
  for (let node = 1; node < source.tree.size; node++) {
    const kind = source.kind(node)
    if (!kinds.has(kind)) continue
    const place = `${source.kind(source.tree.parent[node]!)}/${kind}`
    for (const { at, name, having, isOverloaded, ignoresCase } of rules.members) {
      if (at !== place || (having && !having.test(source.textOf(node)))) continue
      const type = typeOf(source, node, rules)
      if (type === undefined) continue
      for (const text of namesOf(source, node, name)) {
        const key = `${type}\0${ignoresCase ? text.toLowerCase() : text}`
        const counts = found.get(key) ?? { once: 0, many: 0 }
        counts[isOverloaded ? 'many' : 'once']++
        found.set(key, counts)
      }
    }
  }
  return new Map([...found].map(([key, { once, many }]) => [key, once + Math.min(many, 1) > 1 ? once + many : 0]))
}

function namesOf(source: Source, node: number, name: readonly string[] | RegExp): readonly string[] {
  if (name instanceof RegExp) return [...source.textOf(node).matchAll(name)].map(([, found]) => found!)
  const at = walkPath(source, node, name)
  return at === undefined ? [] : [source.textOf(at)]
}

/** The type that a node says it belongs to, or the innermost one around it, with those around that. */
function typeOf(source: Source, node: number, { types, receiver }: MemberRules): string | undefined {
  const told = receiver && walkPath(source, node, receiver)
  if (told !== undefined) return /(\w+)(?:\[.*\])?\W*$/s.exec(source.textOf(told))?.[1]
  const names: string[] = []
  for (let at = source.tree.parent[node]!; at > 0; at = source.tree.parent[at]!) {
    const path = types[source.kind(at)]
    if (!path) continue
    const [name] = namesOf(source, at, path)
    if (name === undefined) return undefined
    names.unshift(name.replace(/\s+/g, ' ').trim())
  }
  return names.length > 0 ? names.join('\0') : undefined
}
