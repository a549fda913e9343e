import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject } from '../contracts/object-store.ts'
import { empty, fromUtf8, utf8 } from '../lib/bytes.ts'
import { parseCommit, type CommitPerson } from '../objects/commit.ts'
import { objectId } from '../objects/object-id.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import { findInTree, gitlinkMode, readEntries, treeMode, type ReadTree, type TreeEntryValue } from '../objects/tree.ts'
import { buildCommit, type BuiltCommit } from './build-commit.ts'
import type { GitRepository } from './repository.ts'
import { readStored, readStoredCommit } from './stored-objects.ts'

/** Lines that are to be among those of a commit's note. */
export interface NoteAddition {
  readonly commit: ObjectId
  readonly lines: readonly string[]
}

type Stored = Pick<GitRepository, 'crypto' | 'format' | 'objects'>

/** Git spreads notes over folders of two hex digits each as they grow. */
const maxFanout = 3
export const noteFileMode = 0o100644

/** The commit that a notes ref names, to be added to; undefined where there is no such ref. Throws OBJECT_INVALID, naming the ref, where it names none. */
export function notesTip(
  { objects, refs }: Pick<GitRepository, 'objects' | 'refs'>,
  ref: string,
): ObjectId | undefined {
  const tip = refs.read(ref)
  if (tip === undefined || objects.read(tip)?.type === 'commit') return tip
  throw new AnvcsError('OBJECT_INVALID', {
    message: `${ref} names ${tip}, which is no commit that is here: no note can be added to it.`,
    hint: `Notes begin anew once it is gone: \`git update-ref -d ${ref} ${tip}\`.`,
    details: { ref, id: tip },
  })
}

/** The bytes of a commit's note; none where it has none. `tip` is the commit that the notes ref names. Throws OBJECT_INVALID for what is no note. */
export function readNote(
  { objects }: Pick<Stored, 'objects'>,
  tip: ObjectId | undefined,
  commit: ObjectId,
): Uint8Array {
  return contentAt(objects, notePlace({ objects }, tip)(commit), commit)
}

function contentAt(objects: Stored['objects'], { found }: NotePlace, commit: ObjectId): Uint8Array {
  if (!found || found.mode === treeMode) return empty
  if (found.mode !== gitlinkMode) return readStored(objects, 'blob', found.id)
  throw new AnvcsError('OBJECT_INVALID', { message: `A commit lies where the note of ${commit} belongs.` })
}

/** The same, and none where there is no note but something else: whoever can push may have put it there. */
export function readNoteIfAny(
  stored: Pick<Stored, 'objects'>,
  tip: ObjectId | undefined,
  commit: ObjectId,
): Uint8Array {
  return ifAny(() => readNote(stored, tip, commit))
}

function ifAny(read: () => Uint8Array): Uint8Array {
  try {
    return read()
  } catch (error) {
    if (AnvcsError.is(error, 'OBJECT_INVALID')) return empty
    throw error
  }
}

/** All commits that have a note, with the blob of it; none where the tip is no commit. */
export function listNotes(
  { objects }: Pick<Stored, 'objects'>,
  tip: ObjectId | undefined,
): readonly { readonly commit: ObjectId; readonly note: ObjectId }[] {
  const found: { commit: ObjectId; note: ObjectId }[] = []
  if (!tip || !isCommit({ objects }, tip)) return found
  const readTree = treesOf(objects)
  const visit = (tree: ObjectId, prefix: string) => {
    for (const { mode, name, id } of readEntries(readTree, tree)) {
      const hex = prefix + (fromUtf8(name) ?? '')
      if (!/^[0-9a-f]*$/.test(hex)) continue
      if (mode === treeMode && name.length === 2 && hex.length <= 2 * maxFanout) visit(id, hex)
      else if (mode !== treeMode && mode !== gitlinkMode && hex.length === tip.length)
        found.push({ commit: hex as ObjectId, note: id })
    }
  }
  visit(readStoredCommit(objects, tip).tree, '')
  return found
}

