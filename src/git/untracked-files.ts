import { existsSync, lstatSync, readdirSync, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { pathBytes, pathText } from '../objects/path-bytes.ts'
import { gitlinkMode } from '../objects/tree.ts'
import { absolutePath } from './absolute-path.ts'
import type { IndexFiles } from './direct-index.ts'
import { IgnoreRules, UnknownRules } from './ignore-rules.ts'
import type { IndexImage } from './index-image.ts'
import type { StagedEntry } from './staged-entry.ts'

/** As `git ls-files --stage`; undefined where the index is not understood. */
export function stagedDirectly({ images, indexFile }: IndexFiles): readonly StagedEntry[] | undefined {
  const image = images.read(indexFile)
  return (
    image &&
    Array.from({ length: image.count }, (_, entry) => ({
      path: pathText(image.name(entry)),
      mode: image.mode(entry),
      id: image.id(entry),
      stage: image.stage(entry),
    }))
  )
}

/**
 * As `git ls-files --others --exclude-standard`: files that are neither tracked nor ignored, sorted; a repository of its own is one
 * name with a slash at its end. Undefined where only git knows the rules.
 */
export function untrackedFiles(files: IndexFiles): readonly string[] | undefined {
  return withRules(files, (image, rules) => {
    const found: string[] = []
    for (const { path, kind } of walk(files, image, rules)) if (kind === 'untracked') found.push(path)
    return found.sort((a, b) => Buffer.compare(pathBytes(a), pathBytes(b)))
  })
}

/** Folders that are ignored whole, and have nothing tracked in them. */
export function ignoredFolders(files: IndexFiles): readonly string[] | undefined {
  return withRules(files, (image, rules) =>
    [...walk(files, image, rules)].flatMap(({ path, kind }) =>
      kind === 'ignored folder' && !holds(image, path) ? [path] : [],
    ),
  )
}

interface Walked {
  readonly path: string
  readonly kind: 'untracked' | 'ignored folder'
}

function* walk(files: IndexFiles, image: IndexImage, rules: IgnoreRules): Generator<Walked> {
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const entry of entriesOf(files, folder)) {
      const path = folder + pathText(entry.name)
      if (entry.name.toString('latin1').toLowerCase() === '.git') continue
      const isFolder = entry.isDirectory()
      if (rules.isIgnored(path, isFolder)) {
        if (isFolder) yield { path, kind: 'ignored folder' }
        continue
      }
      const place = image.find(pathBytes(path))
      const isTracked = image.isAt(place, pathBytes(path))
      if (isFolder) {
        // What is in a submodule is its own matter.
        if (isTracked && image.mode(place) === gitlinkMode) continue
        if (existsSync(join(files.workTree, path, '.git/HEAD'))) yield { path: `${path}/`, kind: 'untracked' }
        else folders.push(`${path}/`)
      } else if (!isTracked && (entry.isFile() || entry.isSymbolicLink())) yield { path, kind: 'untracked' }
    }
}

/** As `git check-ignore`: those of the paths that are not tracked, and ignored or within a submodule. */
export function ignoredPaths(files: IndexFiles, paths: readonly string[]): ReadonlySet<string> | undefined {
  return withRules(files, (image, rules) => {
    const isIgnored = (path: string): boolean => {
      if (isInSubmodule(image, path)) return true
      const isFolder = lstatSync(absolutePath(files, path), { throwIfNoEntry: false })?.isDirectory() ?? false
      return !holds(image, path) && rules.isIgnored(path, isFolder)
    }
    return new Set(paths.filter(isIgnored))
  })
}

function withRules<T>(files: IndexFiles, tell: (image: IndexImage, rules: IgnoreRules) => T): T | undefined {
  const image = files.images.read(files.indexFile)
  // A sparse checkout has rules in the index that are not on disk.
  if (!image || Array.from({ length: image.count }, (_, entry) => entry).some((entry) => image.isSpecial(entry)))
    return undefined
  try {
    return tell(image, new IgnoreRules(files))
  } catch (error) {
    if (error instanceof UnknownRules) return undefined
    throw error
  }
}

function entriesOf(files: IndexFiles, folder: string): readonly Dirent<Buffer>[] {
  try {
    return readdirSync(absolutePath(files, folder), { withFileTypes: true, encoding: 'buffer' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Gone meanwhile; or not ours to read, which git warns of and passes over.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return []
    throw error
  }
}

/** The path, or anything below it. */
function holds(image: IndexImage, path: string): boolean {
  const name = pathBytes(path)
  if (image.isAt(image.find(name), name)) return true
  const below = pathBytes(`${path}/`)
  const first = image.find(below)
  return first < image.count && image.name(first).subarray(0, below.length).equals(below)
}

function isInSubmodule(image: IndexImage, path: string): boolean {
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const name = pathBytes(path.slice(0, at))
    const entry = image.find(name)
    if (image.isAt(entry, name) && image.mode(entry) === gitlinkMode) return true
  }
  return false
}
