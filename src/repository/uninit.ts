import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId, RoomId } from '../contracts/ids.ts'
import { refsHolding } from '../git/ancestry.ts'
import { listNotes } from '../git/notes.ts'
import { toHex } from '../lib/bytes.ts'
import { LocalSocket } from '../node/local-socket.ts'
import { historyFiles } from './history-index.ts'
import { remoteNames } from './init.ts'
import { readInstalled, type ConfigValue, type InstalledFile } from './installed.ts'
import { notesRef } from './notes-ref.ts'
import { isReachedDirectly, metaFolder, metaIgnore } from './view-folder.ts'
import type { Workspace } from './workspace.ts'
import { gitVersionFile } from './commit-environment.ts'

/** What `uninit` took away, and what it left. */
export interface UninitReport {
  readonly files: readonly string[]
  readonly config: readonly ConfigValue[]
  readonly hooks: readonly string[]
  /** Files that `init` wrote and that are the user's by now: changed, or tracked by Git. */
  readonly kept: readonly string[]
  /** Refs that were removed. */
  readonly refs: readonly string[]
  /** Rooms whose journal is gone, or (without a purge) still here. */
  readonly rooms: readonly RoomId[]
  readonly isPurged: boolean
}

/** What a purge would destroy, as far as can be told from here. */
export interface PurgePlan {
  readonly rooms: readonly { readonly room: RoomId; readonly sizeBytes: number }[]
  /** Commits whose record lies on no remote that was fetched. */
  readonly recordsOnlyHere: readonly ObjectId[]
  /** Heads of rooms that no branch, tag or remote branch holds. */
  readonly headsOnlyHere: readonly ObjectId[]
}

/** Says what exists nowhere else, before it is purged. A journal's entries may lie with other members; nobody can tell from here. */
export async function planPurge(workspace: Workspace, signal?: AbortSignal): Promise<PurgePlan> {
  const { git } = workspace
  const rooms = await Promise.all(
    (await roomsIn(workspace)).map(async (room) => ({ room, sizeBytes: await sizeOf(workspace.data.room(room).path) })),
  )
  const published = new Set(
    git.refs.list('refs/notes/remotes/').flatMap(({ id }) => listNotes(git, id).map(({ commit }) => commit)),
  )
  const recordsOnlyHere = listNotes(git, git.refs.read(notesRef)).flatMap(({ commit }) =>
    published.has(commit) ? [] : [commit],
  )
  const headsOnlyHere: ObjectId[] = []
  for (const { id, name } of git.refs.list('refs/ai-vcs/rooms/')) {
    if (!name.includes('/heads/')) continue
    const holding = await refsHolding(git, id, ['refs/heads', 'refs/tags', 'refs/remotes'], signal)
    if (!holding.length) headsOnlyHere.push(id)
  }
  return { rooms, recordsOnlyHere, headsOnlyHere }
}

/**
 * Takes away what `init` added. Journals, refs of rooms and notes stay, unless `isPurge`. Keys are the user's and stay, but for
 * the device key of this clone in a purge. Throws WORK_TREE_BUSY while a room is running here.
 */
export async function uninitRepository(
  workspace: Workspace,
  { isPurge = false, signal }: { readonly isPurge?: boolean; readonly signal?: AbortSignal } = {},
): Promise<UninitReport> {
  const { git, data } = workspace
  await refuseWhileRunning(workspace, signal)
  const installed = (await readInstalled(git.dataDir)) ?? { version: 1, files: [], config: [] }
  for (const { name, value } of installed.config)
    for (const place of placesOf(workspace, name)) await git.config.unset(place, value, signal)
  const { removed, kept } = await removeFiles(workspace, installed.files, signal)
  const hooks = await removeHooks(workspace, installed.hooks ?? [])
  const rooms = await roomsIn(workspace)
  const refs = isPurge ? await removeRefs(workspace, signal) : []
  if (isPurge) {
    // Git leaves these: among them are the names of rooms.
    for (const folder of ['refs/ai-vcs', 'refs/notes', 'refs/remotes/room'])
      for (const place of ['', 'logs']) await removeEmptyTree(join(git.commonDir, place, folder))
    // A damaged file is no reason to keep the rest.
    const device = await data.device().catch(() => undefined)
    if (device) await rm(join(workspace.configFolder, 'devices', `${device.device}.json`), { force: true })
    await rm(data.path, { recursive: true, force: true })
  } else {
    for (const name of ['installed.json', 'allowed_signers', gitVersionFile, ...historyFiles])
      await rm(join(data.path, name), { force: true })
    // Nobody listens there: it would have been refused.
    await rm(data.socket, { recursive: true, force: true })
    for (const folder of [join(data.path, 'locks'), data.path]) await removeEmpty(folder)
  }
  return {
    files: removed,
    config: installed.config,
    hooks: hooks.removed,
    kept: [...kept, ...hooks.kept],
    refs,
    rooms,
    isPurged: isPurge,
  }
}

