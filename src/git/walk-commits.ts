import type { ObjectId } from '../contracts/ids.ts'
import type { GitRepository } from './repository.ts'
import { shallowCommits } from './shallow-commits.ts'
import { readStoredCommit } from './stored-objects.ts'

type Stored = Pick<GitRepository, 'commonDir' | 'objects'>

/** Which commits of a walk are shown, and where it goes on. */
export type ChooseCommit = (
  commit: ObjectId,
  parents: readonly ObjectId[],
) => { readonly isShown: boolean; readonly parents: readonly ObjectId[] }

/** Commits that are reachable from `starts` and not from `excluded`, newest first, as `git log` walks them. */
export function* walkCommits(
  { objects, commonDir }: Stored,
  starts: readonly ObjectId[],
  excluded: readonly ObjectId[] = [],
  choose?: ChooseCommit,
): Generator<ObjectId> {
  const shallow = shallowCommits(commonDir)
  const parentsOf = (id: ObjectId) => (shallow.has(id) ? [] : readStoredCommit(objects, id).parents)
  const seen = new Set<ObjectId>()
  const left = [...excluded]
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    left.push(...parentsOf(id))
  }
  /** Oldest first: the next one is the last. */
  const queue: { readonly id: ObjectId; readonly time: number }[] = []
  const add = (id: ObjectId): void => {
    if (seen.has(id)) return
    seen.add(id)
    const time = readStoredCommit(objects, id).committer.timeSeconds
    let at = queue.length
    while (at > 0 && queue[at - 1]!.time >= time) at--
    queue.splice(at, 0, { id, time })
  }
  for (const id of starts) add(id)
  for (let next = queue.pop(); next; next = queue.pop()) {
    const parents = parentsOf(next.id)
    const chosen = choose ? choose(next.id, parents) : { isShown: true, parents }
    if (chosen.isShown) yield next.id
    for (const parent of chosen.parents) add(parent)
  }
}
