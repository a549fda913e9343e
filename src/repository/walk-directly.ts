import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { Pathspecs } from '../git/pathspec.ts'
import { hasReplacements } from '../git/replacements.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStoredCommit } from '../git/stored-objects.ts'
import { touching } from '../git/touching-commits.ts'
import { secondsOf } from './commit-filter.ts'
import { readHead } from '../git/head.ts'
import { walkCommits } from '../git/walk-commits.ts'
import { resolveRanges } from './run-git.ts'
import type { Workspace } from './workspace.ts'

/** Which commits to walk. */
export interface WalkRequest {
  /** Where to begin, as gitrevisions(7) has it; HEAD if there is none. */
  readonly revisions?: readonly string[]
  readonly paths?: Pathspecs
  readonly since?: string
  readonly until?: string
  readonly signal?: AbortSignal
}

/** The walk of `git log` where there is no git program. Throws COMMIT_UNKNOWN, USAGE, and GIT_MISSING where commits are replaced. */
export async function walkDirectly(
  { git }: Workspace,
  { revisions = [], paths = [], since, until, signal }: WalkRequest,
): Promise<Iterable<ObjectId>> {
  refuseReplaced(git)
  const { starts, excluded } = await resolveRanges(git, revisions.length ? revisions : ['HEAD'], signal)
  const [from, to] = [since, until].map((time) => (time === undefined ? undefined : secondsOf(time)))
  const touched = paths.length ? touching(git, paths) : undefined
  return walkCommits(git, starts, excluded, (commit, parents) => {
    const { timeSeconds } = readStoredCommit(git.objects, commit).committer
    // As git: whatever came before such a commit is older still.
    if (from !== undefined && timeSeconds < from) return { isShown: false, parents: [] }
    const chosen = touched ? touched(commit, parents) : { isShown: true, parents }
    return { ...chosen, isShown: chosen.isShown && (to === undefined || timeSeconds <= to) }
  })
}

/** Where commits are shown other than they are stored, only git knows what comes before them. */
function refuseReplaced(git: GitRepository): void {
  if (!hasReplacements(git) && !existsSync(join(git.commonDir, 'info/grafts'))) return
  throw new AnvcsError('GIT_MISSING', {
    message: 'Commits are replaced here, and only git shows what stands in for them.',
  })
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
