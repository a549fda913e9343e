import type { Language } from './language.ts'
import { thrift as merge } from './rules/thrift.ts'

export const thrift: Language = {
  name: 'Thrift',
  grammar: 'thrift',
  extensions: ['thrift'],
  names: [],
  interpreters: [],
  trivia: ['comment'],
  verbatim: [],
  merge,
}
