import { lstatSync, readFileSync, readlinkSync, statSync, type BigIntStats } from 'node:fs'
import { join } from 'node:path'
import type { Crypto } from '../contracts/crypto.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectFormat, ObjectStore } from '../contracts/object-store.ts'
import { fromUtf8 } from '../lib/bytes.ts'
import { objectId } from '../objects/object-id.ts'
import type { TreeDifference } from '../objects/tree-diff.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import { isUtf8Path, pathText } from '../objects/path-bytes.ts'
import { gitlinkMode, type TreeEntryValue } from '../objects/tree.ts'
import type { FolderTrees } from './cache-tree.ts'
import { filtersMayApply, type FilterPlaces } from './filters-may-apply.ts'
import { isFlushed, isShared } from './durability.ts'
import { GitLock } from './git-lock.ts'
import { mayHaveHook } from './has-hook.ts'
import type { IndexImage } from './index-image.ts'
import type { IndexImages } from './index-images.ts'
import type { PendingFlushes } from './pending-flushes.ts'
import { patchIndex, placeChanges, type IndexChange } from './patch-index.ts'
import { stagedDifferences } from './staged-differences.ts'
import { readStored } from './stored-objects.ts'

/** What reading and writing an index without git rests on. */
export interface IndexFiles extends FilterPlaces {
  readonly indexFile: string
  /** Our own folder. */
  readonly dataDir: string
  readonly format: ObjectFormat
  readonly crypto: Crypto
  readonly objects: ObjectStore
  readonly images: IndexImages
}

/** So many changed files are read again to tell git how they lie there; of more, git reads them. */
const maxChanges = 256
const maxFileBytes = 16 * 1024 * 1024
/** A file that changed less than this before it was looked at may change again without a new time. */
const racyNs = 20_000_000n

