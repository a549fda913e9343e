import { toHex } from '../../lib/bytes.ts'
import type { MergeCertificate } from '../merge-result.ts'
import { createMergeText, type MergeTools } from '../merge-text.ts'
import type { ThreeTrees, TreeFile } from './file-tree.ts'
import { mergeFile } from './merge-file.ts'
import { placeFiles, renamesOf } from './place-files.ts'
import type { MergeTreesResult, TreeConflict } from './tree-result.ts'

/** Three trees; files that are alike are not read. */
export interface MergeTreesInput extends ThreeTrees {
  readonly signal?: AbortSignal | undefined
}

/**
 * Merges trees of files: renames and deletions as git's merge-ort means them, each file by `mergeText`. One file after the other is read; what was
 * merged is kept. An abort rejects with the reason of the signal.
 */
export type MergeTrees = (input: MergeTreesInput) => Promise<MergeTreesResult>

/** Raised with every change that gives the same trees another result. */
const version = 1

export function createMergeTrees(tools: MergeTools): MergeTrees {
  const mergeText = createMergeText(tools)
  const idOf = (content: Uint8Array): string => `merged ${toHex(tools.crypto.sha256(content))}`
  return async ({ signal, ...trees }) => {
    signal?.throwIfAborted()
    const renames = await renamesOf(trees)
    const files = new Map<string, TreeFile>()
    const conflicts: TreeConflict[] = []
    const certificates = new Map<string, MergeCertificate>()
    for (const placed of placeFiles(trees, renames)) {
      signal?.throwIfAborted()
      const { file, conflict, certificate } = await mergeFile(placed, { mergeText, idOf, signal })
      if (file && !files.has(placed.path)) files.set(placed.path, file)
      if (conflict) conflicts.push(conflict)
      if (certificate) certificates.set(placed.path, certificate)
    }
    const findings: readonly never[] = []
    if (conflicts.length > 0) return { status: 'conflict', files, conflicts, findings }
    const certificate = { version, checks: ['paths', 'files'] as const, files: certificates }
    return { status: 'clean', files, conflicts: [], findings, certificate }
  }
}
