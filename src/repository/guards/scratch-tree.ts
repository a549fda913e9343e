import { mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { AnvcsError } from '../../contracts/errors.ts'
import type { ObjectId } from '../../contracts/ids.ts'
import { filtersMayApply } from '../../git/filters-may-apply.ts'
import { unlessMissing } from '../../git/git-missing.ts'
import type { GitProgram } from '../../git/git-program.ts'
import { indexInfo } from '../../git/index-info.ts'
import { isForbiddenName } from '../../git/object-fault.ts'
import type { GitRepository } from '../../git/repository.ts'
import { readStored } from '../../git/stored-objects.ts'
import { toHex, utf8 } from '../../lib/bytes.ts'
import { diffTrees } from '../../objects/tree-diff.ts'
import type { TreeChange } from '../../objects/tree-edit.ts'
import { gitlinkMode } from '../../objects/tree.ts'

/** A tree, and what is to be different from it. */
export interface ScratchContent {
  readonly tree: ObjectId
  readonly changes?: readonly TreeChange[]
}

const symlinkMode = 0o120000
const executableMode = 0o100755

/**
 * Checks a tree out into a folder of its own, which is gone again when `use` is done. The folder is a Git work tree with an index and without a commit,
 * which sees the objects of the repository and none of its refs; index and work tree of the user stay as they are. Git checks it out, with the
 * user's attributes and filters; without a git program trees without those are written here. Throws GIT_MISSING for others.
 */
export async function inScratchTree<T>(
  repository: GitRepository,
  { tree, changes = [] }: ScratchContent,
  signal: AbortSignal | undefined,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const prefix = scratchPrefix(repository)
  await removeLeft(prefix)
  const folder = await realpath(await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`)))
  try {
    await makeGitFolder(repository, join(folder, '.git'))
    const done = await checkOut(repository, folder, { tree, changes }, signal).catch(unlessMissing)
    if (!done) await writeFiles(repository, folder, { tree, changes }, signal)
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Of all scratch trees of a repository. */
function scratchPrefix({ crypto, commonDir }: GitRepository): string {
  return `ai-vcs-scratch-${toHex(crypto.sha256(utf8(commonDir))).slice(0, 16)}-`
}

/** What a run that was killed has left. */
async function removeLeft(prefix: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(prefix) && /^(\d+)-/.exec(name.slice(prefix.length))?.[1]
    if (!pid || isRunning(Number(pid))) continue
    const place = join(tmpdir(), name)
    const info = await stat(place).catch(() => undefined)
    if (info?.uid === process.geteuid?.()) await rm(place, { recursive: true, force: true }).catch(() => undefined)
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** What makes a folder a repository, with the objects of another one (gitrepository-layout(5)). */
async function makeGitFolder({ objectDir, format }: GitRepository, folder: string): Promise<void> {
  for (const name of ['objects/info', 'refs']) await mkdir(join(folder, name), { recursive: true })
  const kind = format === 'sha256' ? '1\n[extensions]\n\tobjectformat = sha256' : '0'
  await writeFile(join(folder, 'config'), `[core]\n\tbare = false\n\trepositoryformatversion = ${kind}\n`)
  await writeFile(join(folder, 'HEAD'), 'ref: refs/heads/scratch\n')
  await writeFile(join(folder, 'objects/info/alternates'), `${JSON.stringify(objectDir)}\n`)
}

type Content = Required<ScratchContent>

/** Settings of the user's own work tree and index that would leave files out, or an index in parts. */
const plainSettings = [
  'core.sparseCheckout=false',
  'core.splitIndex=false',
  'core.fsmonitor=false',
  'submodule.recurse=false',
].flatMap((setting) => ['-c', setting])

/** Calls git for a scratch work tree with the repository of the user: nobody has written its settings from within. */
export function scratchGit(
  { git }: GitRepository,
  {
    folder,
    indexFile,
    signal,
  }: { readonly folder: string; readonly indexFile: string; readonly signal?: AbortSignal | undefined },
): (args: readonly string[], input?: Uint8Array) => ReturnType<GitProgram['run']> {
  const scratch = git.with({ GIT_WORK_TREE: folder, GIT_INDEX_FILE: indexFile })
  return (args, input) => scratch.run([...plainSettings, ...args], { signal, input })
}

/** Where the index of a scratch work tree lies as it was checked out. */
export function scratchIndex(folder: string): string {
  return join(folder, '.git/index')
}

async function checkOut(
  repository: GitRepository,
  folder: string,
  { tree, changes }: Content,
  signal: AbortSignal | undefined,
): Promise<true> {
  const run = scratchGit(repository, { folder, indexFile: scratchIndex(folder), signal })
  await run(['read-tree', '--reset', tree])
  if (changes.length) await run(['update-index', '-z', '--index-info'], indexInfo(repository.format, changes))
  await run(['checkout-index', '--all', '--quiet', '--index', '--force'])
  return true
}

async function writeFiles(
  repository: GitRepository,
  folder: string,
  { tree, changes }: Content,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { objects } = repository
  const changed = new Map(changes.map(({ path, entry }) => [path, entry]))
  const files = diffTrees((id) => readStored(objects, 'tree', id), undefined, tree)
    .filter(({ path }) => !changed.has(path))
    .map(({ path, after }) => ({ path, entry: after }))
  const all = [...files, ...changes].flatMap(({ path, entry }) => (entry ? [{ path, entry }] : []))
  const paths = all.map(({ path }) => path)
  if (paths.some((path) => path.split('/').some(isForbiddenName)))
    throw new AnvcsError('PATH_ESCAPES_TREE', { message: 'The tree holds a path that no work tree may have.' })
  if (filtersMayApply(repository, paths) || all.some(({ entry }) => entry.mode === gitlinkMode))
    throw new AnvcsError('GIT_MISSING', {
      message: 'Attributes, filters and submodules are checked out by git alone, and no git program was found.',
    })
  // Links last: nothing is written through one.
  const links = all.filter(({ entry }) => entry.mode === symlinkMode)
  for (const { path, entry } of [...all.filter((file) => !links.includes(file)), ...links]) {
    signal?.throwIfAborted()
    const place = join(folder, path)
    await mkdir(dirname(place), { recursive: true })
    const content = readStored(objects, 'blob', entry.id)
    if (entry.mode === symlinkMode) await symlink(Buffer.from(content), place)
    else await writeFile(place, content, { flag: 'wx', mode: entry.mode === executableMode ? 0o777 : 0o666 })
  }
}
