import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { lookAt } from '../git/direct-index.ts'
import { nulItems } from '../git/git-lists.ts'
import { unlessMissing } from '../git/git-missing.ts'
import type { GitRepository } from '../git/repository.ts'
import { readStored, readStoredCommit } from '../git/stored-objects.ts'
import { diffTrees } from '../objects/tree-diff.ts'
import { gitlinkMode } from '../objects/tree.ts'

/** Tracked files that are not as the branch has them. A file may be both. */
export interface UncommittedFiles {
  readonly staged: readonly string[]
  readonly edited: readonly string[]
}

const maxNamed = 5

/** Undefined without git. */
export async function uncommittedFiles(
  { git }: GitRepository,
  signal: AbortSignal | undefined,
): Promise<UncommittedFiles | undefined> {
  const args = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=no']
  const printed = await git.run(args, { signal }).catch(unlessMissing)
  if (!printed) return undefined
  // XY PATH: what the index has, what the file has.
  const items = nulItems(printed)
  const pathsOf = (at: 0 | 1) => items.filter((item) => item[at] !== ' ').map((item) => item.slice(3))
  return { staged: pathsOf(0), edited: pathsOf(1) }
}

/** What a merge is about to do to the work tree of the user. */
export interface ComingMerge {
  /** What is checked out. */
  readonly from: ObjectId
  readonly tree: ObjectId
  /** Files that are written whatever lies in their place. */
  readonly files: readonly { readonly path: string }[]
  /** No merge: then only what is written must not be staged. */
  readonly isForward?: boolean
  readonly signal: AbortSignal | undefined
}

/**
 * As git merges: nothing may be staged, and changes have to lie in files that the merge leaves alone. Without git each file is looked at before it is overwritten, and
 * `merge.autoStash` puts all of them aside. Throws WORK_TREE_BUSY.
 */
export async function mustLeaveUncommitted(git: GitRepository, merge: ComingMerge): Promise<void> {
  const { files, isForward = false, signal } = merge
  const changed = await uncommittedFiles(git, signal)
  if (!changed || git.config.isTrue('merge.autostash', false)) return
  const { staged } = changed
  if (staged.length && !isForward) throw busy('Changes are staged that are not committed', staged)
  const touched = touchedBy(git, merge)
  const edited = new Set([...changed.edited, ...staged])
  const written = new Set(files.map(({ path }) => path))
  // Git moves no submodule with its entry, and looks for untracked files itself, but in the place of what is written after it has merged.
  const blocked = touched.filter((file) =>
    file.before
      ? file.before.mode !== gitlinkMode && edited.has(file.path)
      : written.has(file.path) && lookAt(join(git.workTree, file.path)) !== undefined,
  )
  mustBeNone(blocked.map(({ path }) => path))
}

/** What git looks for itself where it merges: files that it neither tracks nor ignores, in the place of new ones. Throws WORK_TREE_BUSY. */
export async function mustLeaveUntracked(git: GitRepository, merge: ComingMerge): Promise<void> {
  const taken = touchedBy(git, merge).flatMap(({ before, path }) =>
    !before && lookAt(join(git.workTree, path)) !== undefined ? [path] : [],
  )
  if (!taken.length) return
  const args = ['--literal-pathspecs', 'ls-files', '--others', '--exclude-standard', '-z', '--', ...taken]
  mustBeNone(nulItems(await git.git.run(args, { signal: merge.signal })))
}

function touchedBy({ objects }: GitRepository, { from, tree }: ComingMerge) {
  return diffTrees((id) => readStored(objects, 'tree', id), readStoredCommit(objects, from).tree, tree)
}

/** For files that are written anew in the middle of a merge. Throws WORK_TREE_BUSY where somebody has edited one since it was staged. */
export async function mustBeUnedited(
  git: GitRepository,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const edited = new Set((await uncommittedFiles(git, signal))?.edited)
  mustBeNone(paths.filter((path) => edited.has(path)))
}

function mustBeNone(paths: readonly string[]): void {
  if (paths.length) throw busy('Changes that are not committed would be overwritten', paths)
}

function busy(what: string, paths: readonly string[]): AnvcsError {
  return new AnvcsError('WORK_TREE_BUSY', {
    message: `${what}: ${paths.slice(0, maxNamed).join(', ')}${paths.length > maxNamed ? ', …' : ''}.`,
    hint: 'Commit them first, or put them aside with `git stash`.',
    details: { paths },
  })
}
