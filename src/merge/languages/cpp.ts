import type { Language } from './language.ts'
import { cpp as merge } from './rules/c.ts'

export const cpp: Language = {
  name: 'C++',
  grammar: 'cpp',
  extensions: ['cc', 'cpp', 'cxx', 'c++', 'hh', 'hpp', 'hxx', 'h++', 'ipp', 'tpp', 'inl'],
  names: [],
  interpreters: [],
  trivia: ['comment'],
  verbatim: ['string_literal', 'raw_string_literal', 'char_literal'],
  merge,
}
