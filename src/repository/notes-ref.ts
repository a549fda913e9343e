import { addNotes, readNote, type NoteAddition } from '../git/notes.ts'
import type { ObjectId } from '../contracts/ids.ts'
import { AnvcsError } from '../contracts/errors.ts'
import type { GitRepository } from '../git/repository.ts'
import type { CommitPerson } from '../objects/commit.ts'

/** Where records lie. */
export const notesRef = 'refs/notes/ai-vcs'

const maxAttempts = 10

/** The lines of a commit's note. */
export function noteLines(repository: Pick<GitRepository, 'objects' | 'refs'>, commit: ObjectId): readonly string[] {
  return readNote(repository, repository.refs.read(notesRef), commit)
}

/** Adds lines to notes, all or none, whoever else writes notes meanwhile. */
export async function writeNotes(
  repository: GitRepository,
  additions: readonly NoteAddition[],
  author: CommitPerson,
): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const tip = repository.refs.read(notesRef)
    const built = addNotes(repository, tip, additions, author)
    if (!built) return
    await repository.objects.write(built.objects)
    if (await repository.refs.update([{ name: notesRef, expect: tip, to: built.commit }], 'ai-vcs: notes')) return
  }
  throw new AnvcsError('REF_MOVED', { message: 'The notes moved again and again.' })
}
