import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import { hashPlainFiles } from '../git/hash-files.ts'
import { isPattern, pathMatcher, unmatched, type Pathspecs } from '../git/pathspec.ts'
import type { GitRepository } from '../git/repository.ts'

/**
 * Stages paths as `git add` does, without git: files and folders by their names. Throws USAGE for a path at which nothing is, or that is ignored,
 * GIT_MISSING for what only git stages (filters, repositories within).
 */
export async function addDirectly(git: GitRepository, paths: Pathspecs): Promise<void> {
  const changed = (await git.index.changesOnDisk()).map(({ path }) => path)
  const untracked = await git.index.untracked()
  const candidates = [...new Set([...changed, ...untracked])]
  const wanted = candidates.filter(pathMatcher(paths))
  for (const above of unmatched(paths, candidates)) {
    const below = await git.index.below(isPattern(above) ? ['.'] : [above])
    const tracked = below.map(({ path }) => path)
    if (above === '.' || !unmatched([above], tracked).length) continue
    if (isPattern(above)) throw nothingAt(above)
    if ((await git.index.ignored([above])).size)
      throw new AnvcsError('USAGE', {
        message: `${above} is ignored by .gitignore.`,
        hint: 'Only git adds it: `git add -f`.',
      })
    if (!lstatSync(join(git.workTree, above), { throwIfNoEntry: false })) throw nothingAt(above)
  }
  const nested = wanted.find((path) => path.endsWith('/'))
  if (nested !== undefined)
    throw new AnvcsError('GIT_MISSING', { message: `${nested} is a repository of its own, and only git adds those.` })
  const files = await hashPlainFiles(git, wanted)
  if (!files) throw new AnvcsError('GIT_MISSING')
  await git.objects.write(files.flatMap(({ object }) => object ?? []))
  await git.index.update(files.map(({ path, entry }) => ({ path, entry })))
}

function nothingAt(path: string): AnvcsError {
  return new AnvcsError('USAGE', { message: `There is no file ${path}.`, hint: 'Check the spelling.' })
}
