/** A place in a file of a merge: `line` counts from 0. */
export interface AcrossPlace {
  readonly path: string
  readonly line: number
}

/** Where something is now. `type`: the type behind whose name it is used. */
export interface NewPlace {
  readonly name: string
  readonly path: string
  readonly type?: string
}

/**
 * A use in one file of something in another one that fits on the side that has it, and not in the merge: the other side renamed, moved or deleted what
 * is used, or takes other arguments. `doubled`: each side declares it in another file of one package. `extracted`, `inlined`: a
 * function of another file that was made of statements, or whose statements were put into another file, and the place in them that the other side changed.
 */
export interface AcrossFinding {
  readonly check: 'across'
  readonly reason: 'renamed' | 'moved' | 'deleted' | 'signature' | 'doubled' | 'extracted' | 'inlined'
  readonly name: string
  /** The side that did it. */
  readonly by: 'left' | 'right'
  /** Of what was renamed or moved: what it is called now, and the file that it is in. */
  readonly to?: NewPlace
  /** A guess is one by likeness: name or place changed, and the text too. */
  readonly certainty: 'certain' | 'guessed'
  /** Where the base declares it; of a signature, where the side that changed it does; of statements, the function that holds them now. */
  readonly declared: AcrossPlace
  /** Where the merge uses it. */
  readonly used: AcrossPlace
}
