import { lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
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

/** Above this a file is read by git, in pieces. */
const maxOwnBytes = 16 * 1024 * 1024
/** So much is read before others get their turn. */
const bytesAtOnce = 4 * 1024 * 1024

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
  const links = new Map<string, boolean>()
  const files: LookedAt[] = []
  for (const path of paths) {
    const file = lookAt(repository, path, links)
    if (!file || (file.mode !== undefined && file.size > maxOwnBytes)) return undefined
    files.push(file)
  }
  const hashed: HashedFile[] = []
  let bytes = 0
  for (const file of files) {
    const one = hash(repository, file)
    hashed.push(one)
    bytes += one.object?.content.length ?? 0
    if (bytes < bytesAtOnce) continue
    bytes = 0
    await setImmediate()
  }
  return hashed
}

/** Small files are read sooner than a thread is woken to read them. */
function hash(repository: GitRepository, { path, mode }: LookedAt): HashedFile {
  if (mode === undefined) return { path, entry: undefined }
  const { crypto, format } = repository
  const absolute = absolutePath(repository, path)
  try {
    const content = mode === 0o120000 ? readlinkSync(absolute, { encoding: 'buffer' }) : readFileSync(absolute)
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
function lookAt(repository: GitRepository, path: string, links: Map<string, boolean>): LookedAt | undefined {
  try {
    const info = lstatSync(absolutePath(repository, path))
    if (isBehindLink(repository, path, links)) return { path, mode: undefined }
    if (info.isSymbolicLink()) return { path, mode: 0o120000, size: info.size }
    if (!info.isFile()) return undefined
    return { path, mode: (info.mode & 0o100) === 0 ? 0o100644 : 0o100755, size: info.size }
  } catch (error) {
    if (isGone(error)) return { path, mode: undefined }
    throw error
  }
}

function isBehindLink(repository: GitRepository, path: string, links: Map<string, boolean>): boolean {
  const folder = dirname(path)
  if (folder === '.') return false
  let isLink = links.get(folder)
  if (isLink === undefined) {
    isLink = isBehindLink(repository, folder, links) || lstatSync(absolutePath(repository, folder)).isSymbolicLink()
    links.set(folder, isLink)
  }
  return isLink
}
