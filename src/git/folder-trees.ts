import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectStore } from '../contracts/object-store.ts'
import { findInTree, treeMode } from '../objects/tree.ts'
import type { FolderTrees } from './cache-tree.ts'
import { readStored } from './stored-objects.ts'

/** The trees of folders in a commit and in the one after it. */
export function folderTrees(objects: ObjectStore, before: ObjectId | undefined, after: ObjectId): FolderTrees {
  const find = (root: ObjectId | undefined, folder: string) => {
    if (!root || folder === '') return root
    const path = Buffer.from(folder, 'latin1').toString('utf8')
    const found = findInTree((id) => readStored(objects, 'tree', id), root, path)
    return found?.mode === treeMode ? found.id : undefined
  }
  return { before: (folder) => find(before, folder), after: (folder) => find(after, folder) }
}
