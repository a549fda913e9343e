import { nameOf } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import type { Finding } from './finding.ts'

/** Names that one list declares more often than the same list does on either side. */
export function duplicates(left: Source, right: Source, merged: Source): readonly Finding[] {
  const counts = [left, right, merged].map(declarations) as [Counts, Counts, Counts]
  return [...counts[2]].flatMap(([name, count]) => {
    const most = Math.max(counts[0].get(name) ?? 0, counts[1].get(name) ?? 0, 1)
    return count > most ? [{ check: 'duplicates' as const, name: name.slice(name.lastIndexOf('\0') + 1) }] : []
  })
}

type Counts = ReadonlyMap<string, number>

/** By path of names: how often one list declares the name, where it does so most often. */
function declarations(source: Source): Counts {
  const most = new Map<string, number>()
  const visit = (node: number, path: string): void => {
    const counts = source.rules.lists[source.kind(node)] && new Map<string, number>()
    for (const child of source.children(node)) {
      const name = counts && nameOf(source, child)
      if (name !== undefined) counts?.set(name, (counts.get(name) ?? 0) + 1)
      if (!source.isAtomic(child)) visit(child, name === undefined ? path : `${path}\0${name}`)
    }
    for (const [name, count] of counts ?? []) {
      const key = `${path}\0${name}`
      most.set(key, Math.max(count, most.get(key) ?? 0))
    }
  }
  visit(0, '')
  return most
}
