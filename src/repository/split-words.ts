import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import { unlessMissing } from '../git/git-missing.ts'
import { findRange, gitText } from './run-git.ts'
import { treePathOf } from './tree-path-of.ts'
import type { Workspace } from './workspace.ts'

/** Words of a command line as Git takes them: revisions and ranges, then paths. */
export interface SplitWords {
  readonly revisions: readonly string[]
  /** From the root of the work tree. */
  readonly paths: readonly string[]
}

/** Throws USAGE for a word that is neither a revision nor a path that Git or the disk knows. */
export async function splitWords(
  { git }: Workspace,
  words: readonly string[],
  { folder, signal }: { readonly folder: string; readonly signal?: AbortSignal },
): Promise<SplitWords> {
  const revisions: string[] = []
  const paths: string[] = []
  for (const word of words) {
    if (!paths.length && !word.startsWith('-') && (await findRange(git, word, signal))) {
      revisions.push(word)
      continue
    }
    const path = await treePathOf(git.workTree, folder, word)
    // Of other commits a path may be meant that is here no more.
    const args = ['ls-files', '--cached', '--others', '--', path]
    const known = (await gitText(git.git, args, { signal }).catch(unlessMissing)) ?? (await isKnown({ git }, path))
    if (!known && !revisions.length)
      throw new AnvcsError('USAGE', { message: `${word} is no revision and no file.`, hint: 'Check the spelling.' })
    paths.push(path)
  }
  return { revisions, paths }
}

/** The same without git. */
async function isKnown({ git }: Pick<Workspace, 'git'>, path: string): Promise<boolean> {
  return existsSync(join(git.workTree, path)) || (await git.index.below([path])).length > 0
}
