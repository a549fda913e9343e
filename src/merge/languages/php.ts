import type { Language } from './language.ts'
import { php as merge } from './rules/php.ts'

export const php: Language = {
  name: 'PHP',
  grammar: 'php',
  extensions: ['php', 'phtml', 'phpt'],
  names: [],
  interpreters: ['php'],
  trivia: ['comment'],
  verbatim: ['string', 'encapsed_string', 'heredoc', 'nowdoc', 'shell_command_expression', 'text_interpolation'],
  merge,
}
