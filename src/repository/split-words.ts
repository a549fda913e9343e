import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { findRange, gitText } from './run-git.ts'
import { isPattern, type Pathspecs } from '../git/pathspec.ts'
import { pathspecsOf } from './tree-path-of.ts'
import type { Workspace } from './workspace.ts'

/** Words of a command line as Git takes them: revisions and ranges, then paths, with `--` between them where they could be taken for each other. */
export interface SplitWords {
  readonly revisions: readonly string[]
  readonly paths: Pathspecs
}

/** Throws USAGE for a word that is neither a revision nor a path that Git or the disk knows. */
export async function splitWords(
  { git }: Workspace,
  words: readonly string[],
  { folder: opened, signal }: { readonly folder: string; readonly signal?: AbortSignal },
): Promise<SplitWords> {
  const folder = git.hasFiles ? opened : git.workTree
  const revisions: string[] = []
  const paths: string[] = []
  const end = words.includes('--') ? words.indexOf('--') : words.length
  for (const word of words.slice(0, end)) {
    if (!paths.length && !word.startsWith('-') && (await findRange(git, word, signal))) {
      revisions.push(word)
      continue
    }
    const [path = '.'] = await pathspecsOf(git, folder, [word])
    // Of other commits a path may be meant that is here no more.
    const args = ['ls-files', '--cached', '--others', '--', path]
    const known =
      git.hasFiles &&
      ((await gitText(git.git, args, { signal }).catch(unlessMissing)) ?? (await isKnown({ git }, path)))
    if (end < words.length || (!known && !isPattern(path) && !revisions.length))
      throw new AnvcsError('USAGE', { message: `${word} is no revision and no file.`, hint: 'Check the spelling.' })
    paths.push(path)
  }
  return { revisions, paths: [...paths, ...(await pathspecsOf(git, folder, words.slice(end + 1)))] }
}

/** The same without git. */
async function isKnown({ git }: Pick<Workspace, 'git'>, path: string): Promise<boolean> {
  return existsSync(join(git.workTree, path)) || (await git.index.below([path])).length > 0
}
