import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectStore } from '../contracts/object-store.ts'
import { linkedIds } from '../objects/object-links.ts'
import { parseTree, treeMode } from '../objects/tree.ts'

/** What to walk. */
export interface ReachRequest {
  readonly objects: ObjectStore
  /** Commits that count as if they had no parents. */
  readonly shallow: ReadonlySet<string>
  readonly wants: readonly ObjectId[]
  readonly haves: readonly ObjectId[]
}

/**
 * The objects that are reachable from `wants` and not known to whoever has `haves`: commits, then what is in them. Of the commits of
 * `haves` and those before, only the trees next to what is wanted are looked into, as git does; a few objects may be sent
 * that the other side has. Throws OBJECT_MISSING.
 */
export function* reachableObjects(request: ReachRequest): Generator<GitObject> {
  const { objects, shallow, wants, haves } = request
  const idLength = objects.format === 'sha1' ? 20 : 32
  const known = new Set<ObjectId>()
  const left = [...haves]
  /** Trees, blobs and tags of `haves`. */
  const contents: ObjectId[] = []
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (known.has(id)) continue
    const [kind, tree, ...parents] = partsOf(id)
    if (kind === 'other') contents.push(id)
    else known.add(id)
    if (kind === 'commit' && haves.includes(id)) contents.push(tree!)
    left.push(...parents)
  }
  const commits: ObjectId[] = []
  const seen = new Set<ObjectId>()
  const wanted: ObjectId[] = []
  const queue = [...wants].reverse()
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (seen.has(id)) continue
    const [kind, tree, ...parents] = partsOf(id)
    if (kind === 'commit' && known.has(id)) contents.push(tree!)
    if (kind === 'other') wanted.push(id)
    if (known.has(id) || kind === 'other') continue
    seen.add(id)
    commits.push(id)
    wanted.push(tree!)
    queue.push(...parents.reverse())
  }
  for (const id of contents) mark(id)
  for (const id of commits) yield read(id)
  for (const id of wanted) yield* below(id, known)

  /** A commit's tree and parents. */
  function partsOf(id: ObjectId): readonly ['commit', ...ObjectId[]] | readonly ['other'] {
    const object = read(id)
    if (object.type !== 'commit') return ['other']
    const links = linkedIds(object, idLength) ?? []
    return ['commit', ...(shallow.has(id) ? links.slice(0, 1) : links)]
  }

  /** An object and all below it, but what is in `passed`; what is given is in there, too, afterwards. */
  function* below(top: ObjectId, passed: Set<ObjectId>): Generator<GitObject> {
    const stack = [top]
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (passed.has(id)) continue
      passed.add(id)
      const object = read(id)
      yield object
      const links = linkedIds(object, idLength)
      if (!links) throw invalid(id)
      stack.push(...links.toReversed())
    }
  }

  /** What is in a tree, or behind a tag, is known. Blobs need not be read for that. */
  function mark(top: ObjectId): void {
    const stack = [top]
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (known.has(id)) continue
      known.add(id)
      const object = read(id)
      if (object.type === 'tag') stack.push(...(linkedIds(object, idLength) ?? []))
      if (object.type !== 'tree') continue
      for (const { mode, id: entry } of parseTree(object.content, idLength) ?? [])
        if (mode === treeMode) stack.push(entry)
        else known.add(entry)
    }
  }

  function read(id: ObjectId): GitObject {
    const object = objects.read(id)
    if (object) return object
    throw new AnvcsError('OBJECT_MISSING', { message: `The object ${id} is not here.`, details: { id } })
  }
}

function invalid(id: ObjectId): AnvcsError {
  return new AnvcsError('OBJECT_INVALID', { message: `The object ${id} is malformed.`, details: { id } })
}
