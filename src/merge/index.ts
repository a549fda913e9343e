export { mergeBytes, type MergeBytesInput, type MergeBytesResult } from './merge-bytes.ts'
export { createMergeText, type MergeText, type MergeTools } from './merge-text.ts'
export type { Finding } from './checks/finding.ts'
export type {
  ConflictEntry,
  ConflictLabels,
  ConflictReason,
  ConflictSide,
  ConflictStyle,
  LineRange,
  MergeCertificate,
  MergeCheck,
  MergeConflict,
  MergeTextInput,
  MergeTextResult,
  UnboundText,
} from './merge-result.ts'
export { createMergeTrees, type MergeTrees, type MergeTreesInput } from './trees/merge-trees.ts'
export type { FileTree, TreeFile } from './trees/file-tree.ts'
export type {
  MergeTreesResult,
  TreeCertificate,
  TreeCheck,
  TreeConflict,
  TreeConflictReason,
} from './trees/tree-result.ts'
export {
  createCheckAcross,
  createMoveEdits,
  type CheckAcross,
  type CheckAcrossInput,
  type MoveEdits,
  type MoveEditsInput,
} from './across/check-across.ts'
export type { MovedEdits } from './across/moved-edits.ts'
export type { AcrossResult } from './across/merge-across.ts'
export type { AcrossFinding, AcrossPlace, NewPlace } from './across/across-finding.ts'
export { createDescribeDiff, type DescribeDiff } from './semantic-diff/describe-diff.ts'
export type {
  ChangedPart,
  ChangeKind,
  DiffedFile,
  FileDescription,
  MediaManifest,
  Modality,
  OtherPlace,
  SemanticChange,
} from './semantic-diff/file-description.ts'
