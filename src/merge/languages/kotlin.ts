import type { Language } from './language.ts'
import { kotlin as merge } from './rules/kotlin.ts'

export const kotlin: Language = {
  name: 'Kotlin',
  grammar: 'kotlin',
  extensions: ['kt', 'kts'],
  names: [],
  interpreters: ['kotlin'],
  trivia: ['line_comment', 'block_comment'],
  verbatim: ['string_literal', 'multiline_string_literal', 'character_literal'],
  merge,
}
