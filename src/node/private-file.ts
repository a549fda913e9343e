import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import { plainBytes } from './plain-bytes.ts'
import { systemError } from './system-error.ts'

/** Only the owner reads and writes. */
const fileMode = 0o600
const folderMode = 0o700

/** The content of a private file, or undefined where there is none. KEY_INVALID where others may read it, or we may not. */
export async function readPrivateFile(path: string): Promise<Uint8Array | undefined> {
  try {
    const handle = openSync(path, 'r')
    try {
      if (fstatSync(handle).mode & 0o077)
        throw new AnvcsError('KEY_INVALID', {
          message: `Others may read ${path}.`,
          hint: `Run \`chmod 600 ${path}\`; if others use this machine, make a new key.`,
        })
      return plainBytes(readFileSync(handle))
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw AnvcsError.is(error)
      ? error
      : new AnvcsError('KEY_INVALID', { message: `${path} cannot be read.`, cause: error })
  }
}

/**
 * Replaces a private file. It is on disk, whole, when this resolves; a crash leaves the old file or the new one.
 * DISK_FULL, or KEY_INVALID where it cannot be written for another reason.
 */
export async function writePrivateFile(path: string, content: Uint8Array): Promise<void> {
  await withTemporary(path, content, (temporary) => rename(temporary, path))
}

/** Makes a private file, whole and on disk; false, and nothing done, where there is one already. Throws as above. */
export async function createPrivateFile(path: string, content: Uint8Array): Promise<boolean> {
  let created = true
  await withTemporary(path, content, async (temporary) => {
    try {
      // Unlike a rename, a hard link never replaces what is there.
      await link(temporary, path)
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
      created = false
    }
  })
  return created
}

/** Writes the content beside the path, lets `place` move it there, and syncs whatever names it. */
async function withTemporary(
  path: string,
  content: Uint8Array,
  place: (temporary: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path)
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const firstMade = await mkdir(folder, { recursive: true, mode: folderMode })
    try {
      await using file = await open(temporary, 'wx', fileMode)
      await file.writeFile(content)
      await file.sync()
      await place(temporary)
    } finally {
      await rm(temporary, { force: true })
    }
    await syncFolders(folder, firstMade === undefined ? folder : dirname(firstMade))
  } catch (error) {
    const ofSystem = systemError(error)
    if (ofSystem?.code === 'DISK_FULL') throw ofSystem
    throw new AnvcsError('KEY_INVALID', {
      message: `${path} cannot be written.`,
      hint: 'Check the permissions of its folder.',
      cause: error,
    })
  }
}

/** Syncs a folder and those above it up to `top`, so that new names of files and folders last. */
async function syncFolders(folder: string, top: string): Promise<void> {
  await using handle = await open(folder, 'r')
  await handle.sync()
  if (folder !== top) await syncFolders(dirname(folder), top)
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
