/** A three-way merge of one file, and what is to come out. */
export interface MergeCase {
  readonly id: string
  readonly language: string
  readonly path: string
  readonly base: string
  readonly left: string
  readonly right: string
  /** What a person made of it. */
  readonly expected: string
  /** Is a conflict the right answer? */
  readonly expectsConflict: boolean
}

/** A named list of cases. */
export interface MergeCaseSet {
  readonly name: string
  readonly cases: Iterable<MergeCase>
}
