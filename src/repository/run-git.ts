import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { unlessMissing } from '../git/git-missing.ts'
import type { GitCall, GitProgram } from '../git/git-program.ts'
import { unsupported } from '../git/probe.ts'
import type { GitRepository } from '../git/repository.ts'
import { findCommitDirectly } from '../git/walk-commits.ts'
import { isUtf8Path } from '../objects/path-bytes.ts'

/** What git prints, as text. Throws GIT_FAILED. */
export async function gitText(git: GitProgram, args: readonly string[], call: GitCall = {}): Promise<string> {
  return new TextDecoder().decode(await git.run(args, call))
}

/** Names that begin with `-` would be options to git; no program can be given other than text. Throws USAGE, REPOSITORY_UNSUPPORTED. */
export function checkName(name: string, what: string): void {
  if (name === '' || name.startsWith('-'))
    throw new AnvcsError('USAGE', { message: `${name || 'An empty word'} is no ${what}.` })
  if (!isUtf8Path(name)) throw unsupported(`a ${what} whose name is not UTF-8`)
}

/** The commit that a revision names (gitrevisions(7)). Throws COMMIT_UNKNOWN. */
export async function resolveCommit(git: GitRepository, revision: string, signal?: AbortSignal): Promise<ObjectId> {
  const found = await findCommit(git, revision, signal)
  if (found) return found
  throw new AnvcsError('COMMIT_UNKNOWN', {
    message: revision === 'HEAD' ? 'This branch has no commit yet.' : `No commit is called ${revision}.`,
    details: { revision },
  })
}

/** The same, or undefined where it names none. Without a git program only plain names and `~`, `^` are understood. */
export async function findCommit(
  repository: GitRepository,
  revision: string,
  signal?: AbortSignal,
): Promise<ObjectId | undefined> {
  checkName(revision, 'revision')
  const args = ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]
  const result = await repository.git.call(args, { signal }).catch(unlessMissing)
  if (!result) return findCommitDirectly(repository, revision)
  return result.exitCode === 0 ? (new TextDecoder().decode(result.stdout).trim() as ObjectId) : undefined
}
