import type { Language } from './language.ts'

export const yaml: Language = {
  name: 'YAML',
  grammar: 'yaml',
  extensions: ['yaml', 'yml'],
  names: ['.clang-format', '.clang-tidy', '.clangd', 'CITATION.cff', '.gemrc', 'glide.lock', 'pubspec.lock'],
  interpreters: [],
  trivia: ['comment'],
  verbatim: ['double_quote_scalar', 'single_quote_scalar', 'block_scalar', 'plain_scalar'],
}