/** Settings under which git keeps more in an index than is known here, with the values that change nothing. */
const unusualSettings: readonly (readonly [name: string, plain: string])[] = [
  ['core.splitindex', 'false'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedcache', 'keep'],
  ['core.ignorecase', 'false'],
  ['index.sparse', 'false'],
  ['index.skiphash', 'false'],
  ['feature.manyfiles', 'false'],
]

/** As `git diff-index --cached`; undefined where git has to tell. */
export function directDifferences(
  files: IndexFiles,
  tree: ObjectId | undefined,
): readonly TreeDifference[] | undefined {
  const image = files.images.read(files.indexFile)
  return image && stagedDifferences((id) => readStored(files.objects, 'tree', id), image, tree)
}

/** The entries at or below paths, '.' being the root; undefined where git has to tell. */
export function directBelow(files: IndexFiles, paths: readonly string[]): readonly string[] | undefined {
  const image = files.images.read(files.indexFile)
  if (!image || !paths.every(isUtf8Path)) return undefined
  const found: string[] = []
  for (const path of paths) {
    const name = Buffer.from(path === '.' ? '' : path)
    const below = path === '.' ? name : Buffer.from(`${path}/`)
    const exact = image.find(name)
    const starts = image.isAt(exact, name) ? [exact] : []
    for (let entry = image.find(below); entry < image.count; entry++) {
      if (!image.name(entry).subarray(0, below.length).equals(below)) break
      starts.push(entry)
    }
    if (starts.some((entry) => image.isSpecial(entry) || image.stage(entry) !== 0)) return undefined
    found.push(...starts.map((entry) => pathText(image.name(entry))))
  }
  return [...new Set(found)]
}

export interface ChangeOptions {
  /** The trees of the folders above, before and after. */
  readonly trees?: FolderTrees | undefined
  /** There is no git program that would be faster with many files. */
  readonly isAlone?: boolean
  /** A flushed index rests on these, and its own name is one more of them. */
  readonly pending?: PendingFlushes | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Changes the index as `git update-index` does, in a plain repository: false, and nothing done, in any other. Throws LOCK_TIMEOUT
 * while another program holds the index.
 */
export async function changeIndex(
  files: IndexFiles,
  changes: readonly TreeChange[],
  { trees, isAlone = false, pending, signal }: ChangeOptions = {},
): Promise<boolean> {
  const { config, crypto, format, dataDir, indexFile } = files
  if ((changes.length > maxChanges && !isAlone) || !isPlain(files, changes)) return false
  using lock = await GitLock.take(indexFile, { dataDir, signal })
  if (!lock) return false
  const image = files.images.take(indexFile)
  if (!image || !keepTruth(files, image)) return false
  const parts = patchIndex(
    image,
    changes.map((change) => withStat(files, change)),
    trees,
  )
  if (!parts) return false
  const checksum = format === 'sha1' ? crypto.sha1(...parts) : crypto.sha256(...parts)
  const durable = isFlushed(config, 'index')
  await Promise.all([lock.write([...parts, checksum], { durable }), durable && pending?.done()])
  await lock.commit({ durable, pending })
  return true
}

/** Would `changeIndex` do it, alone? */
export function canChangeIndex(files: IndexFiles, changes: readonly TreeChange[]): boolean {
  const image = files.images.read(files.indexFile)
  const plain = changes.map(({ path, entry }) => ({ path, entry, stat: undefined }))
  return image !== undefined && isPlain(files, changes) && placeChanges(image, plain) !== undefined
}

function isPlain(files: IndexFiles, changes: readonly TreeChange[]): boolean {
  const paths = changes.map(({ path }) => path)
  return (
    paths.every(isUtf8Path) &&
    unusualSettings.every(([name, plain]) => [plain, undefined].includes(files.config.get(name))) &&
    !isShared(files.config) &&
    !mayHaveHook(files, 'post-index-change') &&
    // Git writes through a link.
    !lstatSync(files.indexFile, { throwIfNoEntry: false })?.isSymbolicLink() &&
    !changes.some(({ entry }) => entry?.mode === gitlinkMode) &&
    !filtersMayApply(files, paths)
  )
}

/** With how the file lies there, if it holds what is staged. */
function withStat(files: IndexFiles, { path, entry }: TreeChange): IndexChange {
  return { path, entry, stat: entry && statIfSame(files, path, entry) }
}

function statIfSame(files: IndexFiles, path: string, entry: TreeEntryValue): BigIntStats | undefined {
  const absolute = join(files.workTree, path)
  const stat = lookAt(absolute)
  if (!stat || stat.size > maxFileBytes || modeOf(stat) !== entry.mode) return undefined
  return contentId(files, absolute, stat) === entry.id ? stat : undefined
}

export function lookAt(absolute: string): BigIntStats | undefined {
  try {
    return lstatSync(absolute, { bigint: true })
  } catch {
    return undefined // Gone, or below what is a file now.
  }
}

export function contentId(
  { crypto, format }: Pick<IndexFiles, 'crypto' | 'format'>,
  absolute: string,
  stat: BigIntStats,
): ObjectId | undefined {
  try {
    const content = stat.isSymbolicLink() ? readlinkSync(absolute, { encoding: 'buffer' }) : readFileSync(absolute)
    // It was replaced meanwhile: with this size beside the new content git would call the file changed, whatever it holds.
    if (stat.isFile() && content.length !== Number(stat.size)) return undefined
    return objectId(crypto, format, { type: 'blob', content })
  } catch {
    return undefined // It has gone meanwhile.
  }
}

export function modeOf(stat: BigIntStats): number | undefined {
  if (stat.isSymbolicLink()) return 0o120000
  if (!stat.isFile()) return undefined
  return (stat.mode & 0o100n) === 0n ? 0o100644 : 0o100755
}

/**
 * A file that changed in the second in which the index was written may have changed again: git looks at the content of such files as
 * long as the index is no newer. We are about to make it newer, so where the content is another one, the entry is marked as git does it: with
 * a size of zero. False where filters may apply to such a file: only git can tell.
 */
function keepTruth(files: IndexFiles, image: IndexImage): boolean {
  const index = statSync(files.indexFile, { bigint: true, throwIfNoEntry: false })
  if (!index) return true
  const racy = new Map<number, string>()
  for (const entry of image.racy) {
    if (image.mode(entry) === gitlinkMode) continue
    const path = fromUtf8(image.name(entry))
    if (path === undefined) return false
    racy.set(entry, path)
  }
  if (racy.size && filtersMayApply({ ...files, images: { read: () => image } }, [...racy.values()])) return false
  for (const [entry, path] of racy)
    if (!isStillSame(files, image, { entry, path, indexNs: index.mtimeNs })) image.markChanged(entry)
  return true
}

function isStillSame(
  files: IndexFiles,
  image: IndexImage,
  { entry, path, indexNs }: { readonly entry: number; readonly path: string; readonly indexNs: bigint },
): boolean {
  const absolute = join(files.workTree, path)
  const stat = lookAt(absolute)
  // What does not look as it did is found by git without our help.
  if (!stat || !image.looksLike(entry, stat)) return true
  const isOlder = stat.mtimeNs + racyNs < indexNs && stat.ctimeNs + racyNs < indexNs
  if (isOlder && image.changedNanoseconds(entry) === Number(stat.mtimeNs % 1_000_000_000n)) return true
  return contentId(files, absolute, stat) === image.id(entry)
}
