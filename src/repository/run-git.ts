import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { unlessMissing } from '../git/git-missing.ts'
import type { GitCall, GitProgram } from '../git/git-program.ts'
import { unsupported } from '../git/probe.ts'
import type { GitRepository } from '../git/repository.ts'
import { isUtf8Path } from '../objects/path-bytes.ts'
import { commitOf, findCommitDirectly, findRangeDirectly, type RevisionRange } from './revisions-directly.ts'

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
  throw unknown(revision)
}

/** What to do where a branch has no commit. */
export const firstCommitHint = 'Make a first commit: `ai-vcs add PATH`, then `ai-vcs commit -m TEXT`.'

function unknown(revision: string): AnvcsError {
  return new AnvcsError('COMMIT_UNKNOWN', {
    ...(revision === 'HEAD'
      ? { message: 'This branch has no commit yet.', hint: firstCommitHint }
      : { message: `No commit is called ${revision}.` }),
    details: { revision },
  })
}

/** The same, or undefined where it names none. */
export async function findCommit(
  repository: GitRepository,
  revision: string,
  signal?: AbortSignal,
): Promise<ObjectId | undefined> {
  checkName(revision, 'revision')
  const args = ['rev-parse', '--verify', '--quiet', revision]
  const result = await repository.git.call(args, { signal }).catch(unlessMissing)
  if (!result) return findCommitDirectly(repository, revision)
  const id = new TextDecoder().decode(result.stdout).trim()
  return result.exitCode === 0 ? commitOf(repository, id as ObjectId) : undefined
}

/** The commits that a word of a command line stands for: a revision or a range of them. Undefined where it is neither. */
export async function findRange(
  repository: GitRepository,
  word: string,
  signal?: AbortSignal,
): Promise<RevisionRange | undefined> {
  checkName(word, 'revision')
  const result = await repository.git.call(['rev-parse', '--quiet', word, '--'], { signal }).catch(unlessMissing)
  if (!result) return findRangeDirectly(repository, word)
  if (result.exitCode !== 0) return undefined
  const ids = new TextDecoder().decode(result.stdout).split('\n')
  const commits = ids.slice(0, ids.lastIndexOf('--')).map((id) => {
    const isExcluded = id.startsWith('^')
    return { isExcluded, commit: commitOf(repository, (isExcluded ? id.slice(1) : id) as ObjectId) }
  })
  // A file or folder of a commit is no revision to walk from.
  if (commits.some(({ commit }) => !commit)) return undefined
  const those = (wanted: boolean) => commits.flatMap(({ isExcluded, commit }) => (isExcluded === wanted ? commit! : []))
  return { starts: those(false), excluded: those(true) }
}

/** The ranges of several words. Throws COMMIT_UNKNOWN. */
export async function resolveRanges(
  repository: GitRepository,
  words: readonly string[],
  signal?: AbortSignal,
): Promise<RevisionRange> {
  const ranges: RevisionRange[] = []
  for (const word of words) {
    const range = await findRange(repository, word, signal)
    if (!range) throw unknown(word)
    ranges.push(range)
  }
  return {
    starts: ranges.flatMap(({ starts }) => starts),
    excluded: ranges.flatMap(({ excluded }) => excluded),
  }
}
