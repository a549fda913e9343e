import { countsOf } from './counts.ts'
import type { DataFile } from './data-node.ts'

export type DataFault = 'duplicate-key' | 'syntax' | 'anchor'

/** What a document has that neither side has: keys that stand twice, looser syntax, anchors bound twice or not at all. */
export function findDataFaults(result: DataFile, left: DataFile, right: DataFile): readonly DataFault[] {
  const faults: DataFault[] = []
  const isNew = (ofResult: readonly string[], ofLeft: readonly string[], ofRight: readonly string[]) => {
    const known = [countsOf(ofLeft), countsOf(ofRight)]
    return [...countsOf(ofResult)].some(([name, count]) => known.every((counts) => (counts.get(name) ?? 0) < count))
  }
  if (isNew(result.duplicates, left.duplicates, right.duplicates)) faults.push('duplicate-key')
  if ((result.features & ~(left.features | right.features)) !== 0) faults.push('syntax')
  if (
    isNew(repeatedIn(result.anchors), repeatedIn(left.anchors), repeatedIn(right.anchors)) ||
    isNew(result.unboundAliases, left.unboundAliases, right.unboundAliases)
  )
    faults.push('anchor')
  return faults
}

function repeatedIn(names: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return names.filter((name) => seen.size === seen.add(name).size)
}
