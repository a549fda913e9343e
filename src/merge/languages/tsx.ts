import type { Language } from './language.ts'
import { typescript as merge } from './rules/typescript.ts'

export const tsx: Language = {
  name: 'TSX',
  grammar: 'tsx',
  extensions: ['tsx'],
  names: [],
  interpreters: [],
  trivia: ['comment', 'html_comment'],
  verbatim: ['string', 'template_string', 'template_literal_type', 'regex'],
  merge,
}
