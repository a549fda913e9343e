import type { WordRule } from '../languages/merge-rules.ts'
import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/**
 * Names of a language whose names are words of the whole file, in its texts too - variables and functions of a shell, custom properties of CSS -
 * that a merged text uses and does not bind, though each side that uses them binds them. Whatever may bind a name is taken to do so.
 */
export function lostWords(left: Source, right: Source, merged: Source): readonly Finding[] {
  return (merged.rules.words ?? []).flatMap((rule) => {
    const now = wordsOf(merged, rule)
    const suspects = [...now.used].filter((name) => !now.bound.has(name))
    if (suspects.length === 0) return []
    const sides = [left, right].map((side) => wordsOf(side, rule))
    const lost = suspects.filter(
      (name) =>
        sides.some(({ bound }) => bound.has(name)) &&
        !sides.some(({ used, bound }) => used.has(name) && !bound.has(name)),
    )
    return lost.map((name) => ({ check: 'bindings' as const, name }))
  })
}

interface Words {
  readonly bound: ReadonlySet<string>
  readonly used: ReadonlySet<string>
}

function wordsOf(source: Source, { uses, binds, form }: WordRule): Words {
  const words = { bound: new Set<string>(), used: new Set<string>() }
  const wanted = new Set([...uses, ...binds].map((place) => place.slice(place.indexOf('/') + 1)))
  for (let node = 1; node < source.tree.size; node++) {
    const kind = source.kind(node)
    if (!wanted.has(kind)) continue
    const places = [kind, `${source.kind(source.tree.parent[node]!)}/${kind}`]
    const isIn = (all: readonly string[]): boolean => places.some((place) => all.includes(place))
    const found = isIn(uses) ? words.used : isIn(binds) ? words.bound : undefined
    const text = source.textOf(node)
    if (found && (!form || form.test(text))) found.add(text)
  }
  return words
}
