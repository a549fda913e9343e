import type { Language } from './language.ts'
import { go as merge } from './rules/go.ts'

export const go: Language = {
  name: 'Go',
  grammar: 'go',
  extensions: ['go'],
  names: [],
  interpreters: [],
  trivia: ['comment'],
  verbatim: ['interpreted_string_literal', 'raw_string_literal'],
  merge,
}
