import type { ObjectId } from '../../src/contracts/ids.ts'
import { readNote } from '../../src/git/notes.ts'
import type { GitRepository } from '../../src/git/repository.ts'

/** The lines of a commit's note below a tip of notes, as text. */
export function noteTexts(
  repository: Pick<GitRepository, 'objects'>,
  tip: ObjectId | undefined,
  commit: ObjectId,
): readonly string[] {
  return new TextDecoder()
    .decode(readNote(repository, tip, commit))
    .split('\n')
    .filter(Boolean)
}
