import { existsSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { isSafePath } from '../document/paths.ts'
import { absolutePath } from '../git/absolute-path.ts'
import { readHead } from '../git/head.ts'
import { isPattern, pathMatcher, unmatched, type Pathspecs } from '../git/pathspec.ts'
import type { GitRepository } from '../git/repository.ts'
import { stateOf } from '../history/anchor.ts'
import { emptyState } from '../history/file-state.ts'
import type { RoomHost } from './room-host.ts'

/** Which files are to be committed as they are on disk. */
export interface PathChoice {
  readonly all?: boolean
  readonly paths?: Pathspecs
  readonly mine?: boolean
}

/** What is taken from the work tree, and whether anything else that is staged goes with it. */
export interface ChosenPaths {
  readonly paths: readonly string[]
  readonly isOnly: boolean
}

/** The paths that are taken from disk. Throws USAGE where a path names nothing that is tracked or shared. */
export async function choosePaths(
  git: GitRepository,
  tree: ObjectId | undefined,
  { all: isAll = false, paths, mine = false }: PathChoice,
  host: RoomHost | undefined,
): Promise<ChosenPaths> {
  if (paths) return { paths: await trackedBelow(git, tree, paths, host), isOnly: true }
  if (!isAll && !mine) return { paths: [], isOnly: false }
  const all = await git.index.committable()
  // A file that no room may have is not here because nobody could send it: it was not deleted. Naming it does that.
  const isMissing = (path: string) =>
    !isSafePath(path) && !lstatSync(absolutePath(git, path), { throwIfNoEntry: false })
  const changed = host ? all.filter((path) => !isMissing(path)) : all
  // In a room, files that were made there are shared already: `-a` takes them as tracked.
  const everything = [...new Set([...changed, ...(host ? await newSharedPaths(git, host) : [])])]
  const chosen = mine && host ? everything.filter((path) => isMine(host, path)) : everything
  return { paths: chosen, isOnly: !isAll }
}

/** As `git commit PATH`: files of the index or of HEAD at or below each path. */
async function trackedBelow(
  git: GitRepository,
  tree: ObjectId | undefined,
  given: Pathspecs,
  host: RoomHost | undefined,
): Promise<readonly string[]> {
  const { changes } = await git.index.stagedChanges(tree)
  const removed = changes.flatMap(({ path, after }) => (after ? [] : [path]))
  const shared = host ? await newSharedPaths(git, host) : []
  const tracked = await git.index.below(given.some(isPattern) ? ['.'] : given)
  const known = [...new Set([...tracked.map(({ path }) => path), ...removed, ...shared])]
  const [unknown] = unmatched(given, known)
  if (unknown !== undefined)
    throw new AnvcsError('USAGE', {
      message: `${unknown} is no file that Git tracks.`,
      hint: existsSync(join(git.workTree, unknown))
        ? `Add it first: \`ai-vcs add ${unknown}\`.`
        : 'Check the path; `ai-vcs status` lists files.',
    })
  // Nothing has happened to files that are not checked out.
  const skipped = new Set(tracked.flatMap(({ path, isSkipped }) => (isSkipped ? [path] : [])))
  return known.filter(pathMatcher(given)).filter((path) => !skipped.has(path))
}

async function newSharedPaths(git: GitRepository, host: RoomHost): Promise<readonly string[]> {
  const untracked = new Set(await git.index.untracked())
  return host.room.files.touchedPaths.filter((path) => untracked.has(path))
}

/** Has this member changed the file since the commit that is checked out? */
function isMine(host: RoomHost, path: string): boolean {
  const { room } = host
  const captured = room.files.capture(path)
  if (!captured) return true
  const head = readHead(host.workspace.git.gitDir, host.workspace.git.refs).commit
  const anchor = head && room.commits.anchor(head)
  const before = anchor ? stateOf(anchor, captured.file) : emptyState
  return [...captured.state.counts].some(
    ([feed, count]) =>
      count > (before.counts.get(feed) ?? 0) && room.membership.owner(feed)?.admission.member === room.self?.member,
  )
}
