import { lstatSync, mkdirSync, writeFileSync } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import { removeFile } from '../git/remove-file.ts'

/** Where views of records lie that can be made anew. The rest of `.ai` may be the user's. */
export const metaFolder = '.ai/meta'

/** Hides the views, and itself, from Git: they are never part of a commit. */
export const metaIgnore = { path: `${metaFolder}/.gitignore`, content: '*\n' } as const

/**
 * Makes a folder of the work tree (a path of ours, such as `.ai/meta`) and gives its place. A repository may hold a link where a
 * folder is expected, and lead elsewhere what is written there: PATH_ESCAPES_TREE.
 */
export function makeFolder(workTree: string, path: string): string {
  let folder = workTree
  for (const name of path.split('/')) {
    folder = join(folder, name)
    try {
      mkdirSync(folder)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    if (!lstatSync(folder).isDirectory())
      throw new AnvcsError('PATH_ESCAPES_TREE', { message: `${path} cannot be written: ${folder} is no folder.` })
  }
  return folder
}

/** Does no link lie on the way to a path of the work tree? What lies behind one is not ours. */
export async function isReachedDirectly(workTree: string, path: string): Promise<boolean> {
  let folder = workTree
  for (const name of path.split('/').slice(0, -1)) {
    folder = join(folder, name)
    const info = await lstat(folder).catch(() => undefined)
    if (!info?.isDirectory()) return false
  }
  return true
}

/** Writes a file of such a folder anew; a link that lies in its place is replaced, and not followed. */
export function replaceFile(workTree: string, path: string, content: Uint8Array): string {
  const place = join(makeFolder(workTree, dirname(path)), basename(path))
  removeFile(place)
  writeFileSync(place, content, { flag: 'wx' })
  return place
}
