import { groupBy } from '../../lib/group-by.ts'
import { isSameFile, type FileTree, type ThreeTrees, type TreeFile } from './file-tree.ts'
import { findRenames, type FileRename } from './find-renames.ts'
import type { TreeConflictReason } from './tree-result.ts'

/** The versions of one file, wherever each side has it. */
export interface PlacedFile {
  readonly path: string
  /** Undefined where the base has no such file, or a side none that it became. */
  readonly base?: TreeFile | undefined
  readonly left?: TreeFile | undefined
  readonly right?: TreeFile | undefined
  readonly paths: { readonly base?: string; readonly left?: string; readonly right?: string }
  /** Why nobody can tell where it belongs. */
  readonly conflict?: TreeConflictReason
  readonly others?: readonly string[]
}

/** Each side's renames, by the path in the base. */
export interface Renames {
  readonly left: ReadonlyMap<string, FileRename>
  readonly right: ReadonlyMap<string, FileRename>
}

export async function renamesOf({ base, left, right }: ThreeTrees): Promise<Renames> {
  return { left: await findRenames(base, left), right: await findRenames(base, right) }
}

/** Every file that is in the merged tree, or that conflicts, sorted by path: renames of either side are followed. */
export function placeFiles(trees: ThreeTrees, renames: Renames): readonly PlacedFile[] {
  const { base, left, right } = trees
  const placed: PlacedFile[] = []
  for (const [path, file] of base) {
    const [mine, theirs] = [pathIn(left, path, renames.left), pathIn(right, path, renames.right)]
    placed.push(placeKept(trees, path, file, mine, theirs))
  }
  const became = (side: ReadonlyMap<string, FileRename>) => new Set([...side.values()].map(({ to }) => to))
  const [leftNew, rightNew] = [became(renames.left), became(renames.right)]
  const isAdded = (path: string, renamed: ReadonlySet<string>) => !base.has(path) && !renamed.has(path)
  const added = new Set([
    ...[...left.keys()].filter((path) => isAdded(path, leftNew)),
    ...[...right.keys()].filter((path) => isAdded(path, rightNew)),
  ])
  const folders = { left: emptiedFolders(base, left, renames.left), right: emptiedFolders(base, right, renames.right) }
  for (const path of added) {
    const mine = leftNew.has(path) ? undefined : left.get(path)
    const theirs = rightNew.has(path) ? undefined : right.get(path)
    placed.push(placeAdded(path, mine, theirs, folders))
  }
  const kept = placed.filter(({ left: mine, right: theirs }) => mine ?? theirs)
  return withCollisions(kept, [left, right]).sort((a, b) => (a.path < b.path ? -1 : 1))
}

function pathIn(side: FileTree, path: string, renames: ReadonlyMap<string, FileRename>): string | undefined {
  return side.has(path) ? path : renames.get(path)?.to
}

function placeKept(
  { left, right }: ThreeTrees,
  path: string,
  base: TreeFile,
  mine: string | undefined,
  theirs: string | undefined,
): PlacedFile {
  const file = {
    base,
    left: mine === undefined ? undefined : left.get(mine),
    right: theirs === undefined ? undefined : right.get(theirs),
    paths: {
      base: path,
      ...(mine !== undefined && { left: mine }),
      ...(theirs !== undefined && { right: theirs }),
    },
  }
  if (mine !== undefined && theirs !== undefined) {
    if (mine === theirs || theirs === path) return { ...file, path: mine }
    if (mine === path) return { ...file, path: theirs }
    return { ...file, path: mine, conflict: 'name', others: [theirs] }
  }
  const kept = mine ?? theirs ?? path
  const isUntouched = kept === path && isSameFile(base, file.left ?? file.right)
  if (isUntouched || (mine ?? theirs) === undefined) return { path, paths: file.paths }
  return { ...file, path: kept, conflict: mine === undefined ? 'left-deleted' : 'right-deleted' }
}

/** Folders that a side renamed: `direct` those in which it left no file, `whole` those below which it left none. */
interface RenamedFolders {
  readonly direct: ReadonlyMap<string, string>
  readonly whole: ReadonlyMap<string, string>
}

