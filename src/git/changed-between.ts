import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectStore } from '../contracts/object-store.ts'
import { diffTrees } from '../objects/tree-diff.ts'
import { readStored, readStoredCommit } from './stored-objects.ts'

/** Paths of the files that one commit has otherwise than another. Throws OBJECT_MISSING where one of them is not here. */
export function changedBetween(objects: ObjectStore, from: ObjectId, to: ObjectId): readonly string[] {
  const [before, after] = [from, to].map((commit) => readStoredCommit(objects, commit).tree)
  return diffTrees((id) => readStored(objects, 'tree', id), before, after).map(({ path }) => path)
}
