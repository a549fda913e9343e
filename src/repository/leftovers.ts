import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { temporaryPrefix } from '../contracts/work-tree.ts'

/**
 * Removes temporary files that a killed run left beside files that it was about to replace. Only one process mirrors a work tree;
 * should another write there all the same, it tries again.
 */
export function removeLeftovers(workTree: string, untracked: readonly string[]): void {
  for (const path of untracked)
    if (basename(path).startsWith(temporaryPrefix)) rmSync(join(workTree, path), { force: true })
}
