import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GitObjectStore, quotePath } from './object-store.ts'
import type { GitRepository } from './repository.ts'

/** Gives the repository with every object that it has, and with room for more: those are removed when `use` is done. */
export async function inQuarantine<T>(
  repository: GitRepository,
  use: (repository: GitRepository) => Promise<T>,
): Promise<T> {
  const { format, crypto, config, objects: known } = repository
  return known.inQuarantine(async (git, objectDir) => {
    // For who looks at this folder without the variables of that git.
    await mkdir(join(objectDir, 'info'), { recursive: true })
    const lines = known.folders.map((folder) => `${quotePath(folder)}\n`)
    await writeFile(join(objectDir, 'info/alternates'), lines.join(''))
    const objects = new GitObjectStore({ folder: objectDir, alternates: [], format, crypto, git, config })
    try {
      return await use({ ...repository, git, objects, objectDir })
    } finally {
      objects.close()
    }
  })
}
