import type { Language } from './language.ts'
import { c as merge } from './rules/c.ts'

export const c: Language = {
  name: 'C',
  grammar: 'c',
  extensions: ['c', 'h'],
  names: [],
  interpreters: ['tcc'],
  trivia: ['comment'],
  verbatim: ['string_literal', 'char_literal'],
  merge,
}
