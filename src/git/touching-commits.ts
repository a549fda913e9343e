import type { ObjectId } from '../contracts/ids.ts'
import { diffTrees } from '../objects/tree-diff.ts'
import { findInTree, treeMode, type ReadTree } from '../objects/tree.ts'
import { isPattern, pathMatcher, type Pathspecs } from './pathspec.ts'
import type { GitRepository } from './repository.ts'
import { readStored, readStoredCommit } from './stored-objects.ts'
import type { ChooseCommit } from './walk-commits.ts'

/**
 * Of a walk, the commits that change something at or below paths ('.' is the root), as `git log -- PATHS` shows them: where a merge is like one
 * of its parents there, only that one is followed.
 */
export function touching({ objects }: Pick<GitRepository, 'objects'>, paths: Pathspecs): ChooseCommit {
  const readTree = (id: ObjectId) => readStored(objects, 'tree', id)
  if (paths.some(isPattern)) return touchingPatterns(readTree, (id) => readStoredCommit(objects, id).tree, paths)
  const known = new Map<ObjectId, string>()
  /** What lies at the paths in a commit. */
  const stateOf = (commit: ObjectId): string => {
    let state = known.get(commit)
    if (state === undefined) {
      const { tree } = readStoredCommit(objects, commit)
      const entries = paths.map((path) =>
        path === '.' ? { mode: treeMode, id: tree } : findInTree(readTree, tree, path),
      )
      state = entries.map((entry) => (entry ? `${entry.mode} ${entry.id}` : '')).join()
      known.set(commit, state)
    }
    return state
  }
  const nothing = paths.map(() => '').join()
  return (commit, parents) => {
    const state = stateOf(commit)
    known.delete(commit)
    if (!parents.length) return { isShown: state !== nothing, parents }
    const same = parents.find((parent) => stateOf(parent) === state)
    return same === undefined ? { isShown: true, parents } : { isShown: false, parents: [same] }
  }
}

/** The same for patterns: every file that differs is looked at. */
function touchingPatterns(readTree: ReadTree, treeOf: (commit: ObjectId) => ObjectId, specs: Pathspecs): ChooseCommit {
  const matches = pathMatcher(specs)
  const isChanged = (commit: ObjectId, parent: ObjectId | undefined) =>
    diffTrees(readTree, parent && treeOf(parent), treeOf(commit)).some(({ path }) => matches(path))
  return (commit, parents) => {
    if (!parents.length) return { isShown: isChanged(commit, undefined), parents }
    const same = parents.find((parent) => !isChanged(commit, parent))
    return same === undefined ? { isShown: true, parents } : { isShown: false, parents: [same] }
  }
}
