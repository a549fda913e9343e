import assert from 'node:assert/strict'
import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import { readHead } from '../../../src/git/head.ts'
import { unfinishedOperation } from '../../../src/git/probe.ts'
import { GitSandbox, plainGit } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

describe('opening a repository', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  it('finds it from a folder below, and tells where everything lies', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ 'a/b/c': '1' })
    const repository = await sandbox.open(join(sandbox.folder, 'a/b'))
    const root = realpathSync(sandbox.folder)
    assert.equal(repository.workTree, root)
    assert.equal(repository.gitDir, join(root, '.git'))
    assert.equal(repository.commonDir, join(root, '.git'))
    assert.equal(repository.format, 'sha1')
    assert.equal(readHead(repository.gitDir, repository.refs).branch, 'refs/heads/main')
  })

  it('tells a linked work tree from what it shares', async () => {
    await using sandbox = new GitSandbox()
    const head = sandbox.commit({ a: '1' })
    const linked = sandbox.beside('linked')
    sandbox.git('worktree', 'add', '-q', '-b', 'other', linked)
    const repository = await sandbox.open(linked)
    assert.equal(repository.commonDir, join(realpathSync(sandbox.folder), '.git'))
    assert.equal(repository.gitDir, join(repository.commonDir, 'worktrees/linked'))
    assert.deepEqual(readHead(repository.gitDir, repository.refs), { branch: 'refs/heads/other', commit: head })
    sandbox.gitIn(linked, 'checkout', '-q', '--detach')
    assert.deepEqual(readHead(repository.gitDir, repository.refs), { branch: undefined, commit: head })
    assert.equal(repository.refs.read('HEAD'), head)
  })

  it('heeds GIT_DIR and GIT_WORK_TREE', async () => {
    await using sandbox = new GitSandbox()
    const elsewhere = sandbox.beside('elsewhere')
    mkdirSync(elsewhere)
    const env = { ...plainGit, GIT_DIR: join(sandbox.folder, '.git'), GIT_WORK_TREE: elsewhere }
    const repository = await sandbox.open(elsewhere, env)
    assert.equal(repository.workTree, realpathSync(elsewhere))
    assert.equal(repository.gitDir, join(realpathSync(sandbox.folder), '.git'))
  })

  it('refuses a folder without one, and the inside of one', async () => {
    await using sandbox = new GitSandbox(null)
    const isNone = (error: unknown) => AnvcsError.is(error, 'NOT_A_REPOSITORY')
    await assert.rejects(sandbox.open(), isNone)
    await assert.rejects(sandbox.open(sandbox.beside('missing')), isNone)
    await using other = new GitSandbox()
    await assert.rejects(other.open(join(other.folder, '.git')), isNone)
  })

  it('says so where git has to tell, and there is no such program', async () => {
    await using sandbox = new GitSandbox()
    const env = { ...plainGit, PATH: sandbox.folder, GIT_CONFIG_COUNT: '0' }
    await assert.rejects(sandbox.open(sandbox.folder, env), (error) => AnvcsError.is(error, 'GIT_MISSING'))
  })

  it('says so where there is no work tree', async () => {
    await using sandbox = new GitSandbox()
    sandbox.git('config', 'core.bare', 'true')
    await assert.rejects(sandbox.open(), (error) => AnvcsError.is(error, 'WORK_TREE_MISSING'))
  })

  const unsupported: readonly (readonly [string, RegExp, (sandbox: GitSandbox) => void])[] = [
    [
      'a format version of the future',
      /version.*2/,
      (sandbox) => sandbox.git('config', 'core.repositoryformatversion', '2'),
    ],
    [
      'refs in a format of their own',
      /refstorage/,
      (sandbox) => {
        sandbox.git('config', 'extensions.refStorage', 'reftable')
        sandbox.git('config', 'core.repositoryformatversion', '1')
      },
    ],
    [
      'an extension that nobody knows, even where git does not look at it',
      /novelty/,
      (sandbox) => sandbox.git('config', 'extensions.novelty', 'true'),
    ],
  ]
  for (const [name, pattern, change] of unsupported)
    it(`refuses ${name} by name`, async () => {
      await using sandbox = new GitSandbox()
      change(sandbox)
      await assert.rejects(
        sandbox.open(),
        (error) => AnvcsError.is(error, 'REPOSITORY_UNSUPPORTED') && pattern.test(error.message),
      )
    })

  it('knows what Git is in the middle of', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ a: '1' })
    const base = sandbox.commit({ a: 'base' })
    sandbox.git('checkout', '-q', '-b', 'other')
    sandbox.commit({ a: 'other' })
    sandbox.git('checkout', '-q', 'main')
    sandbox.commit({ a: 'main' })
    const { gitDir } = await sandbox.open()
    assert.equal(unfinishedOperation(gitDir), undefined)
    for (const [begin, end, name] of [
      [['merge', 'other'], ['merge', '--abort'], 'a merge'],
      [['rebase', 'other'], ['rebase', '--abort'], 'a rebase'],
      [['cherry-pick', 'other'], ['cherry-pick', '--abort'], 'a cherry-pick'],
      [['revert', '--no-edit', base], ['revert', '--abort'], 'a revert'],
      [['bisect', 'start', 'HEAD', 'HEAD~1'], ['bisect', 'reset'], 'a bisect'],
    ] as const) {
      try {
        sandbox.git(...begin)
      } catch {
        // The conflict is what we want.
      }
      assert.equal(unfinishedOperation(gitDir), name)
      sandbox.git(...end)
      assert.equal(unfinishedOperation(gitDir), undefined)
    }
  })
})

describe("git's configuration", function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  it('is read as git reads it, and changed for this repository only', async () => {
    await using sandbox = new GitSandbox()
    sandbox.git('config', 'core.autocrlf', 'input')
    sandbox.git('config', 'section.Sub.Part.key', 'two\nlines')
    sandbox.git('config', '--add', 'notes.displayRef', 'refs/notes/a')
    const { config } = await sandbox.open()
    assert.equal(config.get('core.autocrlf'), 'input')
    assert.equal(config.get('section.Sub.Part.key'), 'two\nlines')
    assert.equal(config.isTrue('core.bare', true), false)
    assert.equal(config.isTrue('core.nothing', true), true)
    await config.add('notes.displayref', 'refs/notes/ai-vcs')
    await config.add('notes.displayref', 'refs/notes/ai-vcs')
    assert.equal(sandbox.git('config', '--get-all', 'notes.displayRef'), 'refs/notes/a\nrefs/notes/ai-vcs\n')
    await config.unset('notes.displayref', 'refs/notes/ai-vcs')
    await config.unset('notes.displayref', 'refs/notes/ai-vcs')
    assert.deepEqual(config.getAll('notes.displayref'), ['refs/notes/a'])
    await config.set('ai-vcs.test', 'a b')
    assert.equal(sandbox.git('config', '--local', 'ai-vcs.test'), 'a b\n')
  })
})
