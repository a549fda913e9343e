import type { ObjectId } from '../contracts/ids.ts'
import { readKnownSigners } from './allowed-signers.ts'
import { checkCommit } from './check-commit.ts'
import { gitDate, parseFilters } from './commit-filter.ts'
import { viewCommit, type CommitView } from './commit-view.ts'
import { noteReader } from './notes-ref.ts'
import { gitText, checkName, resolveCommit } from './run-git.ts'
import type { Workspace } from './workspace.ts'

export interface ListOptions {
  /** Where to begin, as gitrevisions(7) has it; HEAD if there is none. */
  readonly revisions?: readonly string[]
  /** From the root of the work tree. */
  readonly paths?: readonly string[]
  readonly since?: string
  readonly until?: string
  /** As `parseFilters` has them. */
  readonly filters?: readonly string[]
  /** At most so many, after filtering. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

/** How many commits are asked of git first, and how much more each further time: git walks all of them again. */
const firstPage = 500
const growth = 16

/** Commits with their records and signatures, newest first, as git walks them. Throws COMMIT_UNKNOWN, USAGE. */
export async function* listCommits(workspace: Workspace, options: ListOptions): AsyncGenerator<CommitView> {
  const { git } = workspace
  const { limit = Number.POSITIVE_INFINITY, filters = [], signal } = options
  const isWanted = parseFilters(filters)
  const args = await walkArguments(workspace, options)
  const signers = await readKnownSigners(git)
  const noteOf = noteReader(git)
  let left = limit
  for (let skip = 0, page = firstPage; left > 0; skip += page, page *= growth) {
    const size = filters.length ? page : Math.min(page, left)
    const command = ['log', '-z', '--format=%H%x00%D', '--decorate=short', `--skip=${skip}`, `-n${size}`, ...args]
    const fields = (await gitText(git.git, command, { signal })).split('\0')
    for (let at = 0; at + 1 < fields.length && left > 0; at += 2) {
      signal?.throwIfAborted()
      const refs = fields[at + 1]!.split(', ').filter(Boolean)
      const view = viewCommit(checkCommit(git, signers, fields[at] as ObjectId, noteOf), refs)
      if (!isWanted(view)) continue
      left--
      yield view
    }
    if (fields.length < 2 * size) return
  }
}

/** One commit. */
export async function readCommitView(
  workspace: Workspace,
  revision: string,
  signal?: AbortSignal,
): Promise<CommitView> {
  const commit = await resolveCommit(workspace.git.git, revision, signal)
  const { git } = workspace
  return viewCommit(checkCommit(git, await readKnownSigners(git), commit, noteReader(git)))
}

/** What tells `git log` which commits to walk. */
export async function walkArguments(workspace: Workspace, options: ListOptions): Promise<readonly string[]> {
  const { revisions = [], paths = [], since, until, signal } = options
  for (const revision of revisions) await checkRange(workspace, revision, signal)
  if (!revisions.length) await resolveCommit(workspace.git.git, 'HEAD', signal)
  return [
    ...(since === undefined ? [] : [`--since=${gitDate(since)}`]),
    ...(until === undefined ? [] : [`--until=${gitDate(until)}`]),
    ...revisions,
    '--',
    ...paths,
  ]
}

/** `a..b` and `a...b` consist of revisions; `^a` leaves one out. */
async function checkRange({ git }: Workspace, range: string, signal: AbortSignal | undefined): Promise<void> {
  checkName(range, 'revision')
  for (const end of range.replace(/^\^/, '').split(/\.{2,3}/)) if (end) await resolveCommit(git.git, end, signal)
}