/** Is it a commit that can be read? A ref that somebody pushed may name anything. */
export function isCommit({ objects }: Pick<Stored, 'objects'>, id: ObjectId): boolean {
  const object = objects.read(id)
  return object?.type === 'commit' && parseCommit(object.content) !== undefined
}

/**
 * Adds lines to notes, all in one commit on top of `tip`. A note is a set of lines, kept sorted, so that notes that grew apart
 * merge by `cat_sort_uniq`. Undefined where all lines are there already.
 */
export function addNotes(
  repository: Stored,
  tip: ObjectId | undefined,
  additions: readonly NoteAddition[],
  author: CommitPerson,
): BuiltCommit | undefined {
  const base = tip && readStoredCommit(repository.objects, tip).tree
  const placeIn = notePlace(repository, tip)
  const blobs: GitObject[] = []
  const changes: TreeChange[] = []
  for (const [commit, added] of linesByCommit(additions)) {
    const place = placeIn(commit)
    const old = linesOf(ifAny(() => contentAt(repository.objects, place, commit)))
    const lines = new Set([...old, ...added.flatMap((line) => linesOf(utf8(line)))])
    if (lines.size === old.length) continue
    const blob = noteOf(lines)
    blobs.push(blob)
    const id = objectId(repository.crypto, repository.format, blob)
    changes.push({ path: place.path, entry: { mode: noteFileMode, id } })
  }
  if (!changes.length) return undefined
  const built = buildCommit(repository, {
    parents: tip ? [tip] : [],
    base,
    changes,
    author,
    committer: author,
    message: 'Notes added by ai-vcs\n',
  })
  return { ...built, objects: [...blobs, ...built.objects] }
}

function linesByCommit(additions: readonly NoteAddition[]): ReadonlyMap<ObjectId, readonly string[]> {
  const byCommit = new Map<ObjectId, readonly string[]>()
  for (const { commit, lines } of additions) byCommit.set(commit, [...(byCommit.get(commit) ?? []), ...lines])
  return byCommit
}

/** Where a note lies, and what lies there; or else where it belongs. */
interface NotePlace {
  readonly path: string
  readonly found?: TreeEntryValue
}

/** Where notes lie or belong below a tip. */
export function notePlace(
  { objects }: Pick<Stored, 'objects'>,
  tip: ObjectId | undefined,
): (commit: ObjectId) => NotePlace {
  if (!tip) return (commit) => ({ path: spread(commit) })
  const readTree = treesOf(objects)
  const root = readStoredCommit(objects, tip).tree
  return (commit) => placeOf(readTree, root, commit)
}

/** Where the note lies, or else where it belongs: in the folder that is there, or in a new one of two digits. */
function placeOf(readTree: ReadTree, root: ObjectId, commit: ObjectId): NotePlace {
  let tree = root
  let path = ''
  for (let rest: string = commit; ; rest = rest.slice(2)) {
    const folder = rest.slice(0, 2)
    const found = findInTree(readTree, tree, rest)
    if (found) return { path: path + rest, found }
    const below = path.length < 3 * maxFanout ? findInTree(readTree, tree, folder) : undefined
    if (below?.mode !== treeMode) return { path: path ? path + rest : spread(commit) }
    tree = below.id
    path += `${folder}/`
  }
}

function spread(commit: ObjectId): string {
  return `${commit.slice(0, 2)}/${commit.slice(2)}`
}

/**
 * Lines of a note; empty ones separate what git has concatenated. They are bytes, one unit each: whatever others have written
 * comes out as it went in, and sorts as git sorts it.
 */
export function linesOf(content: Uint8Array): readonly string[] {
  return Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1').split('\n').filter(Boolean)
}

/** The blob of a note with these lines. */
export function noteOf(lines: Iterable<string>): GitObject {
  const text = [...lines].sort().map((line) => `${line}\n`)
  return { type: 'blob', content: new Uint8Array(Buffer.from(text.join(''), 'latin1')) }
}

function treesOf(objects: Stored['objects']): ReadTree {
  return (id) => readStored(objects, 'tree', id)
}
