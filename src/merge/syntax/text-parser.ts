import type { LineTable } from '../lines.ts'
import type { Grammar } from './grammar.ts'
import type { SyntaxTree } from './syntax-tree.ts'

/**
 * A tree, which may hold errors; or why there is none: the text is longer, weighs more, takes more of the runtime's memory, or its tree is
 * deeper than is allowed. None of these depends on the machine or its speed, so peers come to the same.
 */
export type ParseOutcome =
  | { readonly status: 'parsed'; readonly tree: SyntaxTree; readonly weight: number }
  | { readonly status: 'gave-up'; readonly reason: 'length' | 'weight' | 'memory' | 'depth' }

/** Makes trees of texts of one language. */
export interface TextParser {
  readonly grammar: Grammar
  /** Never throws for what a text holds. */
  parse(text: string): ParseOutcome
  /**
   * For versions of one text, the base first: what they have in common may be parsed once. To be disposed before anything else is parsed. `lines`: where the
   * lines of these texts are known, or will be.
   */
  versions(lines?: LineTable): VersionParser
}

/** Parses versions of one text. */
export interface VersionParser extends Disposable {
  parse(text: string): ParseOutcome
}

/** Of a parser that knows no short cut. */
export function versionsOneByOne(parser: Pick<TextParser, 'parse'>): VersionParser {
  return { parse: (text) => parser.parse(text), [Symbol.dispose]: () => {} }
}
