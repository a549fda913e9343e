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
} from './merge-result.ts'
