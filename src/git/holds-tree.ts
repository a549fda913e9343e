import type { ObjectId } from '../contracts/ids.ts'
import { diffTrees } from '../objects/tree-diff.ts'
import type { GitRepository } from './repository.ts'
import { openScratchIndex } from './scratch-index.ts'
import { readStored } from './stored-objects.ts'

/** Is all that the work tree holds besides what is staged just what leads from one tree to another? Untracked files of other paths do not count. */
export async function holdsTree(
  repository: GitRepository,
  from: ObjectId,
  to: ObjectId,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const differences = diffTrees((id) => readStored(repository.objects, 'tree', id), from, to)
  await using scratch = await openScratchIndex(repository)
  await scratch.copy()
  await scratch.index.update(
    differences.map(({ path, after }) => ({ path, entry: after })),
    { ...(signal && { signal }) },
  )
  return !(await scratch.index.changedFiles({ ...(signal && { signal }) })).length
}
