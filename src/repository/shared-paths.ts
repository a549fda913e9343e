import type { GitRepository } from '../git/repository.ts'

/** Folders that Git's rules ignore: they are not watched. */
export async function ignoredFolders({ git }: Pick<GitRepository, 'git'>): Promise<(path: string, isFolder: boolean) => boolean> {
  const args = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z']
  const listed = new TextDecoder().decode(await git.run(args, {}))
  const folders = new Set(
    listed
      .split('\0')
      .filter((path) => path.endsWith('/'))
      .map((path) => path.slice(0, -1)),
  )
  return (path, isFolder) => isFolder && folders.has(path)
}
