import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GitRepository } from '../../../src/git/repository.ts'
import { nameLeftBefore } from '../../../src/repository/revisions-directly.ts'
import { findCommit, findRange } from '../../../src/repository/run-git.ts'
import { GitSandbox, plainGit } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

/** A commit of a stream for `git fast-import`. */
function imported(mark: number, message: string, parents: readonly number[], branch = 'main'): string {
  const who = `A U Thor <author@example.com> ${1_700_000_000 + mark * 100} +0000`
  const [from, ...merged] = parents.map((parent, i) => `${i ? 'merge' : 'from'} :${parent}\n`)
  return `commit refs/heads/${branch}\nmark :${mark}\ncommitter ${who}\ndata ${message.length}\n${message}\n${from ?? ''}${merged.join('')}M 644 inline f${mark}\ndata 1\nx\n`
}

describe('revisions', function () {
  this.timeout(60_000)
  const sandbox = new GitSandbox()
  let ways: readonly GitRepository[]

  before(needsProgram('git'))
  before(async () => {
    const commits = [
      imported(1, 'first thing', []),
      imported(2, 'second (thing)\n\nbody of it', [1]),
      imported(3, 'on the side', [1], 'side'),
      imported(4, 'a merge', [2, 3]),
      imported(5, '!odd one', [4]),
      imported(6, 'apart', [3], 'side'),
      imported(7, 'first of nothing', [], 'other'),
    ]
    sandbox.gitWith(commits.join(''), 'fast-import', '--quiet')
    sandbox.git('update-ref', 'refs/remotes/origin/main', 'main~1')
    sandbox.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main')
    sandbox.git('tag', '-a', '-m', 'tag', 'v1', 'main^')
    sandbox.git('tag', '-a', '-m', 'tag of a tag', 'v2', 'v1')
    sandbox.git('tag', 'of-a-file', 'main:f1')
    sandbox.git('tag', 'side', 'main')
    for (const name of ['side', 'main', 'other', 'main~2', 'main']) sandbox.git('checkout', '-q', '--force', name, '--')
    const settings = '[remote "origin"]\n\turl = nowhere\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n'
    const follows = '[branch "main"]\n\tremote = origin\n\tmerge = refs/heads/main\n'
    writeFileSync(join(sandbox.folder, '.git/config'), settings + follows, { flag: 'a' })
    ways = [await sandbox.open(), await sandbox.open(sandbox.folder, { ...plainGit, PATH: '/nonexistent' })]
  })
  after(() => sandbox[Symbol.asyncDispose]())

  const known = new Map<string, readonly string[] | undefined>()
  /** What git prints of a word, or nothing where it names no commits. */
  function told(word: string): readonly string[] | undefined {
    if (!known.has(word)) known.set(word, ask(word))
    return known.get(word)
  }

  function ask(word: string): readonly string[] | undefined {
    try {
      const ids = sandbox.git('rev-parse', word, '--').replaceAll('^', '').split('\n').slice(0, -2)
      const peeled = ids.length ? sandbox.git('rev-parse', ...ids.map((id) => `${id}^{commit}`)) : ''
      return peeled.split('\n').filter(Boolean).sort()
    } catch {
      return undefined
    }
  }

  const short = () => sandbox.git('rev-parse', '--short=6', 'main~1').trim()
  const names = [
    'HEAD', '@', 'main', 'heads/side', 'side', 'refs/heads/other', 'v1', 'v2', 'v2^{}', 'v1^0', 'v1^{commit}', 'v1~1', 'origin', 'origin/main',
    'main~1^2', 'main~2^1~1', 'main^^', 'main^3', 'main~9', 'main^2', '@{u}', '@{upstream}', 'main@{U}', 'side@{u}', '@{-1}', '@{-2}', '@{-3}', '@{-9}',
    'HEAD@{1}', '@{0}', 'HEAD@{2}~1', 'HEAD@{99}', ':/first', ':/^first', ':/second (.)thing', ':/second .thing. *body', ':/!-a', ':/!!odd', ':/!odd', ':/nothing like it',
    'main^{/thing}', 'v1^{/thing}~1', 'main^{/!-odd}', 'main^{/nothing}', 'main^{/}', 'of-a-file', 'main:f1', 'main^{tree}', 'nothing', 'v1-3-gabcdef',
  ] // prettier-ignore
  const ranges = [
    'main..', 'main..side', 'side..', '..side', 'main...side', 'main...other', '^side', '^v1', 'main^!', 'main~1^!', 'main~1^-', 'main~1^-2', 'main~1^-3', 'main~1^@', 'main^-', 'other^@', 'other^!',
    'v2..main', ':/first..main', 'nothing..main', '..', '...', 'main^!x',
  ] // prettier-ignore

  it('name the same commits as in git, with and without a git program', async () => {
    const hinted = [...names, ...ranges, short(), `v1-3-g${short()}`, short().toUpperCase(), short().slice(0, 3)]
    for (const word of hinted)
      for (const way of ways) {
        const range = await findRange(way, word)
        const found =
          range && [...range.starts, ...range.excluded.map((id) => `^${id}`)].map((id) => id.replace('^', ''))
        assert.deepEqual(found?.sort(), told(word), word)
      }
  })

  it('leave out what the words say', async () => {
    for (const word of ranges.filter((word) => told(word)?.length)) {
      const listed = sandbox.git('rev-list', word)
      for (const way of ways) {
        const { starts, excluded } = (await findRange(way, word)) ?? assert.fail(word)
        const ids = [...starts, ...excluded.map((id) => `^${id}`)]
        assert.equal(sandbox.git('rev-list', ...ids), listed, word)
      }
    }
  })

  it('are one commit where one is asked for', async () => {
    for (const word of [...names, short()])
      for (const way of ways) {
        const [only, ...more] = told(word) ?? []
        assert.equal(await findCommit(way, word), word.includes('..') || more.length ? undefined : only, word)
      }
  })

  it('are found in a log of any length', async () => {
    const log = join(sandbox.folder, '.git/logs/HEAD')
    const before = readFileSync(log, 'utf8')
    const [from, to] = [sandbox.git('rev-parse', 'main~1').trim(), sandbox.git('rev-parse', 'main').trim()]
    const step = (message: string, old = to) => `${old} ${to} A <a@example.com> 1700000000 +0000\t${message}\n`
    writeFileSync(log, before + step('commit: one', from) + step('ai-vcs: follow 2').repeat(1000))
    for (const word of ['@{-1}', '@{-2}', 'HEAD@{999}', 'HEAD@{1000}', 'HEAD@{1003}'])
      assert.equal(await findCommit(ways[1]!, word), ask(word)?.[0] ?? assert.fail(word), word)
    assert.equal(nameLeftBefore(ways[0]!, 1), sandbox.git('rev-parse', 'main~2').trim())
    writeFileSync(log, before)
  })
})
