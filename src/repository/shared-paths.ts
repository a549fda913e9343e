import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitRepository } from '../git/repository.ts'
import { ignoreMatcher, isSecretPath } from '../node/ignore.ts'

/** Folders that Git's rules ignore: they are not watched. */
export async function ignoredFolders({
  index,
}: Pick<GitRepository, 'index'>): Promise<(path: string, isFolder: boolean) => boolean> {
  const folders = new Set(await index.ignoredFolders())
  return (path, isFolder) => isFolder && folders.has(path)
}

/** Names that may be shared: neither usual for secrets nor held back by `.ai-vcs-ignore`. */
export async function sharedByName(workTree: string): Promise<(path: string) => boolean> {
  const own = await readFile(join(workTree, '.ai-vcs-ignore'), 'utf8').catch(() => '')
  const isHeldBack = ignoreMatcher(own)
  return (path) => !isSecretPath(path) && !isHeldBack(path)
}
