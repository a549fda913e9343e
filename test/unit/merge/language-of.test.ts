import assert from 'node:assert/strict'
import { languageOf } from '../../../src/merge/languages/language-of.ts'
import { languages } from '../../../src/merge/languages/languages.ts'

describe('the language of a file', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['src/a.ts', '', 'TypeScript'],
    ['a.d.mts', '', 'TypeScript'],
    ['A.TSX', '', 'TSX'],
    ['lib/x.h', '', 'C'],
    ['lib/x.h', '/* This is for\n   using the library, a\n   class of its own\n   namespace or template. */\n', 'C'],
    ['lib/x.h', 'class A\n{\n};\n', 'C++'],
    ['lib/x.h', 'template <class T>\nusing B = T;\n', 'C++'],
    ['lib/x.h', '// a class of its own\nstruct namespace_a { int class; };\n', 'C'],
    ['lib/x.h', '#pragma once\n\nnamespace a {\n', 'C++'],
    ['lib/x.h', 'struct A {\n  public:\n', 'C++'],
    ['lib/x.c', 'class A {};\n', 'C'],
    ['x.h++', '', 'C++'],
    ['Gemfile', '', 'Ruby'],
    ['sub/Cargo.lock', '', 'TOML'],
    ['.bashrc', '', 'Bash'],
    ['.ts', '', undefined],
    ['ts', '', undefined],
    ['a.ts.orig', '', undefined],
    ['README.md', '#!/bin/sh\n', 'Markdown'],
    ['tool', '#!/usr/bin/env python3.11\nx = 1\n', 'Python'],
    ['tool', '#!/usr/bin/env -S FOO=1 node --flag\r\n', 'JavaScript'],
    ['tool', '#! /usr/local/bin/ruby -w', 'Ruby'],
    ['tool', ' #!/bin/sh\n', undefined],
    ['tool', '#!', undefined],
    ['tool', '#!/usr/bin/env', undefined],
    ['tool', `#!${' '.repeat(1000)}/bin/sh`, undefined],
    ['a.py', '#!/bin/sh\n', 'Python'],
    ['', '', undefined],
  ]
  for (const [path, text, expected] of cases)
    it(`of ${JSON.stringify(path)} ${JSON.stringify(text.slice(0, 50))} is ${expected ?? 'none'}`, () => {
      assert.equal(languageOf(path, text)?.name, expected)
    })

  it('is never two: no table takes what another has', () => {
    for (const key of ['extensions', 'names', 'interpreters'] as const) {
      const all = languages.flatMap((language) => [...language[key]])
      assert.deepEqual(all, [...new Set(all)])
    }
    assert.ok(languages.every(({ extensions }) => extensions.every((extension) => /^[a-z0-9+-]+$/.test(extension))))
  })
})
