/** What an index remembers of a folder (gitformat-index, "Cache tree"): the tree that its entries make. */
export interface CachedFolder {
  readonly name: string
  /** Entries below it; negative where the tree is not known. */
  count: number
  /** Hexadecimal; only meaningful where the count is not negative. */
  id: string
  readonly folders: CachedFolder[]
}

const nul = 0
const lineFeed = 0x0a
const maxDepth = 1024

/** Reads the extension TREE; names are bytes as Latin-1. Undefined where it is malformed. */
export function parseCacheTree(bytes: Buffer, idLength: number): CachedFolder | undefined {
  let at = 0
  const root = read(0)
  return root && at === bytes.length ? root : undefined

  function read(depth: number): CachedFolder | undefined {
    const nameEnd = bytes.indexOf(nul, at)
    const lineEnd = nameEnd < 0 ? -1 : bytes.indexOf(lineFeed, nameEnd)
    if (lineEnd < 0 || depth > maxDepth) return undefined
    const name = bytes.toString('latin1', at, nameEnd)
    const line = bytes.toString('latin1', nameEnd + 1, lineEnd)
    const gap = line.indexOf(' ')
    const count = Number(line.slice(0, gap))
    const folders: CachedFolder[] = []
    at = lineEnd + 1
    let id = ''
    if (count >= 0) {
      id = bytes.toString('hex', at, at + idLength)
      at += idLength
    }
    for (let left = Number(line.slice(gap + 1)); left > 0; left--) {
      const folder = read(depth + 1)
      if (!folder) return undefined
      folders.push(folder)
    }
    return Number.isInteger(count) ? { name, count, id, folders } : undefined
  }
}

/** The extension TREE without its head. */
export function serializeCacheTree(root: CachedFolder): Buffer {
  const parts: Buffer[] = []
  const write = ({ name, count, id, folders }: CachedFolder): void => {
    parts.push(Buffer.from(`${name}\0${count} ${folders.length}\n`, 'latin1'))
    if (count >= 0) parts.push(Buffer.from(id, 'hex'))
    for (const folder of folders) write(folder)
  }
  write(root)
  return Buffer.concat(parts)
}

/** A path of the index with how many entries it gains. */
export interface CountedPath {
  /** Bytes as Latin-1. */
  readonly path: string
  readonly gained: number
}

/** The tree of a folder (bytes as Latin-1, '' for the root) before and after a change. */
export interface FolderTrees {
  before(folder: string): string | undefined
  after(folder: string): string | undefined
}

/**
 * Brings the cache to where changed paths leave it. A tree is taken over only for a folder that was, by the cache, exactly as before:
 * with something else staged in it, its tree is another one. All else is marked as not known, which git mends by itself.
 */
export function updateCacheTree(
  root: CachedFolder,
  paths: readonly CountedPath[],
  trees: FolderTrees | undefined,
): void {
  const touched = new Map<CachedFolder, { readonly path: string; gained: number; isKnown: boolean }>()
  const above = new Map<CachedFolder, CachedFolder>()
  for (const { path, gained } of paths) {
    const chain = [root]
    const names = path.split('/').slice(0, -1)
    for (const name of names) {
      const folder = chain.at(-1)!.folders.find((one) => one.name === name)
      if (!folder) break
      above.set(folder, chain.at(-1)!)
      chain.push(folder)
    }
    for (const [depth, folder] of chain.entries()) {
      const seen = touched.get(folder) ?? { path: names.slice(0, depth).join('/'), gained: 0, isKnown: true }
      // The cache does not know a folder of the path: those above it would lack it.
      touched.set(folder, {
        ...seen,
        gained: seen.gained + gained,
        isKnown: seen.isKnown && chain.length === names.length + 1,
      })
    }
  }
  for (const [folder, { path, gained, isKnown }] of touched) {
    const after = trees?.after(path)
    if (trees && after === undefined && folder !== root) remove(above.get(folder)!.folders, folder)
    const isSound = isKnown && folder.count >= 0 && after !== undefined && trees?.before(path) === folder.id
    folder.count = isSound ? folder.count + gained : -1
    folder.id = isSound ? after : ''
  }
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item)
  if (at >= 0) list.splice(at, 1)
}
