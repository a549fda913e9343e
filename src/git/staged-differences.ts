import type { ObjectId } from '../contracts/ids.ts'
import { pathText } from '../objects/path-bytes.ts'
import type { TreeDifference } from '../objects/tree-diff.ts'
import { readEntries, treeMode, type ReadTree, type TreeEntryValue } from '../objects/tree.ts'
import type { CachedFolder } from './cache-tree.ts'
import type { IndexImage } from './index-image.ts'

const slash = 0x2f

/**
 * What differs between a tree (undefined: the empty one) and an index, sorted by path; folders whose tree the index knows are not looked
 * into, and it learns the trees of those that turn out to be as they are in the tree: the next time is quick. Undefined where git has to tell: conflicts, entries that it treats in a way of its own.
 */
export function stagedDifferences(
  readTree: ReadTree,
  image: IndexImage,
  root: ObjectId | undefined,
): readonly TreeDifference[] | undefined {
  if (!image.isPlain) return undefined
  const found: { readonly path: Buffer; readonly before?: TreeEntryValue; readonly after?: TreeEntryValue }[] = []
  let at = 0
  if (!root) compare('', root, undefined)
  else if (!isKnown(image.cacheTree, root)) image.cacheTree = compare('', root, image.cacheTree)
  found.sort((a, b) => a.path.compare(b.path))
  return found.map(({ path, ...sides }) => ({ path: pathText(path), ...sides }))

  /** The entries below a folder, from `at` on; `prefix` is its path with a slash, bytes as Latin-1. */
  function compare(prefix: string, tree: ObjectId | undefined, cached: CachedFolder | undefined): CachedFolder {
    const left = entriesOf(tree)
    const length = prefix.length
    const [start, foundBefore] = [at, found.length]
    const folders: CachedFolder[] = []
    for (let name = nameAt(); name?.toString('latin1', 0, length) === prefix; name = nameAt()) {
      const end = name.indexOf(slash, length)
      const part = name.toString('latin1', length, end < 0 ? name.length : end)
      const before = left.get(part)
      if (end >= 0) {
        const folder = cached?.folders.find((one) => one.name === part)
        const isFolder = before?.mode === treeMode
        if (isFolder) left.delete(part)
        if (isFolder && isKnown(folder, before.id)) {
          at += folder.count
          folders.push(folder)
        } else folders.push(compare(`${prefix}${part}/`, isFolder ? before.id : undefined, folder))
        continue
      }
      const after = { mode: image.mode(at), id: image.id(at) }
      const isFile = before !== undefined && before.mode !== treeMode
      if (isFile) left.delete(part)
      if (!isFile || before.id !== after.id || before.mode !== after.mode)
        found.push({ path: Buffer.from(name), ...(isFile && { before }), after })
      at++
    }
    for (const [name, value] of left) removed(prefix + name, value)
    const name = prefix.slice(prefix.lastIndexOf('/', length - 2) + 1, -1)
    const isSame = tree !== undefined && found.length === foundBefore
    return isSame ? { name, count: at - start, id: tree, folders } : { name, count: -1, id: '', folders }
  }

  function nameAt(): Buffer | undefined {
    return at < image.count ? image.name(at) : undefined
  }

  function entriesOf(tree: ObjectId | undefined): Map<string, TreeEntryValue> {
    const entries = tree ? readEntries(readTree, tree) : []
    return new Map(entries.map(({ name, mode, id }) => [Buffer.from(name).toString('latin1'), { mode, id }]))
  }

  function removed(path: string, value: TreeEntryValue): void {
    if (value.mode !== treeMode) found.push({ path: Buffer.from(path, 'latin1'), before: value })
    else for (const [name, below] of entriesOf(value.id)) removed(`${path}/${name}`, below)
  }
}

function isKnown(folder: CachedFolder | undefined, tree: ObjectId): folder is CachedFolder {
  return folder !== undefined && folder.count >= 0 && folder.id === tree
}
