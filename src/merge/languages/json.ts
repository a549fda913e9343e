import type { Language } from './language.ts'

export const json: Language = {
  name: 'JSON',
  grammar: 'json',
  extensions: ['json', 'jsonc', 'geojson', 'webmanifest', 'topojson', 'code-workspace', 'avsc', 'har'],
  names: [
    'composer.lock',
    '.babelrc',
    '.jshintrc',
    '.jscsrc',
    '.swcrc',
    '.watchmanconfig',
    '.arcconfig',
    '.lintstagedrc',
  ],
  interpreters: [],
  trivia: ['comment'],
  verbatim: ['string'],
}
