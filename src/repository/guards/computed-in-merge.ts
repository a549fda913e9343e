import type { Operation } from '../../git/operation.ts'
import type { GitRepository } from '../../git/repository.ts'
import { KeptInMerge } from '../kept-in-merge.ts'
import type { ComputedFile } from './computed-file.ts'

/** A file that a guard has computed. */
export interface ComputedPath {
  readonly path: string
  readonly guard: string
}

interface Computed extends ComputedPath {
  readonly id: string
}

const kept = new KeptInMerge<Computed>('computed-files', (one) =>
  [one.path, one.guard, one.id].every((part) => typeof part === 'string'),
)

/** Remembers what guards have computed for a person, in the merge that Git is in the middle of. */
export async function rememberComputed(
  git: GitRepository,
  files: readonly ComputedFile[],
  guardOf: (path: string) => string,
): Promise<void> {
  await kept.add(
    git,
    files.map(({ path, entry }) => ({ path, guard: guardOf(path), id: entry?.id ?? '' })),
  )
}

/** The files that a commit of that operation holds as a guard has computed them. */
export async function computedInMerge(
  git: GitRepository,
  operation: Operation | undefined,
): Promise<readonly ComputedPath[]> {
  const computed = operation ? kept.of(git, operation.mark) : []
  if (!computed.length) return []
  const staged = await git.index.entries(computed.map(({ path }) => path))
  const held = computed.filter(({ path, id }) => staged.get(path)?.id === id)
  return [...new Map(held.map(({ path, guard }) => [path, { path, guard }])).values()]
}
