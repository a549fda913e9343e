export { mergeBytes, type MergeBytesInput, type MergeBytesResult } from './merge-bytes.ts'
export { mergeText } from './merge-text.ts'
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
