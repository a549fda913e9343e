import type { Finding } from '../checks/finding.ts'
import type { MergeCertificate, MergeConflict } from '../merge-result.ts'
import type { AcrossFinding } from '../across/across-finding.ts'
import type { FileTree } from './file-tree.ts'

/**
 * Why a path conflicts: by its text; because a side deleted what the other one changed or renamed; because both added it; because it is no text;
 * because the sides made different kinds of files of it; because both want its name, or names that differ in case alone, or each gave it another one; because one side put it into a
 * folder that the other one renamed.
 */
export type TreeConflictReason =
  | 'text'
  | 'left-deleted'
  | 'right-deleted'
  | 'both-added'
  | 'binary'
  | 'kind'
  | 'name'
  | 'folder-renamed'

/** A path that only people can decide about. */
export interface TreeConflict {
  readonly path: string
  readonly reason: TreeConflictReason
  /** Other paths that it is about. */
  readonly others?: readonly string[]
  /** Places in its text. */
  readonly conflicts: readonly MergeConflict[]
  /** What checks found wrong in what lines would have merged. */
  readonly findings?: readonly Finding[]
}

/**
 * What a clean merge of trees was checked for. `paths`: no path is wanted by two files. `files`: each file has a certificate of its own, or stands
 * on a side as it is. `across`: no file uses from another one what is no longer there. It is missing where the trees were too large to look.
 */
export type TreeCheck = 'paths' | 'files' | 'across'

export interface TreeCertificate {
  readonly version: number
  readonly checks: readonly TreeCheck[]
  /** Of the files that were merged, by path. */
  readonly files: ReadonlyMap<string, MergeCertificate>
}

/** The merged tree. With conflicts, files have markers, or what is left of them; of what is no text the left file stands. */
export type MergeTreesResult = {
  readonly files: FileTree
  /** Uses of other files that fit on each side and not in the merge: in a clean merge there are none. */
  readonly findings: readonly AcrossFinding[]
  /** Uses that followed what the other side renamed or moved. */
  readonly repaired: readonly AcrossFinding[]
} & (
  | { readonly status: 'clean'; readonly conflicts: readonly []; readonly certificate: TreeCertificate }
  | { readonly status: 'conflict'; readonly conflicts: readonly TreeConflict[] }
)
