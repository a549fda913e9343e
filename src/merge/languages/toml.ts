import type { Language } from './language.ts'

export const toml: Language = {
  name: 'TOML',
  grammar: 'toml',
  extensions: ['toml'],
  names: ['Cargo.lock', 'poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile', 'Gopkg.lock'],
  interpreters: [],
  trivia: ['comment'],
  verbatim: ['string', 'quoted_key'],
}
