import { copyFile, mkdir, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitIndex } from './index-file.ts'
import type { GitRepository } from './repository.ts'
import { shareFolders } from './sharing.ts'

/** An index of the work tree beside its own, empty at first; gone when it is disposed of. */
export interface ScratchIndex extends AsyncDisposable {
  readonly indexFile: string
  readonly index: GitIndex
  /** Takes what the index of the work tree holds, or another one. */
  copy(from?: string): Promise<void>
}

const scratchPrefix = 'index-'
/** No hook takes longer than this: whoever made an older one has been killed. That of another user is that user's to remove. */
const scratchLifeMs = 24 * 60 * 60 * 1000

export async function openScratchIndex(repository: GitRepository): Promise<ScratchIndex> {
  const { gitDir, index, indexFile: own } = repository
  const parent = join(gitDir, 'ai-vcs')
  await mkdir(parent, { recursive: true })
  shareFolders(repository)
  await removeOld(parent)
  const folder = await mkdtemp(join(parent, scratchPrefix))
  const indexFile = join(folder, 'index')
  return {
    indexFile,
    index: index.at(indexFile),
    copy: (from = own) => copyIndex(from, indexFile),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

async function removeOld(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(scratchPrefix)) continue
    const { mtimeMs } = await stat(join(parent, name)).catch(() => ({ mtimeMs: Infinity }))
    if (Date.now() - mtimeMs > scratchLifeMs)
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined)
  }
}

/**
 * A copy has the time of the original, or an earlier one: by that git knows which files may have changed since they were looked at,
 * though their times say otherwise. There is no index as long as nothing was ever staged.
 */
async function copyIndex(from: string, to: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(from)
    await copyFile(from, to)
    const seconds = Math.floor(mtimeMs) / 1000
    await utimes(to, seconds, seconds)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
