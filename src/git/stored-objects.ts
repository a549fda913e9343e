import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitObject, ObjectStore, ObjectType } from '../contracts/object-store.ts'
import { parseCommit, parseOddCommit, type ParsedCommit } from '../objects/commit.ts'

/** The content of an object that has to be here. Throws OBJECT_MISSING, or OBJECT_INVALID where it is of another type. */
export function readStored(objects: ObjectStore, type: ObjectType, id: ObjectId): Uint8Array {
  const object: GitObject | undefined = objects.read(id)
  if (!object) throw new AnvcsError('OBJECT_MISSING', { message: `The object ${id} is not here.`, details: { id } })
  if (object.type !== type) throw invalid(id, type)
  return object.content
}

/** A commit that has to be here, as git reads it (`parseOddCommit`). Throws as `readStored` does. */
export function readStoredCommit(objects: ObjectStore, id: ObjectId): ParsedCommit {
  const commit = parseOddCommit(readStored(objects, 'commit', id))
  if (!commit) throw invalid(id, 'commit')
  return commit
}

/** The same of a commit whose persons are to be taken over: one that is not well formed is OBJECT_INVALID, too. */
export function readPlainCommit(objects: ObjectStore, id: ObjectId): ParsedCommit {
  const commit = parseCommit(readStored(objects, 'commit', id))
  if (!commit) throw invalid(id, 'commit')
  return commit
}

function invalid(id: ObjectId, type: ObjectType): AnvcsError {
  return new AnvcsError('OBJECT_INVALID', { message: `The object ${id} is no valid ${type}.`, details: { id } })
}
