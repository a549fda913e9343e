import type { SeededRandom } from '../../../src/lib/seeded-random.ts'
import type { Triple } from '../line-triples.ts'

export interface GeneratedTriple extends Triple {
  readonly path: string
  /** Both sides' edits made at once, where they are apart. */
  readonly together?: string | undefined
  /** Did a side write the whole in another style? Then a comment may find a place on one side alone. */
  readonly isRestyled?: boolean
  /** Words of which none stands for two things: one that a side deleted is not back by chance. Of code all are. */
  readonly telling?: RegExp
  /** Words that a merge may drop though one side alone has them: they are computed from the rest. */
  readonly computed?: RegExp
}

/** Makes triples of one kind of file, without an end, and tells what is such a file. */
export interface MergeDriver {
  triples(random: SeededRandom): Iterable<GeneratedTriple>
  isValid(text: string, path: string): boolean
  /** Whether what a conflict shows of a side is its lines; of data it may stand in the other side's layout. */
  readonly showsOwnLines?: boolean
  /** What else is wrong with a clean result. */
  faults?(triple: GeneratedTriple, text: string): readonly string[]
  /** Whether a text with conflicts is such a file, too. */
  readonly isValidInConflict?: boolean
}
