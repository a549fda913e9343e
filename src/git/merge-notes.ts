import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { objectId } from '../objects/object-id.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import { buildCommit, type BuiltCommit } from './build-commit.ts'
import { linesOf, listNotes, noteFileMode, noteOf, notePlace } from './notes.ts'
import type { GitRepository } from './repository.ts'
import { readStored, readStoredCommit } from './stored-objects.ts'

/** Tips of notes that grew apart. */
export interface NoteTips {
  /** Where they grew apart; undefined where they have nothing in common. */
  readonly base: ObjectId | undefined
  readonly left: ObjectId
  readonly right: ObjectId
}

/**
 * A merge of notes, line by line: what either side has added is in it, what either side has removed is not. Both sides make the
 * same commit of it, whichever is theirs.
 */
export function mergeNotes(
  repository: Pick<GitRepository, 'crypto' | 'format' | 'objects'>,
  { base, left, right }: NoteTips,
): BuiltCommit {
  const { crypto, format, objects } = repository
  const parents = left < right ? ([left, right] as const) : ([right, left] as const)
  const notesAt = (tip: ObjectId | undefined) =>
    new Map(listNotes(repository, tip).map(({ commit, note }) => [commit, note]))
  const [ours, theirs, before] = [notesAt(parents[0]), notesAt(parents[1]), notesAt(base)]
  const placeIn = notePlace(repository, parents[0])
  const lines = (id: ObjectId | undefined): ReadonlySet<string> => {
    const object = id && objects.read(id)
    // What is no blob is no note: either side may have got anything from others.
    if (object && object.type !== 'blob') return new Set()
    return new Set(id ? linesOf(readStored(objects, 'blob', id)) : [])
  }
  const blobs: GitObject[] = []
  const changes: TreeChange[] = []
  for (const commit of new Set([...ours.keys(), ...theirs.keys()])) {
    const [left, right, old] = [ours.get(commit), theirs.get(commit), before.get(commit)]
    if (left === right || right === old) continue
    const merged = mergeLines(lines(left), lines(right), lines(old))
    const blob = noteOf(merged)
    const id = objectId(crypto, format, blob)
    if (id === left) continue
    if (merged.size) blobs.push(blob)
    changes.push({ path: placeIn(commit).path, entry: merged.size ? { mode: noteFileMode, id } : undefined })
  }
  const [first, second] = [readStoredCommit(objects, parents[0]), readStoredCommit(objects, parents[1])]
  // The newer side's: a time of our own would make another commit at each side.
  const author = first.committer.timeSeconds < second.committer.timeSeconds ? second.committer : first.committer
  const built = buildCommit(repository, {
    parents,
    base: first.tree,
    changes,
    author,
    committer: author,
    message: 'Notes merged by ai-vcs\n',
  })
  return { ...built, objects: [...blobs, ...built.objects] }
}

function mergeLines(
  left: ReadonlySet<string>,
  right: ReadonlySet<string>,
  old: ReadonlySet<string>,
): ReadonlySet<string> {
  const all = [...left, ...right]
  return new Set(all.filter((line) => (left.has(line) && right.has(line)) || !old.has(line)))
}
