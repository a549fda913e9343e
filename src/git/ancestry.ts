import type { ObjectId } from '../contracts/ids.ts'
import { unlessMissing } from './git-missing.ts'
import type { GitRepository } from './repository.ts'
import { walkCommits } from './walk-commits.ts'

/** Where commits lie, and the program that knows them faster. */
export type Ancestry = Pick<GitRepository, 'git' | 'commonDir' | 'objects' | 'refs'>

/** Is a commit an ancestor of another, or the same? */
export async function isAncestor(
  repository: Ancestry,
  ancestor: ObjectId,
  descendant: ObjectId,
  signal?: AbortSignal,
): Promise<boolean> {
  if (ancestor === descendant) return true
  const args = ['merge-base', '--is-ancestor', ancestor, descendant]
  const result = await repository.git.call(args, { signal }).catch(unlessMissing)
  if (result) return result.exitCode === 0
  for (const commit of walkCommits(repository, [descendant])) if (commit === ancestor) return true
  return false
}

/** The best common ancestors of two commits, none of them an ancestor of another: several where lines of history cross. */
export async function mergeBases(
  repository: Ancestry,
  left: ObjectId,
  right: ObjectId,
  signal?: AbortSignal,
): Promise<readonly ObjectId[]> {
  const result = await repository.git.call(['merge-base', '--all', left, right], { signal }).catch(unlessMissing)
  if (result) return new TextDecoder().decode(result.stdout).split('\n').filter(Boolean) as ObjectId[]
  const ofLeft = new Set(walkCommits(repository, [left]))
  const shared = new Set<ObjectId>()
  for (const commit of walkCommits(repository, [right])) if (ofLeft.has(commit)) shared.add(commit)
  // What is below another common ancestor is no best one.
  for (const commit of shared) {
    if (!shared.has(commit)) continue
    for (const below of walkCommits(repository, [commit])) if (below !== commit) shared.delete(below)
  }
  return [...shared].sort()
}

/** Commits that are reachable from some and not from others, newest first (git-rev-list(1)). */
export async function commitsBetween(
  repository: Ancestry,
  excluded: readonly ObjectId[],
  starts: readonly ObjectId[],
  signal?: AbortSignal,
): Promise<readonly ObjectId[]> {
  const args = ['rev-list', ...starts, ...excluded.map((id) => `^${id}`), '--']
  const output = await repository.git.run(args, { signal }).catch(unlessMissing)
  if (!output) return [...walkCommits(repository, starts, excluded)]
  return new TextDecoder().decode(output).split('\n').filter(Boolean) as ObjectId[]
}

/** The refs with these beginnings that hold a commit (git-for-each-ref(1), `--contains`), sorted by name. */
export async function refsHolding(
  repository: Ancestry,
  commit: ObjectId,
  prefixes: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const args = ['for-each-ref', '--format=%(refname)', `--contains=${commit}`, ...prefixes]
  const output = await repository.git.run(args, { signal }).catch(unlessMissing)
  if (output) return new TextDecoder().decode(output).split('\n').filter(Boolean)
  const refs = prefixes.flatMap((prefix) => repository.refs.list(`${prefix}/`))
  const held: string[] = []
  for (const { name, id } of refs) {
    if (repository.objects.read(id)?.type !== 'commit') continue
    if (await isAncestor(repository, commit, id, signal)) held.push(name)
  }
  return held.sort()
}
