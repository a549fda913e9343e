import { lstatSync, readdirSync } from 'node:fs'
import { chmod, mkdir, readdir, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { temporaryPrefix } from '../contracts/work-tree.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { diffTrees, type TreeDifference } from '../objects/tree-diff.ts'
import { gitlinkMode, type TreeEntryValue } from '../objects/tree.ts'
import { isUtf8Path } from '../objects/path-bytes.ts'
import { contentId, lookAt, modeOf } from './direct-index.ts'
import { filtersMayApply } from './filters-may-apply.ts'
import { folderTrees } from './folder-trees.ts'
import { isSameEntry } from './index-file.ts'
import { isForbiddenName } from './object-fault.ts'
import type { GitRepository } from './repository.ts'
import { readStored } from './stored-objects.ts'

/** Of files that are being written. */
const ownPrefix = `${temporaryPrefix}switch-`

/** Trees between which a work tree moves. */
export interface TreeSwitch {
  /** Of what is checked out; undefined where nothing is yet. */
  readonly from: ObjectId | undefined
  readonly to: ObjectId
  readonly signal?: AbortSignal | undefined
}

/**
 * Brings files and index from one tree to another, as `git checkout` does, where there is no git program: first all is looked at, then
 * files are written, then the index. Throws WORK_TREE_BUSY where something that is not committed would be overwritten, and
 * GIT_MISSING for what only git can do (filters, submodules, unusual indexes); then nothing has changed.
 */
export async function switchTree(repository: GitRepository, { from, to, signal }: TreeSwitch): Promise<void> {
  const { objects, index } = repository
  const differences = diffTrees((id) => readStored(objects, 'tree', id), from, to)
  const paths = differences.map(({ path }) => path)
  for (const path of paths) {
    if (!isUtf8Path(path)) throw needsGit('a name that is not UTF-8')
    if (path.split('/').some(isForbiddenName))
      throw new AnvcsError('PATH_ESCAPES_TREE', { message: `${path} is no path of a work tree.` })
  }
  const modes = differences.flatMap(({ before, after }) => [before?.mode, after?.mode])
  if (modes.includes(gitlinkMode)) throw needsGit('submodules')
  if (rulesChange(paths) || filtersMayApply(repository, paths)) throw needsGit('attributes, line ends and filters')
  const changes = differences.map(({ path, after }) => ({ path, entry: after }))
  if (!index.canUpdateDirectly(changes)) throw needsGit('an index of this kind')
  await removeLeft(repository.workTree, paths)
  await mustBeUnchanged(repository, differences, signal)
  const contents = differences.flatMap(({ path, after }) => (after ? [{ path, after }] : []))
  for (const { after } of contents) readStored(objects, 'blob', after.id)
  signal?.throwIfAborted()
  for (const { path, after } of differences) if (!after) await remove(repository.workTree, path)
  for (const { path, after } of contents) await put(repository, path, after)
  await index.update(changes, { trees: folderTrees(objects, from, to) })
}

/** What a run that was killed has not finished writing. The lock of the repository is held: nobody else writes such files. */
async function removeLeft(workTree: string, paths: readonly string[]): Promise<void> {
  for (const folder of new Set(paths.map((path) => join(workTree, dirname(path))))) {
    const names = await readdir(folder).catch(() => [])
    for (const name of names) if (name.startsWith(ownPrefix)) await rm(join(folder, name), { force: true })
  }
}

/** What comes with the tree says how its files are to lie on disk. */
function rulesChange(paths: readonly string[]): boolean {
  return paths.some((path) => /(?:^|\/)\.gitattributes$/.test(path))
}

function needsGit(what: string): AnvcsError {
  return new AnvcsError('GIT_MISSING', { message: `Files cannot be checked out without a git program here: ${what}.` })
}

/** Each path has to be in the index as in the tree that is left, and on disk as in the index. */
async function mustBeUnchanged(
  { index, workTree, ...repository }: GitRepository,
  differences: readonly TreeDifference[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const files = { ...repository, index, workTree }
  const entries = await index.entries(
    differences.map(({ path }) => path),
    { signal },
  )
  const gone = new Set(differences.flatMap(({ path, before, after }) => (before && !after ? [path] : [])))
  const touched = new Set(differences.map(({ path }) => path))
  const blocked = differences.flatMap(({ path, before, after }) => {
    const staged = entries.get(path)
    const found = stateOf(files, path, { gone, touched })
    // What is there already, by whatever way, is not overwritten.
    const isDone = isSameEntry(found, after) && (isSameEntry(staged, after) || isSameEntry(staged, before))
    return isDone || (isSameEntry(staged, before) && isSameEntry(found, before)) ? [] : [path]
  })
  if (!blocked.length) return
  throw new AnvcsError('WORK_TREE_BUSY', {
    message: `Files that are not committed would be overwritten: ${blocked.slice(0, 5).join(', ')}${blocked.length > 5 ? ', …' : ''}.`,
    hint: 'Commit them first, or move them away.',
    details: { paths: blocked },
  })
}

/** What lies at a path; where something is in its way that will not go, that is told as something else. */
function stateOf(
  files: Pick<GitRepository, 'workTree' | 'crypto' | 'format'>,
  path: string,
  { gone, touched }: { readonly gone: ReadonlySet<string>; readonly touched: ReadonlySet<string> },
): TreeEntryValue | undefined {
  const inTheWay = { mode: 0, id: '' as ObjectId }
  const names = path.split('/')
  for (let depth = 1; depth < names.length; depth++) {
    const above = names.slice(0, depth).join('/')
    const info = lookAt(join(files.workTree, above))
    if (!info) return undefined
    if (!info.isDirectory()) return gone.has(above) ? undefined : inTheWay
  }
  const absolute = join(files.workTree, path)
  const info = lookAt(absolute)
  if (!info) return undefined
  // Each of the files in a folder is looked at by itself, if it is to go, or was put there by a run that was killed.
  if (info.isDirectory()) return holdsOnly(absolute, path, touched) ? undefined : inTheWay
  const mode = modeOf(info)
  const id = mode === undefined ? undefined : contentId(files, absolute, info)
  return mode === undefined || id === undefined ? inTheWay : { mode, id }
}

function holdsOnly(folder: string, path: string, touched: ReadonlySet<string>): boolean {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => !entry.isDirectory())
  return files.every(({ parentPath, name }) => touched.has(`${path}${join(parentPath, name).slice(folder.length)}`))
}

/** Removes a file, and the folders above it that are empty then. */
async function remove(workTree: string, path: string): Promise<void> {
  // A folder has taken its place already, where a run was killed.
  if (lookAt(join(workTree, path))?.isDirectory()) return
  await rm(join(workTree, path), { force: true })
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    try {
      await rmdir(join(workTree, folder))
    } catch {
      return // Something is left in it, or it was none.
    }
  }
}

async function put({ workTree, objects }: GitRepository, path: string, entry: TreeEntryValue): Promise<void> {
  const absolute = join(workTree, path)
  const content = readStored(objects, 'blob', entry.id)
  await mkdir(dirname(absolute), { recursive: true })
  // Empty by now, or made meanwhile: then it is not removed, and the file not put there.
  if (lstatSync(absolute, { throwIfNoEntry: false })?.isDirectory()) await rmdir(absolute)
  const temporary = join(dirname(absolute), `${ownPrefix}${randomBytes(6).toString('hex')}`)
  try {
    if (entry.mode === 0o120000) await symlink(Buffer.from(content), temporary)
    else {
      await writeFile(temporary, content, { flag: 'wx' })
      if (entry.mode === 0o100755) {
        const { mode } = lstatSync(temporary)
        // As git does it: whoever may read it may run it.
        await chmod(temporary, mode | ((mode & 0o444) >> 2))
      }
    }
    await rename(temporary, absolute)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
