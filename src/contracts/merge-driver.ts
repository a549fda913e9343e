/** A merge of one file's three texts, the same bytes at every peer for the same inputs and version. */
export interface MergeInput {
  readonly path: string
  readonly base: string
  readonly left: string
  readonly right: string
}

/** A clean text, or one with conflict markers and their number. */
export type MergeOutput =
  /** `certificate` names the checks that the text passed; without one there is no clean merge. */
  | { readonly status: 'clean'; readonly text: string; readonly certificate: string }
  | { readonly status: 'conflict'; readonly text: string; readonly conflicts: number }

/** The merge of one kind of files. `version` is the room's merge version: another result is another version. */
export interface MergeDriver {
  readonly version: number
  merge(input: MergeInput): MergeOutput
}