/** Where a value is now: `git remote rename` takes those of a remote along, and leaves refs for notes as they are. */
function placesOf({ git }: Workspace, name: string): readonly string[] {
  return /^remote\..+\.fetch$/.test(name) ? remoteNames(git).map((remote) => `remote.${remote}.fetch`) : [name]
}

async function refuseWhileRunning({ data }: Workspace, signal: AbortSignal | undefined): Promise<void> {
  const connection = await new LocalSocket(data.socket).connect(signal ? { signal } : {})
  if (!connection) return
  await connection.close()
  throw new AnvcsError('WORK_TREE_BUSY', {
    message: 'A room is running here.',
    hint: 'Stop it first: Ctrl-C where it runs, or `ai-vcs collab leave`.',
  })
}

async function removeFiles(
  { git }: Workspace,
  files: readonly InstalledFile[],
  signal: AbortSignal | undefined,
): Promise<{ readonly removed: readonly string[]; readonly kept: readonly string[] }> {
  const removed: string[] = []
  const kept: string[] = []
  const tracked = new Set(
    (
      await git.index.staged(
        files.map(({ path }) => path),
        { signal },
      )
    ).map(({ path }) => path),
  )
  for (const { path, sha256 } of files) {
    if (!(await isReachedDirectly(git.workTree, path))) continue
    const content = await readFile(join(git.workTree, path)).catch(() => undefined)
    if (!content) continue
    if (tracked.has(path) || toHex(git.crypto.sha256(content)) !== sha256) {
      kept.push(path)
      continue
    }
    await rm(join(git.workTree, path), { force: true })
    removed.push(path === metaIgnore.path ? `${metaFolder}/` : path)
  }
  await removeViews(git.workTree)
  return { removed, kept }
}

/** Views of commits can be made anew, and go; whatever else lies in `.ai` is the user's, or a file of commits. */
async function removeViews(workTree: string): Promise<void> {
  if (!(await isReachedDirectly(workTree, metaIgnore.path))) return
  const folder = join(workTree, metaFolder)
  for (const name of await readdir(folder))
    if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(name)) await rm(join(folder, name), { recursive: true, force: true })
  for (const emptied of [folder, dirname(folder)]) await removeEmpty(emptied)
}

/** Hooks that are still as `init` wrote them. */
async function removeHooks(
  { git }: Workspace,
  hooks: readonly InstalledFile[],
): Promise<{ readonly removed: readonly string[]; readonly kept: readonly string[] }> {
  const removed: string[] = []
  const kept: string[] = []
  for (const { path, sha256 } of hooks) {
    const file = join(git.commonDir, 'hooks', path)
    const content = await readFile(file).catch(() => undefined)
    if (!content) continue
    const isOurs = toHex(git.crypto.sha256(content)) === sha256
    if (isOurs) await rm(file)
    if (isOurs) removed.push(path)
    else kept.push(`hooks/${path}`)
  }
  return { removed, kept }
}

async function removeRefs({ git }: Workspace, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const ours = (name: string) => name === notesRef || /^refs\/notes\/remotes\/.+\/ai-vcs$/.test(name)
  const refs = ['refs/ai-vcs/', 'refs/remotes/room/', 'refs/notes/']
    .flatMap((prefix) => git.refs.list(prefix))
    .filter(({ name }) => !name.startsWith('refs/notes/') || ours(name))
  const changes = refs.map(({ name, id }) => ({ name, expect: id, to: undefined }))
  if (changes.length && !(await git.refs.update(changes, 'ai-vcs: purge', signal ? { signal } : {})))
    throw new AnvcsError('REF_MOVED')
  return refs.map(({ name }) => name)
}

async function roomsIn({ data }: Workspace): Promise<readonly RoomId[]> {
  const names = await readdir(join(data.path, 'rooms')).catch(() => [])
  return names.filter((name) => /^[0-9a-f]{32}$/.test(name)) as RoomId[]
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name))),
  )
  return sizes.reduce((sum, { size }) => sum + size, 0)
}

/** Removes a folder and those in it, but for those that hold a file. */
async function removeEmptyTree(folder: string): Promise<void> {
  const rows = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const row of rows) if (row.isDirectory()) await removeEmptyTree(join(folder, row.name))
  await removeEmpty(folder)
}

/** Removes a folder unless something is in it. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error
  })
}
