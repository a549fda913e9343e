import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { readHead } from '../git/head.ts'
import { walkCommits } from '../git/walk-commits.ts'
import { resolveCommit } from './run-git.ts'
import type { Workspace } from './workspace.ts'

/** Which commits to walk. */
export interface WalkRequest {
  /** Where to begin, as gitrevisions(7) has it; HEAD if there is none. */
  readonly revisions?: readonly string[]
  /** From the root of the work tree. */
  readonly paths?: readonly string[]
  readonly since?: string
  readonly until?: string
  readonly signal?: AbortSignal
}

/**
 * The walk of `git log` where there is no git program. Throws GIT_MISSING for what only git knows: paths, times, `a...b`; COMMIT_UNKNOWN.
 */
export async function walkDirectly(
  { git }: Workspace,
  { revisions = [], paths = [], since, until, signal }: WalkRequest,
): Promise<Iterable<ObjectId>> {
  const words = revisions.length ? revisions : ['HEAD']
  if (paths.length || since !== undefined || until !== undefined || words.some((word) => word.includes('...')))
    throw new AnvcsError('GIT_MISSING')
  const starts: ObjectId[] = []
  const excluded: ObjectId[] = []
  for (const word of words) {
    const [left, right] = word.startsWith('^')
      ? [word.slice(1)]
      : word.includes('..')
        ? word.split('..')
        : [undefined, word]
    if (left !== undefined) excluded.push(await resolveCommit(git, left || 'HEAD', signal))
    if (right !== undefined) starts.push(await resolveCommit(git, right || 'HEAD', signal))
  }
  return walkCommits(git, starts, excluded)
}

/** Short names of the refs that name commits, as `git log` decorates them; HEAD first. */
export function refNames({ git }: Workspace): (commit: ObjectId) => readonly string[] {
  const head = readHead(git.gitDir, git.refs).branch?.replace('refs/heads/', '')
  const names = new Map<string, string[]>()
  const add = (id: string, name: string) => names.set(id, [...(names.get(id) ?? []), name])
  for (const { name, id } of git.refs.list('refs/')) {
    const [, kind, rest] = /^refs\/(heads|tags|remotes)\/(.+)$/.exec(name) ?? []
    if (kind === 'heads' && rest === head) names.set(id, [`HEAD -> ${rest}`, ...(names.get(id) ?? [])])
    else if (rest) add(id, kind === 'tags' ? `tag: ${rest}` : rest)
  }
  return (commit) => names.get(commit) ?? []
}
