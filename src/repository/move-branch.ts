import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { followCommit } from '../git/follow-commit.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { findHooks } from '../git/hooks.ts'
import { recover } from '../git/recover.ts'
import type { GitRepository } from '../git/repository.ts'
import { lockRepository } from '../git/repository-lock.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { switchTree } from '../git/switch-tree.ts'
import { mergeFailed } from './hooked-merge.ts'
import type { Workspace } from './workspace.ts'

interface Move {
  readonly ref: string
  readonly from: ObjectId | undefined
  readonly to: ObjectId
  readonly isCheckedOut: boolean
  readonly isHeld: boolean
  readonly source: string
  readonly signal: AbortSignal | undefined
}

/** A branch that is checked out is moved by git, which moves index and files with it and refuses to overwrite anything. */
export async function moveBranch(
  { git }: Workspace,
  { ref, from, to, isCheckedOut, isHeld, source, signal }: Move,
): Promise<void> {
  if (!isCheckedOut) {
    if (!(await git.refs.update([{ name: ref, expect: from, to }], `merge ${source}`)))
      throw new AnvcsError('REF_MOVED')
    return
  }
  if (isHeld) {
    const moved = await followCommit(git, {
      branch: ref,
      commit: to,
      message: `merge ${source}`,
      ...(signal && { signal }),
    })
    if (moved.status === 'busy') throw new AnvcsError('WORK_TREE_BUSY', { message: moved.reason })
    if (moved.status === 'diverged') throw new AnvcsError('REF_MOVED')
    return
  }
  const args = ['merge', '--ff-only', '--quiet', to]
  const env = { GIT_REFLOG_ACTION: `merge ${source}` }
  const result = await git.hooked.call(args, { env, signal }).catch(unlessMissing)
  if (!result) return moveDirectly(git, { ref, from, to, source, signal })
  if (result.exitCode !== 0) throw mergeFailed(args, result)
}

/** The same without git. */
async function moveDirectly(
  git: GitRepository,
  { ref, from, to, source, signal }: Omit<Move, 'isCheckedOut' | 'isHeld'>,
): Promise<void> {
  if ((await findHooks(git, ['post-merge'])).length)
    throw new AnvcsError('GIT_MISSING', { message: 'Only git runs the hook post-merge, and no git program was found.' })
  await using _lock = await lockRepository(git, signal)
  await recover(git, signal)
  if (git.refs.read(ref) !== from) throw new AnvcsError('REF_MOVED')
  const treeOf = (commit: ObjectId) => readStoredCommit(git.objects, commit).tree
  await switchTree(git, { from: from && treeOf(from), to: treeOf(to), signal })
  const moved = await git.refs.update([{ name: ref, expect: from, to }], `merge ${source}: Fast-forward`)
  if (!moved) throw new AnvcsError('REF_MOVED')
}
