import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isSafePath } from '../../../src/document/paths.ts'
import { isTreePath } from '../../../src/node/tree-path.ts'

const safe = [
  'a',
  'src/main.ts',
  '.gitignore',
  '.gitattributes',
  '.gitmodules',
  '.github/workflows/ci.yml',
  'a/.ai/b',
  '.aider.conf',
  '...a',
  'dir.git/config',
  'git/HEAD',
  'git~2',
  'gitx~1',
  'console.ts',
  'com10',
  'lpt',
  'nullable.ts',
  'a b/c d',
  'ümläut/日本語/😀.md',
  'a'.repeat(255),
]

const unsafe: readonly [string, readonly string[]][] = [
  ['nothing or an empty name', ['', '/', 'a//b', 'a/', '/a', '//server/share']],
  ['a name that leaves the folder', ['.', '..', '../a', 'a/..', 'a/../../b', './a', 'a/./b']],
  // CVE-2014-9390: cases and code points that HFS+ and NTFS do not see.
  [
    'a repository in other cases',
    ['.git', '.git/config', 'a/.git/hooks/post-checkout', '.GIT/config', '.Git', 'sub/.gIT'],
  ],
  [
    'a repository behind code points that HFS+ ignores',
    ['.g\u200Cit/config', '\u200D.git', '.git\uFEFF', '.\u206Fgi\u202Et'],
  ],
  ['a repository by its short name', ['git~1', 'GIT~1/config', 'a/Git~1']],
  // CVE-2019-1352, CVE-2019-1353: streams, and dots and spaces at the end.
  [
    'a repository by a stream or a padded name',
    ['.git::$INDEX_ALLOCATION/config', '.git ', '.git.', '.git. .', '.git...', 'git~1.', '.git:x'],
  ],
  ['`..` behind ignored code points', ['.\u200C.', '\uFEFF..', '\u200B/../a', '\u200C']],
  // CVE-2019-1354, CVE-2019-1351: separators and drives of Windows.
  ['separators and drives of Windows', ['a\\b', '..\\a', '.git\\config', 'C:/a', 'c:a', 'a:b', '\\\\server\\a']],
  [
    'devices of Windows',
    ['con', 'CON', 'aux.c', 'src/nul', 'NUL.txt', 'com1', 'COM9.log', 'lpt1', 'prn .txt', 'com\u00B9', 'conin$'],
  ],
  ['names that Windows shortens', ['a.', 'a ', 'a./b', 'dir /b', '...']],
  ['our own folder', ['.ai', '.ai/meta', '.AI/blobs/x', '.a\u200Ci/x', '.ai.', '.ai /x']],
  ['our temporary files', ['.ai-vcs-tmp-0', 'a/.ai-vcs-tmp-', '.AI-VCS-tmp-1', '.ai-vcs-tmp-x/a']],
  ['NUL and control characters', ['a\0', 'a\nb', '\u001B[2J', 'a\u007F', 'a\u0085', '\t']],
  ['half a pair', ['a\uD83D', '\uDE00']],
  ['too much', ['a'.repeat(256), 'é'.repeat(128), `${'a/'.repeat(2048)}b`, `${'é/'.repeat(1365)}é`]],
]

describe('a path from a peer', () => {
  for (const path of safe) it(`${JSON.stringify(path.slice(0, 40))} is safe`, () => assert.ok(isSafePath(path)))

  for (const [name, paths] of unsafe)
    it(`may not hold ${name}`, () => {
      for (const path of paths) assert.ok(!isSafePath(path), JSON.stringify(path))
    })

  it('is judged below any folder as it is at the top, but for our own folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (name) => {
        assert.equal(isSafePath(`folder/${name}`), isSafePath(name) || /^\.ai(\/|$)/i.test(name))
      }),
      { numRuns: 2000 },
    )
  })

  it('is one that the work tree takes, too: else it could never be written, and would be tried again without end', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(...safe, ...unsafe.flatMap(([, all]) => all)),
    )
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 3 }), (names) => {
        const path = names.join('/')
        if (isSafePath(path)) assert.ok(isTreePath(path), JSON.stringify(path))
      }),
      { numRuns: 20_000 },
    )
  })
})
