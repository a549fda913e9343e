import { nameOf } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import { areAlike, type CommonParts } from './common-parts.ts'
import type { Finding } from './finding.ts'

/** Names that one list declares more often than the same list does on either side. */
export function duplicates(left: Source, right: Source, merged: Source, common?: CommonParts): readonly Finding[] {
  if (common) {
    const partPaths: string[][] = [[], [], []]
    const counts = [left, right, merged].map((source, i) => declarations(source, { common, paths: partPaths[i]! }))
    // What lists within common parts declare they declare in all versions.
    if (areAlike(partPaths) && moreOften(counts).length === 0) return []
  }
  return moreOften([left, right, merged].map((source) => declarations(source)))
}

function moreOften([inLeft, inRight, inMerged]: readonly Counts[]): readonly Finding[] {
  return [...inMerged!].flatMap(([name, count]) => {
    const most = Math.max(inLeft!.get(name) ?? 0, inRight!.get(name) ?? 0, 1)
    return count > most ? [{ check: 'duplicates' as const, name: name.slice(name.lastIndexOf('\0') + 1) }] : []
  })
}

type Counts = ReadonlyMap<string, number>

/** Parts that are not looked into, and by their number the path of names that they stand at. */
interface Unread {
  readonly common: CommonParts
  readonly paths: string[]
}

/** By path of names: how often one list declares the name, where it does so most often. */
function declarations(source: Source, unread?: Unread): Counts {
  const most = new Map<string, number>()
  const parts = unread?.common.numbers(source)
  const visit = (node: number, path: string): void => {
    const counts = source.rules.lists[source.kind(node)] && new Map<string, number>()
    for (const child of source.children(node)) {
      const part = parts?.[child]
      const name = counts && (part ? unread!.common.nameOf(part) : nameOf(source, child))
      if (name !== undefined) counts?.set(name, (counts.get(name) ?? 0) + 1)
      if (part) unread!.paths[part] = path
      else if (!source.isAtomic(child)) visit(child, name === undefined ? path : `${path}\0${name}`)
    }
    for (const [name, count] of counts ?? []) {
      const key = `${path}\0${name}`
      most.set(key, Math.max(count, most.get(key) ?? 0))
    }
  }
  visit(0, '')
  return most
}
