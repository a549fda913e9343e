import type { Language } from './language.ts'
import { html as merge } from './rules/html.ts'

export const html: Language = {
  name: 'HTML',
  grammar: 'html',
  extensions: ['html', 'htm', 'xhtml'],
  names: [],
  interpreters: [],
  trivia: [],
  verbatim: ['element', 'script_element', 'style_element', 'quoted_attribute_value', 'doctype'],
  merge,
}
