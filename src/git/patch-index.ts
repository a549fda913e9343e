import type { BigIntStats } from 'node:fs'
import { utf8 } from '../lib/bytes.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import { serializeCacheTree, updateCacheTree, type CountedPath, type FolderTrees } from './cache-tree.ts'
import { entryHead, entryTail } from './index-entry.ts'
import { statBytes, type IndexImage } from './index-image.ts'

/** What is to be in the index, and how the file lies there, where that is known to be it. */
export interface IndexChange extends TreeChange {
  readonly stat: BigIntStats | undefined
}

interface PlacedChange extends IndexChange {
  readonly name: Buffer
  /** The number of the first entry that does not sort before it. */
  readonly first: number
  readonly isThere: boolean
}

/**
 * The changes in the order of an index. Undefined where git has to make them: an entry that it treats in a way of its own, a conflict, a file in the
 * place of a folder that stays.
 */
export function placeChanges(image: IndexImage, changes: readonly IndexChange[]): readonly PlacedChange[] | undefined {
  const named = changes.map((change) => ({ ...change, name: Buffer.from(utf8(change.path)) }))
  named.sort((a, b) => a.name.compare(b.name))
  const removed = new Set(named.flatMap(({ entry, name }) => (entry ? [] : [name.toString('latin1')])))
  const placed: PlacedChange[] = []
  for (const change of named) {
    const { name, entry } = change
    const first = image.find(name)
    const isThere = image.isAt(first, name)
    if (placed.at(-1)?.name.equals(name) || (isThere && isUnusual(image, first))) return undefined
    if (entry && isInTheWay(image, name, removed)) return undefined
    placed.push({ ...change, first, isThere })
  }
  return placed
}

/**
 * The parts of an index file with changes in it, without its checksum: entries that do not change are taken over as they are. Undefined
 * where git has to do it. What an index is only cached in (untracked files, offsets) is left out; git makes it anew.
 */
export function patchIndex(
  image: IndexImage,
  changes: readonly IndexChange[],
  trees?: FolderTrees,
): readonly Buffer[] | undefined {
  const placed = placeChanges(image, changes)
  if (!placed) return undefined
  const { bytes, version, starts } = image
  const parts: Buffer[] = []
  const counted: CountedPath[] = []
  let next = 0
  let previous: Buffer = Buffer.alloc(0)
  let gained = 0
  for (const { name, entry, stat, first, isThere } of placed) {
    copyUntil(first)
    if (entry) {
      const head = entryHead(entry, name, stat)
      parts.push(head, entryTail(version, head.length, name, previous))
      previous = name
    }
    next = isThere ? first + 1 : first
    const gain = (entry ? 1 : 0) - (isThere ? 1 : 0)
    gained += gain
    counted.push({ path: name.toString('latin1'), gained: gain })
  }
  copyUntil(image.count)
  const head = Buffer.from(bytes.subarray(0, 12))
  head.writeUInt32BE(image.count + gained, 8)
  return [head, ...parts, ...extensions(image, counted, trees)]

  /** Entries from `next` on as they are; in version 4 the first one depends on what is before it now. */
  function copyUntil(end: number): void {
    if (next >= end) return
    let from = next
    if (version === 4) {
      const name = image.name(next)
      const old = next ? image.name(next - 1) : Buffer.alloc(0)
      if (!old.equals(previous)) {
        const flagsAt = starts[next]! + statBytes + image.idLength
        const headEnd = flagsAt + (image.isSpecial(next) && (bytes[flagsAt]! & 0x40) !== 0 ? 4 : 2)
        const entryStart = bytes.subarray(starts[next], headEnd)
        parts.push(entryStart, entryTail(version, entryStart.length, name, previous))
        from++
      }
      previous = image.name(end - 1)
    }
    parts.push(bytes.subarray(starts[from], starts[end]))
  }
}

function isUnusual(image: IndexImage, entry: number): boolean {
  return image.isSpecial(entry) || image.stage(entry) !== 0
}

/** Is there a file above the path, or one below it, that stays? */
function isInTheWay(image: IndexImage, name: Buffer, removed: ReadonlySet<string>): boolean {
  const below = Buffer.concat([name, Buffer.from('/')])
  for (let at = image.find(below); at < image.count; at++) {
    const other = image.name(at)
    if (!other.subarray(0, below.length).equals(below)) break
    if (!removed.has(other.toString('latin1'))) return true
  }
  for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1)) {
    const above = name.subarray(0, at)
    if (image.isAt(image.find(above), above) && !removed.has(above.toString('latin1'))) return true
  }
  return false
}

function extensions(image: IndexImage, counted: readonly CountedPath[], trees: FolderTrees | undefined): Buffer[] {
  const { cacheTree, resolveUndo } = image
  const parts: Buffer[] = []
  if (cacheTree) {
    updateCacheTree(cacheTree, counted, trees)
    const content = serializeCacheTree(cacheTree)
    const head = Buffer.from('TREE\0\0\0\0', 'latin1')
    head.writeUInt32BE(content.length, 4)
    parts.push(head, content)
  }
  return resolveUndo ? [...parts, resolveUndo] : parts
}
