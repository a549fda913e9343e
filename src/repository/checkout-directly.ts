import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { readHead } from '../git/head.ts'
import { findHooks } from '../git/hooks.ts'
import { unfinishedOperation } from '../git/probe.ts'
import { recover } from '../git/recover.ts'
import { lockRepository } from '../git/repository-lock.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { switchTree } from '../git/switch-tree.ts'
import { otherWorkTreeOf } from '../git/work-trees.ts'
import { resolveCommit } from './run-git.ts'
import type { Workspace } from './workspace.ts'

/**
 * Checks out a branch or commit without git. `remoteRef` is the branch of a remote that a new branch of this name is to follow. Throws
 * WORK_TREE_BUSY where something that is not committed would be overwritten, or another work tree has the branch; GIT_MISSING.
 */
export async function checkoutDirectly(
  workspace: Workspace,
  target: string,
  { remoteRef, signal }: { readonly remoteRef: string | undefined; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { git } = workspace
  if ((await findHooks(git, ['post-checkout'])).length)
    throw new AnvcsError('GIT_MISSING', {
      message: 'Only git runs the hook post-checkout, and no git program was found.',
    })
  const operation = unfinishedOperation(git.gitDir)
  if (operation) throw new AnvcsError('WORK_TREE_BUSY', { message: `Git is in the middle of ${operation} here.` })
  const branch = `refs/heads/${target}`
  const made = remoteRef === undefined ? undefined : await makeFollowing(workspace, target, remoteRef)
  const tip = made ?? git.refs.read(branch)
  const commit = tip ?? (await resolveCommit(git, target, signal))
  const other = tip && otherWorkTreeOf(git, branch)
  if (other !== undefined)
    throw new AnvcsError('WORK_TREE_BUSY', { message: `${target} is checked out in ${other}.`, hint: 'Work there.' })
  await using _lock = await lockRepository(git, signal)
  await recover(git, signal)
  const from = readHead(git.gitDir, git.refs)
  const treeOf = (id: ObjectId) => readStoredCommit(git.objects, id).tree
  await switchTree(git, { from: from.commit && treeOf(from.commit), to: treeOf(commit), signal })
  const left = from.branch?.replace('refs/heads/', '') ?? from.commit
  const message = `checkout: moving from ${left} to ${target}`
  const moved = await git.refs.moveHead({ from, branch: tip && branch, commit, message }, signal)
  if (!moved) throw new AnvcsError('REF_MOVED')
}

/** Makes a branch that follows one of a remote (git-checkout(1), `--guess`). */
async function makeFollowing({ git }: Workspace, name: string, remoteRef: string): Promise<ObjectId> {
  const commit = git.refs.read(remoteRef)
  const [, remote, branch] = /^refs\/remotes\/([^/]+)\/(.+)$/.exec(remoteRef) ?? []
  if (!commit || remote === undefined) throw new AnvcsError('COMMIT_UNKNOWN')
  const made = await git.refs.update(
    [{ name: `refs/heads/${name}`, expect: undefined, to: commit }],
    `branch: Created from ${remoteRef}`,
  )
  if (!made) throw new AnvcsError('REF_MOVED')
  await git.config.add(`branch.${name}.remote`, remote)
  await git.config.add(`branch.${name}.merge`, `refs/heads/${branch}`)
  return commit
}
