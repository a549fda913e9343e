import type { ObjectId } from '../contracts/ids.ts'
import type { GitRepository } from './repository.ts'

/** Does another object stand in for one here (git-replace(1))? */
export function hasReplacements(repository: Pick<GitRepository, 'refs' | 'env' | 'config'>): boolean {
  return replacedObjects(repository).size > 0
}

/** The objects for which others stand in. */
export function replacedObjects({
  refs,
  env,
  config,
}: Pick<GitRepository, 'refs' | 'env' | 'config'>): ReadonlySet<string> {
  if ('GIT_NO_REPLACE_OBJECTS' in env || !config.isTrue('core.usereplacerefs', true)) return new Set()
  const base = env['GIT_REPLACE_REF_BASE'] ?? 'refs/replace/'
  return new Set(refs.list(base).map(({ name }) => name.slice(base.length)))
}

/** The tree that git shows of a commit, which is stored with this one. */
export async function shownTree(
  repository: Pick<GitRepository, 'refs' | 'env' | 'config' | 'git'>,
  commit: ObjectId,
  tree: ObjectId,
  signal?: AbortSignal,
): Promise<ObjectId> {
  if (!hasReplacements(repository)) return tree
  const shown = await repository.git.run(['rev-parse', '--verify', `${commit}^{tree}`], { signal })
  return new TextDecoder().decode(shown).trim() as ObjectId
}
