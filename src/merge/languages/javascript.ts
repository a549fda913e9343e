import type { Language } from './language.ts'
import { typescript as merge } from './rules/typescript.ts'

export const javascript: Language = {
  name: 'JavaScript',
  grammar: 'javascript',
  extensions: ['js', 'mjs', 'cjs', 'jsx'],
  names: ['Jakefile'],
  interpreters: ['node', 'nodejs'],
  trivia: ['comment', 'html_comment'],
  verbatim: ['string', 'template_string', 'regex'],
  merge,
}
