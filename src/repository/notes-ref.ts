import { addNotes, notesTip, readNoteIfAny, type NoteAddition } from '../git/notes.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { fromUtf8 } from '../lib/bytes.ts'
import { splitNote } from '../provenance/note-line.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { GitRepository } from '../git/repository.ts'
import type { CommitPerson } from '../objects/commit.ts'

/** Where records lie. */
export const notesRef = 'refs/notes/ai-vcs'

const maxAttempts = 10

/** The bytes of a commit's note; none where it has none. */
export type NoteReader = (commit: ObjectId) => Uint8Array

/** Reads notes as they are now: what comes meanwhile is not seen, what is no note is passed over. */
export function noteReader(repository: Pick<GitRepository, 'objects' | 'refs'>): NoteReader {
  const tip = repository.refs.read(notesRef)
  return (commit) => readNoteIfAny(repository, tip, commit)
}

/** The lines of a commit's note; none that is not UTF-8 is a record or an attestation. */
export function noteLines(repository: Pick<GitRepository, 'objects' | 'refs'>, commit: ObjectId): readonly string[] {
  return splitNote(noteReader(repository)(commit)).flatMap((line) => fromUtf8(line) ?? [])
}

/** Adds lines to notes, all or none, whoever else writes notes meanwhile. */
export async function writeNotes(
  repository: GitRepository,
  additions: readonly NoteAddition[],
  author: CommitPerson,
): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const tip = notesTip(repository, notesRef)
    const built = addNotes(repository, tip, additions, author)
    if (!built) return
    await repository.objects.write(built.objects)
    if (await repository.refs.update([{ name: notesRef, expect: tip, to: built.commit }], 'ai-vcs: notes')) return
  }
  throw new AnvcsError('REF_MOVED', { message: 'The notes moved again and again.' })
}
