import type { Language } from './language.ts'
import { python as merge } from './rules/python.ts'

export const python: Language = {
  name: 'Python',
  grammar: 'python',
  extensions: ['py', 'pyi', 'pyw'],
  names: ['SConstruct', 'SConscript', 'wscript'],
  interpreters: ['python', 'pypy'],
  trivia: ['comment', 'line_continuation'],
  verbatim: ['string'],
  merge,
}
