import type { Language } from './language.ts'
import { cpp as merge } from './rules/c.ts'

export const cpp: Language = {
  name: 'C++',
  grammar: 'cpp',
  extensions: ['cc', 'cpp', 'cxx', 'c++', 'hh', 'hpp', 'hxx', 'h++', 'ipp', 'tpp', 'inl'],
  names: [],
  interpreters: [],
  // Headers of both languages end alike.
  takes: {
    extension: 'h',
    holding:
      /^[ \t]*(?:class[ \t]+\w+\s*(?:final\s*)?[;:{]|namespace[ \t]+[\w:]*\s*\{|using[ \t]+(?:namespace\b|\w+[ \t]*=)|template[ \t]*<|(?:public|protected|private)[ \t]*:[ \t]*\r?$)/m,
  },
  trivia: ['comment'],
  verbatim: ['string_literal', 'raw_string_literal', 'char_literal'],
  merge,
}
