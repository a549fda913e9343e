/** The lines between two lines of a file, each of which it holds once; an end that is left out is the file's. */
export interface Region {
  readonly after?: string
  readonly before?: string
}

/** One thing that a peer does to the files. A word is one operation. */
export type Step =
  | {
      readonly kind: 'word'
      readonly word: string
      /** Where the file lies, or where somebody may be moving it to meanwhile. */
      readonly paths: readonly string[]
      readonly region: Region
      /** What begins a line of words: the indentation, and a comment sign in source code. */
      readonly prefix: string
      /** A line of its own, or at the end of a line of words that stands there already. */
      readonly isNewLine: boolean
      /** In [0, 1): which of the places that fit. */
      readonly at: number
      /** Through the room as an agent types, or by saving the file on disk as any editor does. */
      readonly via: 'room' | 'disk'
    }
  | { readonly kind: 'create'; readonly path: string; readonly text: string }
  | { readonly kind: 'move'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }

/** What a peer is to do, one step after the other. */
export interface Script {
  readonly steps: readonly Step[]
  /** All begin at the same moment; wall time in ms. At once where it is left out. */
  readonly beginMs?: number
  /** Between two steps. */
  readonly pauseMs: number
}
