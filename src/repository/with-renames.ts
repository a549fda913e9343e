import type { TreeDifference } from '../objects/tree-diff.ts'
import type { ChangedPath } from './changed-path.ts'

/** A file that is gone and one that came with the same content are one that was renamed. */
export function withRenames(changes: readonly TreeDifference[]): readonly ChangedPath[] {
  const added = changes.filter(({ before, after }) => !before && after)
  const gone = changes.filter(({ before, after }) => before && !after)
  const sources = new Map<string, string>()
  for (const { path, after } of added) {
    const taken = new Set(sources.values())
    const alike = gone.filter(
      ({ path: from, before }) => before!.id === after!.id && isSameKind(before!.mode, after!.mode) && !taken.has(from),
    )
    const nameOf = (name: string) => name.slice(name.lastIndexOf('/') + 1)
    const source = alike.find(({ path: from }) => nameOf(from) === nameOf(path)) ?? alike[0]
    if (source) sources.set(path, source.path)
  }
  const moved = new Set(sources.values())
  return changes.flatMap(({ path, before, after }): readonly ChangedPath[] => {
    if (moved.has(path)) return []
    const from = sources.get(path) ?? null
    if (from !== null) return [{ path, from, status: 'renamed' }]
    if (!before || !after) return [{ path, from, status: before ? 'deleted' : 'added' }]
    return [{ path, from, status: isSameKind(before.mode, after.mode) ? 'modified' : 'type changed' }]
  })
}

function isSameKind(left: number, right: number): boolean {
  return left >> 12 === right >> 12
}
