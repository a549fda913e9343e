import type { Language } from './language.ts'
import { css as merge } from './rules/css.ts'

export const css: Language = {
  name: 'CSS',
  grammar: 'css',
  extensions: ['css'],
  names: [],
  interpreters: [],
  trivia: ['comment', 'js_comment'],
  verbatim: ['string_value'],
  merge,
}
