import type { Sources } from '../structure/merge-structure.ts'
import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/**
 * Names that one side replaced by another one wherever they stood, several times, and that a merged text uses all the same, as the other side uses them
 * anew: what belongs to the old name may be gone. Names that the file itself declares are looked at by `danglingNames`.
 */
export function replacedNames({ base, left, right }: Sources, merged: Source): readonly Finding[] {
  const [inBase, inMerged] = [countNames(base), countNames(merged)]
  const names = [left, right].flatMap((side) => {
    const inSide = countNames(side)
    const mostOfNew = [...inSide].reduce((most, [name, count]) => (inBase.has(name) ? most : Math.max(most, count)), 0)
    return [...inBase].flatMap(([name, count]) =>
      count > 1 && mostOfNew >= count && !inSide.has(name) && inMerged.has(name) ? [name] : [],
    )
  })
  return names.map((name) => ({ check: 'renames' as const, name }))
}

function countNames(source: Source): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (let node = 0; node < source.tree.size; node++) {
    if (!source.isAtomic(node) || !source.kind(node).endsWith('identifier')) continue
    const name = source.textOf(node)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}
