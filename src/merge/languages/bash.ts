import type { Language } from './language.ts'
import { bash as merge } from './rules/bash.ts'

export const bash: Language = {
  name: 'Bash',
  grammar: 'bash',
  extensions: ['sh', 'bash', 'ebuild'],
  names: [
    '.bashrc',
    '.bash_profile',
    '.bash_aliases',
    '.bash_login',
    '.bash_logout',
    '.profile',
    'PKGBUILD',
    'APKBUILD',
  ],
  interpreters: ['sh', 'bash', 'dash', 'ksh'],
  trivia: ['comment'],
  verbatim: [
    'string',
    'translated_string',
    'ansi_c_string',
    'heredoc_redirect',
    'heredoc_body',
    'herestring_redirect',
    'expansion',
    'regex',
  ],
  merge,
}