interface Folders {
  readonly left: RenamedFolders
  readonly right: RenamedFolders
}

function placeAdded(
  path: string,
  left: TreeFile | undefined,
  right: TreeFile | undefined,
  folders: Folders,
): PlacedFile {
  const file = { path, left, right, paths: { ...(left && { left: path }), ...(right && { right: path }) } }
  if (left && right) return isSameFile(left, right) ? file : { ...file, conflict: 'both-added' }
  const moved = left ? folders.right : folders.left
  const from = folderOf(path)
  const to = moved.direct.get(from)
  if (to !== undefined) return { ...file, conflict: 'folder-renamed', others: [`${to}${path.slice(from.length)}`] }
  for (let folder = from; folder !== ''; folder = folderOf(folder)) {
    const other = moved.whole.get(folder)
    if (other !== undefined)
      return { ...file, conflict: 'folder-renamed', others: [`${other}${path.slice(folder.length)}`] }
  }
  return file
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** Folders of which a side has left nothing, all of it renamed into one other folder. */
function emptiedFolders(base: FileTree, side: FileTree, renames: ReadonlyMap<string, FileRename>): RenamedFolders {
  const direct = new Map<string, string | undefined>()
  const whole = new Map<string, string | undefined>()
  const see = (moved: Map<string, string | undefined>, from: string, to: string): void => {
    moved.set(from, moved.has(from) && moved.get(from) !== to ? undefined : to)
  }
  for (const { from, to } of renames.values()) {
    let [folder, other] = [folderOf(from), folderOf(to)]
    if (folder !== other) see(direct, folder, other)
    // `a/s` became `b/s` because `a` became `b`.
    for (; folder !== other && folder !== ''; [folder, other] = [folderOf(folder), folderOf(other)]) {
      see(whole, folder, other)
      if (nameIn(folder) !== nameIn(other)) break
    }
  }
  if (direct.size === 0) return { direct: new Map(), whole: new Map() }
  const stay = [...side.keys(), ...[...base.keys()].filter((path) => !renames.has(path) && !side.has(path))]
  for (const path of stay) {
    direct.delete(folderOf(path))
    for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) whole.delete(folder)
  }
  return { direct: certain(direct), whole: certain(whole) }
}

function certain(moved: ReadonlyMap<string, string | undefined>): ReadonlyMap<string, string> {
  return new Map([...moved].flatMap(([folder, to]) => (to === undefined || folder === '' ? [] : [[folder, to]])))
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Paths that two files want, that are a file and a folder at once, or that some systems take for one though no side has both. */
function withCollisions(placed: readonly PlacedFile[], sides: readonly FileTree[]): PlacedFile[] {
  const wanted = groupBy(placed, ({ path }) => path)
  const alikePaths = new Map<string, Set<string>>()
  for (const path of wanted.keys())
    alikePaths.set(foldedPath(path), (alikePaths.get(foldedPath(path)) ?? new Set()).add(path))
  const isFolder = new Map<string, string>()
  for (const path of wanted.keys())
    for (let folder = folderOf(path); folder !== '' && !isFolder.has(folder); folder = folderOf(folder))
      isFolder.set(folder, path)
  return placed.map((file) => {
    const { path, paths } = file
    const below = isFolder.get(path)
    const alike = [...alikePaths.get(foldedPath(path))!].filter(
      (other) => !sides.some((side) => side.has(path) && side.has(other)),
    )
    if (wanted.get(path)!.length === 1 && below === undefined && alike.every((other) => other === path)) return file
    const others = wanted.get(path)!.flatMap((other) => Object.values(other.paths))
    const named = [...new Set([...others, ...alike, ...(below === undefined ? [] : [below])])].filter(
      (other) => other !== path,
    )
    return { ...file, paths, conflict: 'name', others: named }
  })
}

/** Equal for paths that file systems without case, or with one form of accents, take for one. */
function foldedPath(path: string): string {
  return path.normalize('NFC').toLowerCase()
}
