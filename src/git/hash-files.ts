import { existsSync } from 'node:fs'
import { lstat, readFile, readlink } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { objectId } from '../objects/object-id.ts'
import type { GitRepository } from './repository.ts'

/** What Git would stage of a file that lies in the work tree. */
export interface HashedFile {
  readonly path: string
  /** Undefined where no file lies there. */
  readonly entry: { readonly mode: number; readonly id: ObjectId } | undefined
  /** The blob, where it still has to be written. */
  readonly object?: GitObject
}

const filesAtOnce = 64
/** Above this a file is read by git, in pieces. */
const maxOwnBytes = 16 * 1024 * 1024
const attributesEverywhere = ['/etc/gitattributes']

type LookedAt =
  | { readonly path: string; readonly mode: number; readonly size: number }
  | { readonly path: string; readonly mode: undefined }

/**
 * The blobs of files in the work tree, with line ends and filters applied as `git add` would. Where none can apply the blobs
 * are made here and have to be written; else git has written them.
 */
export async function hashFiles(
  repository: GitRepository,
  paths: readonly string[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly HashedFile[]> {
  const { index, config } = repository
  // Where the file system keeps no modes, the index does.
  const staged = config.isTrue('core.filemode', true) ? [] : await index.staged(paths, { signal })
  const modes = new Map(staged.map(({ path, mode }) => [path, mode]))
  const files = await Promise.all(paths.map((path) => lookAt(repository, path, modes.get(path))))
  const byGit = new Map<string, ObjectId>()
  const filtered = filtersMayApply(repository, paths)
  const left = files.flatMap((file) =>
    file.mode !== undefined && file.mode !== 0o120000 && (filtered || file.size > maxOwnBytes) ? [file.path] : [],
  )
  for (const [i, id] of (await hashByGit(repository, left, signal)).entries()) byGit.set(left[i]!, id)
  const hashed: HashedFile[] = []
  // Some at a time: a system has fewer file handles than a repository has files.
  for (let at = 0; at < files.length; at += filesAtOnce)
    hashed.push(
      ...(await Promise.all(
        files.slice(at, at + filesAtOnce).map((file) => hash(repository, file, byGit.get(file.path))),
      )),
    )
  return hashed
}

async function hash(
  { workTree, crypto, format }: GitRepository,
  { path, mode }: LookedAt,
  known: ObjectId | undefined,
): Promise<HashedFile> {
  if (mode === undefined) return { path, entry: undefined }
  if (known) return { path, entry: { mode, id: known } }
  const absolute = join(workTree, path)
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

async function lookAt({ workTree }: GitRepository, path: string, knownMode: number | undefined): Promise<LookedAt> {
  try {
    const info = await lstat(join(workTree, path))
    if (info.isSymbolicLink()) return { path, mode: 0o120000, size: info.size }
    if (!info.isFile()) return { path, mode: undefined }
    const isRunnable = (info.mode & 0o100) !== 0
    return { path, mode: knownMode ?? (isRunnable ? 0o100755 : 0o100644), size: info.size }
  } catch (error) {
    if (isGone(error)) return { path, mode: undefined }
    throw error
  }
}

/** Could an attribute or setting change what is stored of these files? When in doubt, yes: then git does it. */
function filtersMayApply({ config, workTree, commonDir }: GitRepository, paths: readonly string[]): boolean {
  if (!['false', undefined].includes(config.get('core.autocrlf'))) return true
  const folders = new Set<string>()
  for (const path of paths)
    for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) folders.add(folder)
  const configured = config.get('core.attributesfile')
  const userFolder = process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config')
  return (
    configured !== undefined ||
    [
      ...attributesEverywhere,
      join(userFolder, 'git/attributes'),
      join(commonDir, 'info/attributes'),
      ...[...folders].map((folder) => join(workTree, folder, '.gitattributes')),
    ].some((file) => existsSync(file))
  )
}

async function hashByGit(
  { git }: GitRepository,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly ObjectId[]> {
  if (!paths.length) return []
  const input = paths.map((path) => `${quoted(path)}\n`).join('')
  const output = await git.run(['hash-object', '-w', '--stdin-paths'], { input, signal })
  return new TextDecoder().decode(output).trim().split('\n') as ObjectId[]
}

/** A line of `--stdin-paths`; in quotes where it could be misread. */
function quoted(path: string): string {
  if (!/^"|[\n\r]/.test(path)) return path
  return `"${path
    .replace(/["\\]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`)}"`
}
