import type { Language } from './language.ts'
import { scala as merge } from './rules/scala.ts'

export const scala: Language = {
  name: 'Scala',
  grammar: 'scala',
  extensions: ['scala', 'sc', 'sbt'],
  names: [],
  interpreters: ['scala'],
  trivia: ['comment', 'block_comment'],
  verbatim: ['string', 'interpolated_string', 'interpolated_string_expression', 'character_literal'],
  merge,
}
