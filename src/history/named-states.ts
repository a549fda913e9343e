import type { FileId } from '../contracts/ids.ts'
import type { FileState } from './file-state.ts'

/** The states that a committer names: of the files it commits. All others are as in the parents. */
export interface NamedStates {
  readonly states: ReadonlyMap<FileId, FileState>
  /** Staged in part: the parent's state, and a blob that is no state's text. */
  readonly partial: ReadonlySet<FileId>
  /** Where the commit has files that its parents have elsewhere, or not at all: who lacks their operations could not tell which is which. */
  readonly paths?: ReadonlyMap<FileId, string>
}
