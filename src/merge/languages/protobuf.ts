import type { Language } from './language.ts'
import { protobuf as merge } from './rules/protobuf.ts'

export const protobuf: Language = {
  name: 'Protocol Buffers',
  grammar: 'protobuf',
  extensions: ['proto'],
  names: [],
  interpreters: [],
  trivia: ['comment'],
  verbatim: [],
  merge,
}
