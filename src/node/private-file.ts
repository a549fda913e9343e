import { randomBytes } from 'node:crypto'
import { link, mkdir, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'

/** Only the owner reads and writes. */
const privateMode = 0o600
const privateFolderMode = 0o700

/** The content of a private file, or undefined where there is none. KEY_INVALID where others may read it, or we may not. */
export async function readPrivateFile(path: string): Promise<Uint8Array | undefined> {
  try {
    await using file = await open(path, 'r')
    const { mode } = await file.stat()
    if (mode & 0o077)
      throw new AnvcsError('KEY_INVALID', {
        message: `Others may read ${path}.`,
        hint: `Run \`chmod 600 ${path}\`; if others had access to this machine, make a new key.`,
      })
    return new Uint8Array(await file.readFile())
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    if (AnvcsError.is(error)) throw error
    throw new AnvcsError('KEY_INVALID', { message: `${path} cannot be read.`, cause: error })
  }
}

/** Replaces a private file. It is on disk, whole, when this resolves; a crash leaves the old file or the new one. */
export async function writePrivateFile(path: string, content: Uint8Array): Promise<void> {
  const temporary = await writeTemporary(path, content)
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

/** Makes a private file, whole and on disk; false, and nothing done, where there is one already. */
export async function createPrivateFile(path: string, content: Uint8Array): Promise<boolean> {
  const temporary = await writeTemporary(path, content)
  try {
    // Unlike a rename, a hard link never replaces what is there.
    await link(temporary, path)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await unlink(temporary)
  }
  await syncFolder(dirname(path))
  return true
}

async function writeTemporary(path: string, content: Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: privateFolderMode })
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  await using file = await open(temporary, 'wx', privateMode)
  await file.writeFile(content)
  await file.sync()
  return temporary
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
