import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { AnvcsError } from '../../contracts/errors.ts'
import type { ObjectId } from '../../contracts/ids.ts'
import { joinNul, nulItems } from '../../git/git-lists.ts'
import { isForbiddenName } from '../../git/object-fault.ts'
import type { GitRepository } from '../../git/repository.ts'
import { isReachedDirectly } from '../view-folder.ts'
import type { ComputedFile } from './computed-file.ts'
import { scratchGit } from './scratch-tree.ts'

/** Files that a run may give. */
const maxFiles = 256
const maxFileBytes = 64 * 1024 * 1024

/** A scratch work tree after a command has run in it. */
export interface WrittenTree {
  readonly folder: string
  /** A copy of its index from before; it is written. */
  readonly indexFile: string
  /** To which the files are compared. */
  readonly tree: ObjectId
  /** Which paths are the command's to write. */
  readonly isOwn: (path: string) => boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * Stores the files of its own in which a scratch work tree differs from a tree, whoever put them there. New files that Git ignores are not among
 * them. `refused`, in words: a file is gone, is no plain file of the mode that it had, or there is too much of them.
 */
export async function storeWritten(
  repository: GitRepository,
  written: WrittenTree,
): Promise<{ readonly files: readonly ComputedFile[]; readonly refused?: string }> {
  const { folder, indexFile, tree, isOwn, signal } = written
  const run = scratchGit(repository, { folder, indexFile, signal })
  const changed = nulItems(await run(['ls-files', '-z', '--modified']))
  const added = nulItems(await run(['ls-files', '-z', '--others', '--exclude-standard']))
  const paths = [...new Set([...changed, ...added])].filter(isOwn)
  if (paths.length > maxFiles) return refuse(`it wrote more than ${maxFiles} files`)
  for (const path of paths) {
    const fault = await faultOf(folder, path)
    if (fault) return refuse(`${path} ${fault}`)
  }
  // Where a folder has become a file, git refuses.
  const isStored = await run(['update-index', '-z', '--add', '--stdin'], joinNul(paths)).then(() => true, unlessFailed)
  if (!isStored) return refuse('what it wrote does not fit into the tree')
  const items = nulItems(await run(['diff-index', '--cached', '--raw', '-z', '--no-renames', tree]))
  const files: ComputedFile[] = []
  for (let at = 0; at + 1 < items.length; at += 2) {
    const [before = '', mode = '', , id = ''] = items[at]!.slice(1).split(' ')
    const path = items[at + 1]!
    if (!isOwn(path)) continue
    if (mode !== (/^0+$/.test(before) ? '100644' : before)) return refuse(`${path} has another mode than before`)
    files.push({ path, entry: { mode: Number.parseInt(mode, 8), id: id as ObjectId } })
  }
  return { files }
}

function unlessFailed(error: unknown): false {
  if (!AnvcsError.is(error, 'GIT_FAILED')) throw error
  return false
}

function refuse(refused: string): { readonly files: readonly ComputedFile[]; readonly refused: string } {
  return { files: [], refused }
}

/** What is wrong with a file that a command has written, in words. */
async function faultOf(folder: string, path: string): Promise<string | undefined> {
  if (path.split('/').some(isForbiddenName)) return 'has a name that no tree may have'
  const info = await lstat(join(folder, path)).catch(() => undefined)
  if (!info) return 'is gone'
  if (!info.isFile() || !(await isReachedDirectly(folder, path))) return 'is no plain file any more'
  return info.size > maxFileBytes ? `has more than ${maxFileBytes} bytes` : undefined
}
