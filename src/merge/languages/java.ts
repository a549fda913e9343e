import type { Language } from './language.ts'
import { java as merge } from './rules/java.ts'

export const java: Language = {
  name: 'Java',
  grammar: 'java',
  extensions: ['java'],
  names: [],
  interpreters: [],
  trivia: ['line_comment', 'block_comment'],
  verbatim: ['string_literal', 'template_expression'],
  merge,
}
