import type { ObjectId } from '../contracts/ids.ts'
import { readHead } from '../git/head.ts'
import { readOperation } from '../git/operation.ts'
import type { AcrossFinding } from '../merge/across/across-finding.ts'
import { checkMergedTree } from './check-merged-tree.ts'
import { gitText } from './run-git.ts'
import type { Workspace } from './workspace.ts'

/** What does not fit together in a merge that Git has begun: of what the index holds, while nothing in it conflicts. */
export async function explainUses({ git }: Workspace, signal?: AbortSignal): Promise<readonly AcrossFinding[]> {
  const parents = readOperation(git)?.parents ?? []
  const ours = readHead(git.gitDir, git.refs).commit
  const [theirs] = parents
  if (!ours || !theirs || parents.length > 1) return []
  const unmerged = await gitText(git.git, ['ls-files', '-u'], { signal })
  if (unmerged !== '') return []
  const tree = (await gitText(git.git, ['write-tree'], { signal })).trim() as ObjectId
  const { findings, repaired } = await checkMergedTree(git, { ours, theirs, tree, signal })
  return [...findings, ...repaired]
}
