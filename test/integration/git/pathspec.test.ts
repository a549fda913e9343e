import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathMatcher } from '../../../src/git/pathspec.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { pathspecsOf } from '../../../src/repository/tree-path-of.ts'
import { GitSandbox } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

const files = [
  'a.ts', 'b.js', 'README', 'readme.md', 'a[b]/x.ts', 'a[b]/y.ts', 'ab/x.ts', 'src/a.ts', 'src/b.ts', 'src/deep/a.ts', 'src/deep/er/b.js', 'src/Readme.md', 'docs/a-b.md', 'docs/a]b', 'docs/*.md',
  'docs/back\\slash', 'docs/ü.md', 'new\nline.ts', ':(odd).ts', 'x y.ts', '1', '[', 'b/b/a', 'b/a/b', 'b/[a', 'a/b-', '!b', 'b!',
] // prettier-ignore

describe('paths of a command line', function () {
  this.timeout(60_000)
  const sandbox = new GitSandbox()

  before(needsProgram('git'))
  before(() => {
    const blob = sandbox.gitWith('x', 'hash-object', '-w', '--stdin').trim()
    const entries = files.map((path) => `100644 ${blob}\t${path}\0`).join('')
    sandbox.gitWith(entries, 'update-index', '-z', '--index-info')
    for (const folder of ['src', 'a[b]']) mkdirSync(join(sandbox.folder, folder))
  })
  after(() => sandbox[Symbol.asyncDispose]())

  async function agree(words: readonly string[], folder = '.', option?: string): Promise<number> {
    const place = join(sandbox.folder, folder)
    const listed = sandbox.gitIn(place, ...(option ? [option] : []), 'ls-files', '-z', '--full-name', '--', ...words)
    const env = option ? { [`GIT_${option.slice(2).replace('-', '_').toUpperCase()}`]: '1' } : {}
    const matches = pathMatcher(await pathspecsOf({ workTree: sandbox.folder, env }, place, words))
    const expected = listed.split('\0').filter(Boolean).sort()
    assert.deepEqual(files.filter(matches).sort(), expected, `${words.join(' ')} in ${folder}`)
    return expected.length
  }

  it('mean what they mean to git', async () => {
    const words = [
      'src', 'src/', '.', '*.ts', 'src/*.ts', 's*', '**/a.ts', 'src/**', '[ab].ts', '[!a]*.js', 'README', ':(icase)readme*', ':(icase)readme', ':(glob)*.ts', ':(glob)**/*.ts', ':(glob)src/**/b.js',
      ':(glob)src/**', ':(glob)src/*', ':(glob,icase)**/readme.md', ':(literal)docs/*.md', 'docs/*.md', 'docs/\\*.md', ':(literal):(odd).ts', ':/src', ':', ':(top)docs', 'docs/a]b', 'docs/[[]*', 'docs/a[]-]b*',
      'docs/[a-c]*', 'docs/[[:alpha:]]-*', '[[:digit:]]', 'docs/?.md', 'x*y.ts', '*\\\\*', 'a[b]', 'a[b]/x.ts', 'nothing*', '?',
    ] // prettier-ignore
    for (const word of words) await agree([word])
    for (const some of [
      ['*.ts', ':!src'],
      ['src', ':(exclude)src/deep'],
      [':!src', ':^docs'],
      ['*.ts', 'docs', ':(exclude,glob)*.ts'],
      [':(exclude,icase)*readme*'],
      [':!*.ts', '*'],
    ])
      // prettier-ignore
      assert.ok((await agree(some)) > 0)
    for (const word of ['*.ts', '.', ':/', ':/*.js', 'deep', '../docs/*', ':(top,glob)*.ts', ':(glob)*.ts'])
      await agree([word], 'src')
    for (const some of [['*.ts'], ['x.ts'], ['.', ':!x*'], ['.', ':!x.ts'], [':(glob)?.ts']])
      assert.ok((await agree(some, 'a[b]')) < 3)
  })

  it('mean what the variables of git say of all of them', async () => {
    const words = [
      '*.ts',
      'src/*.ts',
      'docs/*.md',
      'readme.MD',
      ':(glob)src/*.ts',
      ':(literal)docs/*.md',
      ':!src',
      'SRC',
    ]
    for (const option of ['--literal-pathspecs', '--glob-pathspecs', '--noglob-pathspecs', '--icase-pathspecs'])
      for (const word of words) await agree([word], '.', option)
  })

  it('mean it whatever stands in a pattern', async () => {
    const random = new SeededRandom(Number(process.env['SEED'] ?? 3))
    const parts = ['*', '**', '/', '?', '[', ']', '!', '-', '\\', 'a', 'b', 'ab', '**/', '/**', '[a-b]', '[!a]', '[^b]', '[]]', 'src', '.', 'ts', 'docs/'] // prettier-ignore
    for (let left = Number(process.env['WORDS'] ?? 60); left > 0; left--) {
      const pattern = Array.from({ length: 1 + random.below(6) }, () => parts[random.below(parts.length)]!).join('')
      if (/^\/|^\.{1,2}(?:\/|$)|\/\.{1,2}(?:\/|$)|\/\/|\/$|^!/.test(pattern)) continue
      await agree([random.below(2) ? `:(glob)${pattern}` : pattern])
    }
  })

  it('fit nothing where a class does not end, or names no letters', async () => {
    for (const word of ['[1\\]', '[!]', '[!a\\]', '[[:digit:]', '[![:digit:]', '[![:letters:]]', '[1[:letters:]]'])
      assert.equal(await agree([word]), 0, word)
  })

  it('are read at once, however many backslashes stand in them', () => {
    const beganMs = process.cpuUsage().user / 1000
    assert.equal(pathMatcher([`:(top)[${'\\'.repeat(60)}`])('a'), false)
    assert.ok(process.cpuUsage().user / 1000 - beganMs < 1000)
  })

  it('are refused where they say what is not known', async () => {
    for (const word of [':(attr:x)a', ':(glob,literal)a', ':(nonsense)a', '../x'])
      await assert.rejects(pathspecsOf({ workTree: sandbox.folder, env: {} }, sandbox.folder, [word]), {
        code: word === '../x' ? 'PATH_ESCAPES_TREE' : 'USAGE',
      })
  })
})
