/** A merge of one file's three texts, the same bytes at every peer for the same inputs and version. */
export interface MergeInput {
  readonly path: string
  readonly base: string
  readonly left: string
  readonly right: string
}

export type MergeOutput =
  /** `certificate` names the checks that the text passed; without one there is no clean merge. */
  | { readonly status: 'clean'; readonly text: string; readonly certificate: string }
  | { readonly status: 'conflict'; readonly text: string; readonly conflicts: number }

export interface MergeDriver {
  readonly version: number
  merge(input: MergeInput): MergeOutput
}
