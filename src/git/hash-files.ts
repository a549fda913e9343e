import { lstat, readFile, readlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { objectId } from '../objects/object-id.ts'
import { absolutePath } from './absolute-path.ts'
import { filtersMayApply } from './filters-may-apply.ts'
import type { GitRepository } from './repository.ts'

/** What Git would stage of a file that lies in the work tree. */
export interface HashedFile {
  readonly path: string
  /** Undefined where no file lies there. */
  readonly entry: { readonly mode: number; readonly id: ObjectId } | undefined
  /** The blob, which has to be written. */
  readonly object?: GitObject
}

const filesAtOnce = 64
/** Above this a file is read by git, in pieces. */
const maxOwnBytes = 16 * 1024 * 1024

type LookedAt =
  | { readonly path: string; readonly mode: number; readonly size: number }
  | { readonly path: string; readonly mode: undefined }

/**
 * The blobs of plain files and links in the work tree. Undefined where one is anything else (a submodule, a file that a filter or a
 * line-end rule may change, a very large one): then git has to stage them all.
 */
export async function hashPlainFiles(
  repository: GitRepository,
  paths: readonly string[],
): Promise<readonly HashedFile[] | undefined> {
  if (filtersMayApply(repository, paths)) return undefined
  const links = new Map<string, Promise<boolean>>()
  const files: LookedAt[] = []
  for (const some of inParts(paths)) {
    const looked = await Promise.all(some.map((path) => lookAt(repository, path, links)))
    for (const file of looked) {
      if (!file || (file.mode !== undefined && file.size > maxOwnBytes)) return undefined
      files.push(file)
    }
  }
  const hashed: HashedFile[] = []
  for (const some of inParts(files)) hashed.push(...(await Promise.all(some.map((file) => hash(repository, file)))))
  return hashed
}

/** Some at a time: a system has fewer file handles than a repository has files. */
function inParts<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / filesAtOnce) }, (_, at) =>
    items.slice(at * filesAtOnce, (at + 1) * filesAtOnce),
  )
}

async function hash(repository: GitRepository, { path, mode }: LookedAt): Promise<HashedFile> {
  if (mode === undefined) return { path, entry: undefined }
  const { crypto, format } = repository
  const absolute = absolutePath(repository, path)
  try {
    const content = mode === 0o120000 ? await readlink(absolute, { encoding: 'buffer' }) : await readFile(absolute)
    const object: GitObject = { type: 'blob', content }
    return { path, entry: { mode, id: objectId(crypto, format, object) }, object }
  } catch (error) {
    if (isGone(error)) return { path, entry: undefined }
    throw error
  }
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** Undefined where it is neither file nor link nor missing. What lies behind a link to a folder is missing, as for git. */
async function lookAt(
  repository: GitRepository,
  path: string,
  links: Map<string, Promise<boolean>>,
): Promise<LookedAt | undefined> {
  try {
    const info = await lstat(absolutePath(repository, path))
    if (await isBehindLink(repository, path, links)) return { path, mode: undefined }
    if (info.isSymbolicLink()) return { path, mode: 0o120000, size: info.size }
    if (!info.isFile()) return undefined
    return { path, mode: (info.mode & 0o100) === 0 ? 0o100644 : 0o100755, size: info.size }
  } catch (error) {
    if (isGone(error)) return { path, mode: undefined }
    throw error
  }
}

async function isBehindLink(
  repository: GitRepository,
  path: string,
  links: Map<string, Promise<boolean>>,
): Promise<boolean> {
  const folder = dirname(path)
  if (folder === '.') return false
  let isLink = links.get(folder)
  if (!isLink) {
    isLink = isBehindLink(repository, folder, links).then(
      async (isBehind) => isBehind || (await lstat(absolutePath(repository, folder))).isSymbolicLink(),
    )
    links.set(folder, isLink)
  }
  return isLink
}
