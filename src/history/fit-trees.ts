import type { ObjectId } from '../contracts/ids.ts'
import type { ReadableTree } from '../contracts/merge-driver.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { utf8 } from '../lib/bytes.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import { MalformedObject, UnreadyMerge } from './outcome.ts'
import type { RoomHistory } from './room-history.ts'

/** A tree with its objects, which are not made yet. */
export interface BuiltTree {
  readonly root: ObjectId
  readonly objects: readonly GitObject[]
  /** The tree from which it differs by `changes`. */
  readonly from: ObjectId
  readonly changes: readonly TreeChange[]
  /** Of new blobs. */
  readonly texts: ReadonlyMap<ObjectId, string>
}

/** A merge of two trees, file by file. */
export interface FileMerge {
  readonly base: ObjectId
  readonly left: ObjectId
  readonly right: ObjectId
  readonly merged: BuiltTree
  /** Files that are clean only if these names follow what they mean. */
  readonly unbound: ReadonlyMap<string, readonly string[]>
}

/** Texts that files of a merge have to get so that they fit together, by path; undefined where they do not. Throws `UnreadyMerge`, `MissingObject`. */
export function fitTrees(history: RoomHistory, merge: FileMerge): ReadonlyMap<string, string> | undefined {
  const { base, left, right, merged, unbound } = merge
  const asFiles = unbound.size > 0 ? undefined : new Map<string, string>()
  const { driver } = history
  if (!driver.mergeTrees) return asFiles
  const changedBy = (side: ObjectId) => history.differences(base, side).map(({ path }) => path)
  try {
    const output = driver.mergeTrees({
      base: readable(history, base),
      left: readable(history, left),
      right: readable(history, right),
      merged: { id: merged.root, files: () => filesOf(history, merged) },
      changed: { left: changedBy(left), right: changedBy(right) },
      unbound,
    })
    if (output.status === 'unready') throw new UnreadyMerge()
    return output.status === 'clean' ? output.texts : undefined
  } catch (error) {
    // A folder that nobody has changed is none that a merge can be refused for.
    if (error instanceof MalformedObject) return asFiles
    throw error
  }
}

type ReadableFiles = ReturnType<ReadableTree['files']>

function readable(history: RoomHistory, id: ObjectId): ReadableTree {
  return { id, files: () => new Map(listed(history, id)) }
}

function listed(history: RoomHistory, root: ObjectId): readonly (readonly [string, FileOf<ReadableFiles>])[] {
  return history.differences(undefined, root).map(({ path, after }) => {
    const { mode, id } = after!
    return [path, { mode, id, read: () => contentOf(history, id) }] as const
  })
}

type FileOf<Files> = Files extends ReadonlyMap<string, infer File> ? File : never

function filesOf(history: RoomHistory, { from, changes, texts }: BuiltTree): ReadableFiles {
  const files = new Map(listed(history, from))
  for (const { path, entry } of changes) {
    files.delete(path)
    if (!entry) continue
    const text = texts.get(entry.id)
    const read = () => (text === undefined ? contentOf(history, entry.id) : utf8(text))
    files.set(path, { mode: entry.mode, id: entry.id, read })
  }
  return files
}

/** What is no text is like nothing else, and cannot be read. */
function contentOf(history: RoomHistory, blob: ObjectId): Uint8Array {
  const text = history.textOfBlob(blob)
  return text === undefined ? Uint8Array.of(0xff, ...utf8(blob)) : utf8(text)
}
