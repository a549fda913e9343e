import type { Language } from './language.ts'
import { cSharp as merge } from './rules/c-sharp.ts'

export const cSharp: Language = {
  name: 'C#',
  grammar: 'csharp',
  extensions: ['cs', 'csx'],
  names: [],
  interpreters: [],
  trivia: ['comment'],
  verbatim: [
    'string_literal',
    'verbatim_string_literal',
    'raw_string_literal',
    'interpolated_string_expression',
    'character_literal',
  ],
  merge,
}
