import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { GitMergeFile } from '../../../bench/git-merge-file.ts'
import { scoreMerges } from '../../../bench/merge-score.ts'
import { repositoryMerges } from '../../../bench/repository-merges.ts'
import { GitSandbox } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

describe('the merges of a repository, done again', function () {
  this.timeout(60_000)
  let sandbox: GitSandbox

  before(needsProgram('git'))
  before(() => {
    sandbox = new GitSandbox()
    commit('base', {
      'a.ts': '1\n2\n3\n',
      'src/b.py': '1\n2\n3\n',
      'one-side.ts': '1\n',
      'bytes.ts': '1\n',
      'gone.ts': '1\n',
    })
    sandbox.git('checkout', '-q', '-b', 'side')
    commit('right', { 'a.ts': '1\n2\nthree\n', 'src/b.py': '1\nright\n3\n', 'bytes.ts': 'r\0\n', 'gone.ts': '2\n' })
    sandbox.git('checkout', '-q', 'main')
    const left = {
      'a.ts': 'one\n2\n3\n',
      'src/b.py': '1\nleft\n3\n',
      'one-side.ts': '2\n',
      'bytes.ts': 'l\0\n',
      'gone.ts': '3\n',
    }
    commit('left', left)
    try {
      sandbox.git('merge', 'side')
    } catch {
      // As it is meant: a person has to solve it.
    }
    sandbox.git('rm', '-q', '-f', 'gone.ts')
    commit('merged', { 'src/b.py': '1\nboth\n3\n', 'bytes.ts': 'both\0\n' })
  })
  after(() => sandbox?.[Symbol.asyncDispose]())

  function commit(message: string, files: Readonly<Record<string, string>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(sandbox.folder, path)), { recursive: true })
      writeFileSync(join(sandbox.folder, path), content)
    }
    sandbox.git('add', '.')
    sandbox.git('commit', '-q', '-m', message)
  }

  it('are the texts that both sides changed, and what the person made of them', () => {
    const merge = sandbox.git('rev-parse', 'HEAD').slice(0, 10)
    assert.deepEqual(
      [...repositoryMerges(sandbox.folder)],
      [
        {
          id: `${merge}:a.ts`,
          language: 'ts',
          path: 'a.ts',
          base: '1\n2\n3\n',
          left: 'one\n2\n3\n',
          right: '1\n2\nthree\n',
          expected: 'one\n2\nthree\n',
          expectsConflict: false,
        },
        {
          id: `${merge}:src/b.py`,
          language: 'py',
          path: 'src/b.py',
          base: '1\n2\n3\n',
          left: '1\nleft\n3\n',
          right: '1\nright\n3\n',
          expected: '1\nboth\n3\n',
          expectsConflict: false,
        },
      ],
    )
  })

  it('are told by language and verdict', async () => {
    using git = new GitMergeFile()
    const { scores, differences } = await scoreMerges(repositoryMerges(sandbox.folder), git)
    assert.deepEqual(differences, [])
    assert.deepEqual(
      scores.map(({ language, cases, asGit, gitExactKept, ours }) => [
        language,
        cases,
        asGit,
        gitExactKept,
        ours.verdicts,
      ]),
      [
        ['py', 1, 1, 0, { exact: 0, space: 0, rightly: 0, conflict: 1, different: 0 }],
        ['ts', 1, 1, 1, { exact: 1, space: 0, rightly: 0, conflict: 0, different: 0 }],
        ['git conflicts', 1, 1, 0, { exact: 0, space: 0, rightly: 0, conflict: 1, different: 0 }],
        ['git clean', 1, 1, 1, { exact: 1, space: 0, rightly: 0, conflict: 0, different: 0 }],
        ['to 100 KB', 2, 2, 1, { exact: 1, space: 0, rightly: 0, conflict: 1, different: 0 }],
        ['all', 2, 2, 1, { exact: 1, space: 0, rightly: 0, conflict: 1, different: 0 }],
      ],
    )
  })
})
