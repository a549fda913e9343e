/** A merge of one file's three texts, the same bytes at every peer for the same inputs and version. */
export interface MergeInput {
  readonly path: string
  readonly base: string
  readonly left: string
  readonly right: string
}

/**
 * A clean text, or one with conflict markers and their number; or `unready`, where what the merge needs is not loaded, or it is computed
 * elsewhere: whoever asks calls `prepare` and asks again.
 */
export type MergeOutput =
  /** `certificate` names the checks that the text passed; without one there is no clean merge. */
  | { readonly status: 'clean'; readonly text: string; readonly certificate: string }
  | {
      readonly status: 'conflict'
      readonly text: string
      readonly conflicts: number
      /** A text that only names speak against, which lost what they mean: `mergeTrees` may find what became of them. */
      readonly unbound?: { readonly text: string; readonly names: readonly string[] } | undefined
    }
  | { readonly status: 'unready' }

/** A tree whose files can be read at once. */
export interface ReadableTree {
  readonly id: string
  /** Files by path, each with an id that is equal for equal contents, and its mode as Git writes it. */
  files(): ReadonlyMap<string, { readonly id: string; readonly mode: number; read(): Uint8Array }>
}

/** A merge of trees whose files are merged, one by one. */
export interface MergedTrees {
  readonly base: ReadableTree
  readonly left: ReadableTree
  readonly right: ReadableTree
  readonly merged: ReadableTree
  /** Paths that each side changed. */
  readonly changed: { readonly left: readonly string[]; readonly right: readonly string[] }
  /** Files of `merged` that are clean only if these names follow what they mean. */
  readonly unbound: ReadonlyMap<string, readonly string[]>
}

/** Texts that files have to get so that they fit together; or that they do not. */
export type TreesOutput =
  | { readonly status: 'clean'; readonly texts: ReadonlyMap<string, string> }
  | { readonly status: 'conflict' }
  | { readonly status: 'unready' }

/**
 * The merge of files in rooms. `version` is the room's merge version: another result is another version. Merging is synchronous, as the
 * rules of a room are; it never answers something else because it is unready.
 */
export interface MergeDriver {
  readonly version: number
  merge(input: MergeInput): MergeOutput
  /** What files use of each other. Without it a merge of trees is what its files are. */
  mergeTrees?(input: MergedTrees): TreesOutput
  /** Loads, or computes elsewhere, what merges have asked for since. Rejects where it cannot be had; then they stay unready. */
  prepare(): Promise<void>
}

/** Drivers of several versions, at least one. */
export type MergeDrivers = readonly [MergeDriver, ...MergeDriver[]]
