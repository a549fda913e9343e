import type { ObjectId } from '../contracts/ids.ts'
import { gitDate, parseFilters } from './commit-filter.ts'
import type { CommitView } from './commit-view.ts'
import { CommitViews } from './commit-views.ts'
import { unlessMissing } from '../git/git-missing.ts'
import type { GitProgram } from '../git/git-program.ts'
import { pathArguments } from '../git/pathspec.ts'
import { resolveCommit, resolveRanges } from './run-git.ts'
import { refNames, walkDirectly, type WalkRequest } from './walk-directly.ts'
import type { Workspace } from './workspace.ts'

export interface ListOptions extends WalkRequest {
  /** As `parseFilters` has them. */
  readonly filters?: readonly string[]
  /** At most so many, after filtering. */
  readonly limit?: number
}

/** Commits with their records and signatures, newest first, as git walks them. Throws COMMIT_UNKNOWN, USAGE. */
export async function* listCommits(workspace: Workspace, options: ListOptions): AsyncGenerator<CommitView> {
  const { git } = workspace
  const { limit = Number.POSITIVE_INFINITY, filters = [], signal } = options
  const isWanted = parseFilters(filters)
  const views = await CommitViews.open(git)
  let left = limit
  for await (const some of walk(workspace, options)) {
    for (const { commit, refs } of some) {
      if (left <= 0) break
      signal?.throwIfAborted()
      const view = views.read(commit, refs)
      if (!isWanted(view)) continue
      left--
      yield view
    }
    if (left <= 0) break
  }
  await views.close()
}

interface WalkedCommit {
  readonly commit: ObjectId
  /** Names of refs that point here. */
  readonly refs: readonly string[]
}

/** As many at a time as git prints at once. */
async function* walk(workspace: Workspace, options: ListOptions): AsyncGenerator<readonly WalkedCommit[]> {
  const { limit, filters = [], signal } = options
  const most = limit === undefined || filters.length ? [] : [`-n${limit}`]
  const { program, args } = await walkArguments(workspace, options)
  const command = ['log', '--no-show-signature', '-z', '--format=%H%x00%D', '--decorate=short', ...most, ...args]
  try {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of program.stream(command, { signal })) {
      const fields = (rest + decoder.decode(chunk, { stream: true })).split('\0')
      const some: WalkedCommit[] = []
      let at = 0
      for (; at + 2 < fields.length; at += 2)
        some.push({ commit: fields[at] as ObjectId, refs: namesIn(fields[at + 1]!) })
      rest = fields.slice(at).join('\0')
      yield some
    }
  } catch (error) {
    unlessMissing(error)
    const namesOf = refNames(workspace)
    yield Array.from(await walkDirectly(workspace, options), (commit) => ({ commit, refs: namesOf(commit) }))
  }
}

function namesIn(decoration: string): readonly string[] {
  return decoration ? decoration.split(', ') : []
}

/** One commit. */
export async function readCommitView(
  workspace: Workspace,
  revision: string,
  signal?: AbortSignal,
): Promise<CommitView> {
  const commit = await resolveCommit(workspace.git, revision, signal)
  return (await CommitViews.open(workspace.git)).read(commit)
}

/** What tells `git log` which commits to walk, and the program that takes it so. */
export interface Walk {
  readonly program: GitProgram
  readonly args: readonly string[]
}

/** Throws COMMIT_UNKNOWN. */
export async function walkArguments(workspace: Workspace, options: ListOptions): Promise<Walk> {
  const { revisions = [], paths = [], since, until, signal } = options
  const { starts, excluded } = await resolveRanges(workspace.git, revisions, signal)
  if (!revisions.length) await resolveCommit(workspace.git, 'HEAD', signal)
  const ids = [...starts, ...excluded.map((id) => `^${id}`)]
  const { program, words } = pathArguments(workspace.git.git, paths)
  const args = [
    ...(since === undefined ? [] : [`--since=${gitDate(since)}`]),
    ...(until === undefined ? [] : [`--until=${gitDate(until)}`]),
    // No ids: the parents of a commit that has none. Git would take HEAD where it is given nothing.
    ...(ids.length ? ids : revisions),
    '--',
    ...words,
  ]
  return { program, args }
}
