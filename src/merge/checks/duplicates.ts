import { nameOf } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import { areAlike, type CommonParts } from './common-parts.ts'
import type { Finding } from './finding.ts'

/** Names that one list declares more often than the same list does on either side. */
export function duplicates(left: Source, right: Source, merged: Source, common?: CommonParts): readonly Finding[] {
  if (common && moreOften(left, right, merged, common).length === 0) {
    // What lists within common parts declare they declare in all versions.
    if (areAlike([left, right, merged].map((source) => pathsOfParts(source, common)))) return []
  }
  return moreOften(left, right, merged)
}

function moreOften(left: Source, right: Source, merged: Source, common?: CommonParts): readonly Finding[] {
  const doubled = [...doubledIn(merged, common)]
  if (doubled.length === 0) return []
  const sides = [left, right].map((source) => doubledIn(source, common))
  return doubled.flatMap(([name, count]) =>
    sides.every((side) => count > (side.get(name) ?? 1))
      ? [{ check: 'duplicates' as const, name: name.slice(name.lastIndexOf('\0') + 1) }]
      : [],
  )
}

type Counts = ReadonlyMap<string, number>

/** By path of names: how often one list declares a name that it does not declare once, where it does so most often. Parts are not looked into. */
function doubledIn(source: Source, common: CommonParts | undefined): Counts {
  const most = new Map<string, number>()
  const parts = common?.numbers(source)
  const visit = (node: number, path: string): void => {
    const counts = source.rules.lists[source.kind(node)] && new Map<string, number>()
    for (const child of source.children(node)) {
      const part = parts?.[child]
      const name = counts && (part ? common!.nameOf(part) : nameOf(source, child))
      if (name !== undefined) counts?.set(name, (counts.get(name) ?? 0) + 1)
      if (!part && !source.isAtomic(child)) visit(child, name === undefined ? path : `${path}\0${name}`)
    }
    for (const [name, count] of counts ?? []) {
      const key = `${path}\0${name}`
      if (count > 1) most.set(key, Math.max(count, most.get(key) ?? 0))
    }
  }
  visit(0, '')
  return most
}

/** By number of a part: the path of names that it stands at. */
function pathsOfParts(source: Source, common: CommonParts): readonly string[] {
  const paths: string[] = []
  const parts = common.numbers(source)
  const visit = (node: number, path: string): void => {
    const isList = source.rules.lists[source.kind(node)] !== undefined
    for (const child of source.children(node)) {
      const part = parts[child]
      if (part) paths[part] = path
      else if (!source.isAtomic(child)) {
        const name = isList ? nameOf(source, child) : undefined
        visit(child, name === undefined ? path : `${path}\0${name}`)
      }
    }
  }
  visit(0, '')
  return paths
}
