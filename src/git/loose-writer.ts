import { randomBytes } from 'node:crypto'
import { mkdir, open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import type { GitObject } from '../contracts/object-store.ts'
import { concat, utf8 } from '../lib/bytes.ts'

/** An object and the path of its loose file. */
export interface LooseFile {
  readonly path: string
  readonly object: GitObject
}

/**
 * Writes loose objects as Git does: a temporary file beside each, made durable, then renamed in the order given, so that an
 * object never appears before what it points to.
 */
export async function writeLoose(files: readonly LooseFile[], durable: boolean): Promise<void> {
  const folders = [...new Set(files.map(({ path }) => dirname(path)))]
  await Promise.all(folders.map((folder) => mkdir(folder, { recursive: true })))
  const temporary = await Promise.all(files.map((file) => writeTemporary(file, durable)))
  for (const [i, { path }] of files.entries()) await rename(temporary[i]!, path)
  if (durable) await Promise.all(folders.map(syncFolder))
}

async function writeTemporary({ path, object }: LooseFile, durable: boolean): Promise<string> {
  const { type, content } = object
  const bytes = deflateSync(concat(utf8(`${type} ${content.length}\0`), content), { level: 1 })
  // `git gc` removes files of this name that a crash has left.
  const temporary = join(dirname(path), `tmp_obj_${randomBytes(6).toString('hex')}`)
  const file = await open(temporary, 'wx', 0o444)
  try {
    await file.writeFile(bytes)
    if (durable) await file.datasync()
  } finally {
    await file.close()
  }
  return temporary
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
