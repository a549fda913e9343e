import type { Language } from './language.ts'
import { typescript as merge } from './rules/typescript.ts'

export const typescript: Language = {
  name: 'TypeScript',
  grammar: 'typescript',
  extensions: ['ts', 'mts', 'cts'],
  names: [],
  interpreters: ['ts-node', 'tsx', 'deno', 'bun'],
  trivia: ['comment', 'html_comment'],
  verbatim: ['string', 'template_string', 'template_literal_type', 'regex'],
  merge,
}
