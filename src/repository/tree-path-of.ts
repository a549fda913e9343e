import { lstatSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'

/** A path that a user gave in a folder, from the root of the work tree and with slashes; '.' is the root. Throws PATH_ESCAPES_TREE, USAGE. */
export async function treePathOf(workTree: string, folder: string, path: string): Promise<string> {
  const given = resolve(folder, path)
  // So Node gives bytes of an argument that are no UTF-8.
  if (path.includes('\ufffd') && !lstatSync(given, { throwIfNoEntry: false }))
    throw new AnvcsError('USAGE', {
      message: `${path} is not in UTF-8: it cannot be named here.`,
      hint: 'Name the folder that it lies in, or everything: `.` or `-a`.',
    })
  // Git names the work tree without symbolic links; the last part may be a link that is tracked, or not exist.
  const found = relative(realpathSync.native(workTree), join(realFolder(dirname(given)), basename(given)))
  if (found === '..' || found.startsWith(`..${sep}`) || isAbsolute(found))
    throw new AnvcsError('PATH_ESCAPES_TREE', { message: `${path} is outside of the work tree.` })
  return found.split(sep).join('/') || '.'
}

function realFolder(folder: string): string {
  try {
    return realpathSync.native(folder)
  } catch {
    const above = dirname(folder)
    return above === folder ? folder : join(realFolder(above), basename(folder))
  }
}

/** The same for several. */
export function treePathsOf(workTree: string, folder: string, paths: readonly string[]): Promise<readonly string[]> {
  return Promise.all(paths.map((path) => treePathOf(workTree, folder, path)))
}
