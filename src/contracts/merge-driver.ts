/** A merge of one file's three texts, the same bytes at every peer for the same inputs and version. */
export interface MergeInput {
  readonly path: string
  readonly base: string
  readonly left: string
  readonly right: string
}

/**
 * A clean text, or one with conflict markers and their number; or `unready`, where what the merge needs is not loaded: whoever asks
 * calls `prepare` and asks again.
 */
export type MergeOutput =
  /** `certificate` names the checks that the text passed; without one there is no clean merge. */
  | { readonly status: 'clean'; readonly text: string; readonly certificate: string }
  | { readonly status: 'conflict'; readonly text: string; readonly conflicts: number }
  | { readonly status: 'unready' }

/**
 * The merge of files in rooms. `version` is the room's merge version: another result is another version. Merging is synchronous, as the
 * rules of a room are; it never answers something else because it is unready.
 */
export interface MergeDriver {
  readonly version: number
  merge(input: MergeInput): MergeOutput
  /** Loads what merges have asked for since. Rejects where it cannot be had; then they stay unready. */
  prepare(): Promise<void>
}

/** Drivers of several versions, at least one. */
export type MergeDrivers = readonly [MergeDriver, ...MergeDriver[]]
