import type { Language } from './language.ts'
import { ruby as merge } from './rules/ruby.ts'

export const ruby: Language = {
  name: 'Ruby',
  grammar: 'ruby',
  extensions: ['rb', 'rake', 'gemspec', 'ru', 'podspec', 'builder', 'thor', 'jbuilder'],
  names: [
    'Gemfile',
    'Rakefile',
    'Vagrantfile',
    'Podfile',
    'Fastfile',
    'Guardfile',
    'Capfile',
    'Brewfile',
    'Berksfile',
    'Dangerfile',
    '.irbrc',
    '.pryrc',
  ],
  interpreters: ['ruby', 'jruby'],
  trivia: ['comment'],
  verbatim: [
    'string',
    'bare_string',
    'string_array',
    'symbol_array',
    'delimited_symbol',
    'subshell',
    'regex',
    'heredoc_body',
    'character',
  ],
  merge,
}
