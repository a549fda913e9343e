import { randomBytes } from 'node:crypto'
import { closeSync, fdatasync, fsync, openSync, renameSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import type { GitObject } from '../contracts/object-store.ts'
import { concat, utf8 } from '../lib/bytes.ts'
import { deflateObject } from './deflate-object.ts'
import { inFolder } from './in-folder.ts'
import type { PendingFlushes } from './pending-flushes.ts'
import { orRemove } from './remove-file.ts'

/** An object and the path of its loose file. */
export interface LooseFile {
  readonly path: string
  readonly object: GitObject
}

const flushed = promisify(fdatasync)
const flushedWhole = promisify(fsync)

/**
 * Writes loose objects as Git does: a temporary file beside each, made durable, then renamed in the order given, so that an
 * object never appears before what it points to. Files this small are written sooner than a thread is woken to write them. With `pending` their names
 * need not last yet.
 */
export async function writeLoose(
  files: readonly LooseFile[],
  durable: boolean,
  pending?: PendingFlushes,
): Promise<void> {
  const folders = [...new Set(files.map(({ path }) => folderOf(path)))]
  // `git gc` removes files of this name that a crash has left.
  const drafts = files.map(({ path, object }) => {
    const folder = folderOf(path)
    return { path, object, folder, temporary: `${folder}/tmp_obj_${randomBytes(6).toString('hex')}` }
  })
  const names = drafts.map(({ temporary }) => temporary)
  await orRemove(names, async () => {
    if (durable) await Promise.all(drafts.map((draft) => writeFlushed(draft)))
    else for (const draft of drafts) closeSync(openTemporary(draft))
    for (const { temporary, path } of drafts) renameSync(temporary, path)
  })
  if (!durable) return
  const flushes = folders.map(syncFolder)
  if (pending) for (const flush of flushes) pending.add(flush)
  else await Promise.all(flushes)
}

interface Draft extends LooseFile {
  readonly folder: string
  readonly temporary: string
}

async function writeFlushed(draft: Draft): Promise<void> {
  const handle = openTemporary(draft)
  try {
    await flushed(handle)
  } finally {
    closeSync(handle)
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

/** A handle of the temporary file, with the object in it. */
function openTemporary({ folder, temporary, object: { type, content } }: Draft): number {
  const bytes = deflateObject(concat(utf8(`${type} ${content.length}\0`), content))
  const handle = inFolder(folder, () => openSync(temporary, 'wx', 0o444))
  try {
    writeFileSync(handle, bytes)
  } catch (error) {
    closeSync(handle)
    throw error
  }
  return handle
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = openSync(folder, 'r')
  try {
    await flushedWhole(handle)
  } finally {
    closeSync(handle)
  }
}
