import type { Language } from './language.ts'
import { swift as merge } from './rules/swift.ts'

export const swift: Language = {
  name: 'Swift',
  grammar: 'swift',
  extensions: ['swift'],
  names: [],
  interpreters: ['swift'],
  trivia: ['comment', 'multiline_comment'],
  verbatim: ['line_string_literal', 'multi_line_string_literal', 'raw_string_literal', 'regex_literal'],
  merge,
}
