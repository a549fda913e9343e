import type { ObjectId } from '../contracts/ids.ts'
import type { GitRepository } from './repository.ts'

/** Does another object stand in for one here (git-replace(1))? */
export function hasReplacements({ refs, env }: Pick<GitRepository, 'refs' | 'env'>): boolean {
  return refs.list(env['GIT_REPLACE_REF_BASE'] ?? 'refs/replace/').length > 0
}

/** The tree that git shows of a commit, which is stored with this one. */
export async function shownTree(
  repository: Pick<GitRepository, 'refs' | 'env' | 'git'>,
  commit: ObjectId,
  tree: ObjectId,
  signal?: AbortSignal,
): Promise<ObjectId> {
  if (!hasReplacements(repository)) return tree
  const shown = await repository.git.run(['rev-parse', '--verify', `${commit}^{tree}`], { signal })
  return new TextDecoder().decode(shown).trim() as ObjectId
}
