import type { Language } from './language.ts'
import { markdown as merge } from './rules/markdown.ts'

export const markdown: Language = {
  name: 'Markdown',
  grammar: 'markdown',
  extensions: ['md', 'markdown', 'mdown', 'mkd'],
  names: [],
  interpreters: [],
  trivia: [],
  verbatim: [],
  merge,
}
