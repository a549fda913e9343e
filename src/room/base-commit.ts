import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectFormat, ObjectStore } from '../contracts/object-store.ts'
import { objectFormatOf } from '../objects/object-id.ts'

/** Throws ROOM_MISMATCH where the base commit of a room is not in the repository. */
export function mustHaveBase(objects: ObjectStore, base: ObjectId, format: ObjectFormat): void {
  if (objects.format !== format || !objects.has(base)) throw mismatch(base)
}

/**
 * The same for who is no member yet, by what the ticket says: a store that takes the base from a peer need not have it. Asked
 * before anybody sees the ticket, since a member that sees it lets this device in, and one use of it is gone.
 */
export function mustReachBase(objects: ObjectStore, base: ObjectId): void {
  const format = objectFormatOf(base)
  if (!objects.takesBase) mustHaveBase(objects, base, format)
  else if (objects.format !== format) throw mismatch(base)
}

function mismatch(base: ObjectId): AnvcsError {
  return new AnvcsError('ROOM_MISMATCH', {
    message: `The room begins at commit ${base.slice(0, 12)}, which is not in this repository.`,
    details: { base },
  })
}
