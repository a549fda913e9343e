import type { ObjectId } from '../contracts/ids.ts'
import type { GitProgram } from '../git/git-program.ts'

/** So many commits at a time: their patches are in memory. */
const batchSize = 100

/**
 * What commits change, whatever stands around it and whoever says so: the same for a commit and its rebased copy
 * (git-patch-id(1)). None for a merge, or a commit that changes nothing.
 */
export async function patchIds(
  git: GitProgram,
  commits: readonly ObjectId[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<ObjectId, string>> {
  const ids = new Map<ObjectId, string>()
  // As somebody with no configuration would see it.
  const options = ['--stdin', '--patch', '--root', '--binary', '--no-ext-diff', '--no-textconv', '--no-renames']
  for (let at = 0; at < commits.length; at += batchSize) {
    const input = `${commits.slice(at, at + batchSize).join('\n')}\n`
    const patches = await git.run(['diff-tree', ...options], { input, signal })
    const output = await git.run(['patch-id', '--stable'], { input: patches, signal })
    for (const line of new TextDecoder().decode(output).split('\n')) {
      const [patch, commit] = line.split(' ')
      if (patch && commit) ids.set(commit as ObjectId, patch)
    }
  }
  return ids
}
