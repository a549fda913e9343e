import type { ObjectFormat } from '../contracts/object-store.ts'
import type { TreeChange } from '../objects/tree-edit.ts'
import { joinNul } from './git-lists.ts'

/** Changes as `git update-index -z --index-info` reads them: what it is given takes the place of all stages of a path. */
export function indexInfo(format: ObjectFormat, changes: readonly TreeChange[]): Uint8Array {
  const none = '0'.repeat(format === 'sha256' ? 64 : 40)
  return joinNul(
    changes.map(
      ({ path, entry }) => `${entry ? entry.mode.toString(8).padStart(6, '0') : '0'} ${entry?.id ?? none}\t${path}`,
    ),
  )
}
