import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { gitFailed } from '../git/git-program.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { switchTree } from '../git/switch-tree.ts'

/**
 * Brings index and files from one commit to another, and keeps what is staged or edited elsewhere. Killed at any point, it can be done
 * again. Throws WORK_TREE_BUSY where something that is not committed would be overwritten.
 */
export async function takeBackFiles(
  git: GitRepository,
  from: ObjectId,
  to: ObjectId,
  signal: AbortSignal | undefined,
): Promise<void> {
  // Of files that look changed Git has to know that they are not; those that are make it fail, and are told below.
  const refreshed = await git.git.call(['update-index', '-q', '--refresh'], { signal }).catch(unlessMissing)
  if (!refreshed) {
    const [before, after] = [from, to].map((commit) => readStoredCommit(git.objects, commit).tree)
    return switchTree(git, { from: before, to: after!, signal })
  }
  const args = ['read-tree', '-m', '-u', from, to]
  const { exitCode, ...said } = await git.git.call(args, { signal })
  if (exitCode === 0) return
  if (!/not uptodate|would be overwritten|would be removed|would lose untracked|Cannot merge/.test(said.stderr))
    throw gitFailed(args, { exitCode, ...said })
  throw new AnvcsError('WORK_TREE_BUSY', {
    message: 'Changes that are not committed lie in files of this merge.',
    hint: 'Commit them first, or put them aside with `git stash`.',
  })
}
