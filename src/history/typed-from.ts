import type { FileId, ObjectId } from '../contracts/ids.ts'
import { isSameValue, type FileValue } from './file-value.ts'
import type { Layout } from './layout.ts'
import type { RoomHistory, TreeValue } from './room-history.ts'

/**
 * The value from which a file becomes what the tree of a commit holds of it. A file that is shown beside another stays there only as long
 * as that one keeps it from the path that both claim. Where the tree has nothing at that path, or the same, it counts as lying there: so the
 * virtual author gives it the path at which the commit has it.
 */
export function typedFrom(
  history: RoomHistory,
  layout: Layout,
  file: FileId,
  tree: ObjectId,
  target: TreeValue,
): FileValue {
  const value = layout.valueOf(file)
  const claimed = layout.secondClaims.get(file)
  if (claimed === undefined || value.path === undefined) return value
  const other = history.valueInTree(tree, claimed)
  const isKeptAway = other.path !== undefined && !isSameValue({ ...other, path: target.path }, target)
  return isKeptAway ? value : { ...value, path: claimed }
}
