import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { gitFailed } from '../git/git-program.ts'
import { nulItems } from '../git/git-lists.ts'
import type { GitRepository } from '../git/repository.ts'
import { readConflictedPaths, type ConflictedPath } from './conflicted-path.ts'
import { callMerging } from './merging-git.ts'
import { mergeTreesDirectly, unrelated } from './merge-trees.ts'
import type { Workspace } from './workspace.ts'

/** What git makes of two commits. */
export interface MergedCommits {
  /** With markers in the files that conflict, where git was there to write them. */
  readonly tree: ObjectId
  /** Paths. */
  readonly conflicts: readonly string[]
  /** What the sides have of these; empty without git. */
  readonly conflicted: readonly ConflictedPath[]
}

/** The merged tree, and the paths that conflict (git-merge-tree(1), git 2.38 or newer). What is in files is merged by syntax. */
export async function mergeCommits(
  { git }: Workspace,
  ours: ObjectId,
  theirs: ObjectId,
  signal: AbortSignal | undefined,
): Promise<MergedCommits> {
  const result = await callMergeTree(git, [ours, theirs], signal)
  if (!result) return { ...(await mergeTreesDirectly(git, { ours, theirs, signal })), conflicted: [] }
  return mergedCommits(result)
}

/** Of what `callMergeTree` gives. */
export function mergedCommits([tree, ...stages]: readonly string[]): MergedCommits {
  const conflicted = readConflictedPaths(stages)
  return { tree: tree as ObjectId, conflicts: conflicted.map(({ path }) => path), conflicted }
}

/** What `git merge-tree -z` prints without messages, by items: the tree, then what conflicts. Undefined without git. Throws GIT_MISSING where it is too old, GIT_FAILED. */
export async function callMergeTree(
  git: GitRepository,
  options: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[] | undefined> {
  const args = ['merge-tree', '--write-tree', '--no-messages', '-z', ...options]
  const result = await callMerging(git, git.git, args, { signal }).catch(unlessMissing)
  if (!result) return undefined
  if (/usage: git merge-tree|unknown option/.test(result.stderr))
    throw new AnvcsError('GIT_MISSING', {
      message: 'This git cannot merge without a work tree.',
      hint: 'Install git 2.38 or newer, or use `git merge`.',
    })
  if (/unrelated histories/.test(result.stderr)) throw unrelated()
  if (result.exitCode > 1) throw gitFailed(args, result)
  return nulItems(result.stdout)
}
