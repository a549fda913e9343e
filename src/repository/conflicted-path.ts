import type { ObjectId } from '../contracts/ids.ts'
import type { TreeEntryValue } from '../objects/tree.ts'

/** What a merge has of a path on which its sides conflict: stages 1 to 3 of the index. */
export interface ConflictedPath {
  readonly path: string
  readonly base?: TreeEntryValue
  readonly left?: TreeEntryValue
  readonly right?: TreeEntryValue
}

const stages = { 1: 'base', 2: 'left', 3: 'right' } as const

/** Of items that `git ls-files -u -z` and `git merge-tree -z` print; others are passed over. */
export function readConflictedPaths(items: readonly string[]): readonly ConflictedPath[] {
  const paths = new Map<string, ConflictedPath>()
  for (const item of items) {
    const [, mode, id, stage, path] = /^([0-7]{6}) ([0-9a-f]+) ([123])\t(.+)$/s.exec(item) ?? []
    if (path === undefined) continue
    const entry: TreeEntryValue = { mode: parseInt(mode!, 8), id: id as ObjectId }
    paths.set(path, { ...(paths.get(path) ?? { path }), [stages[stage as '1' | '2' | '3']]: entry })
  }
  return [...paths.values()]
}
