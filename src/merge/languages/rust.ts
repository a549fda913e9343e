import type { Language } from './language.ts'
import { rust as merge } from './rules/rust.ts'

export const rust: Language = {
  name: 'Rust',
  grammar: 'rust',
  extensions: ['rs'],
  names: [],
  interpreters: [],
  trivia: ['line_comment', 'block_comment'],
  verbatim: ['string_literal', 'raw_string_literal', 'char_literal', 'token_tree', 'token_tree_pattern'],
  merge,
}
