import assert from 'node:assert/strict'
import { chmodSync, lstatSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import { readConfigFiles } from '../../../src/git/config-files.ts'
import { parseConfig } from '../../../src/git/parse-config.ts'
import { GitSandbox, plainGit } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

const read = [
  '[core]\n\tbare = false\n\tfileMode\n[user]\n\tname = A U Thor # who\n\temail=a@example.com;x\n',
  '[remote "origin"]\n\turl = https://example.com/"a b".git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n',
  '[a]b = "in \\"quotes\\" # kept"\n[A.Sub]\n  Key = c\\\\d\\te\\\nf\n[x "Y\\"z\\\\"]\nk=\n',
  '; only\n# comments\n\n[s]\r\n\tk = v  \r\n',
  '[branch "ünï/code"]\n\tmerge = refs/heads/ünï\n\tk = " lead and trail "\n[multi]\nv=1\nv=2\n',
  '[a]\n\tk = x\u000b\n\tl=\u00a0x\u00a0\n\tm = \ufeffx\n',
]
const left = [
  '[a]\nb = two  spaces\n',
  '[include]\n\tpath = other\n',
  '[includeIf "gitdir:x"]\n\tpath = y\n',
  '[a\nb = c\n',
  '[a]\nb = "open\n',
  '[a]\n1b = c\n',
  'k = v\n',
  '[a]\nk ;c\n',
  '[a]\nk = a\rb\n',
]

describe('the files of Git configuration', function () {
  this.timeout(60_000)
  before(needsProgram('git'))

  it('are read as git reads them, or not at all', async () => {
    await using sandbox = new GitSandbox()
    const file = sandbox.beside('config')
    for (const text of read) {
      writeFileSync(file, text)
      const told = sandbox.git('config', '--no-includes', '--list', '-z', '-f', file).split('\0').slice(0, -1)
      const lines = parseConfig(text)?.map(([name, value]) => `${name}\n${value}`)
      // A key without a value is told without one; it means true.
      assert.deepEqual(
        lines,
        told.map((line) => (line.includes('\n') ? line : `${line}\ntrue`)),
        text,
      )
    }
    for (const text of left) assert.equal(parseConfig(text), undefined, text)
  })

  it('of all scopes make up what git tells', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ a: '1' })
    const linked = sandbox.beside('linked')
    sandbox.git('worktree', 'add', '-q', linked)
    sandbox.git('config', 'extensions.worktreeConfig', 'true')
    sandbox.gitIn(linked, 'config', '--worktree', 'a.b', 'of the work tree')
    const global = sandbox.beside('global')
    writeFileSync(global, '[a]\n\tb = of the user\n\tc = d\n')
    const env = { ...plainGit, GIT_CONFIG_GLOBAL: global }
    const commonDir = join(sandbox.folder, '.git')
    for (const gitDir of [commonDir, join(commonDir, 'worktrees/linked')]) {
      await using repository = await sandbox.open(gitDir === commonDir ? sandbox.folder : linked, env)
      const told = new TextDecoder().decode(await repository.git.run(['config', '--list', '-z']))
      const values = [...readConfigFiles({ gitDir, commonDir }, env)!].flatMap(([name, all]) =>
        all.map((value) => `${name}\n${value}`),
      )
      assert.deepEqual(values.sort(), told.split('\0').slice(0, -1).sort())
      assert.equal(repository.config.get('a.b'), gitDir === commonDir ? 'of the user' : 'of the work tree')
    }
    assert.equal(readConfigFiles({ gitDir: commonDir, commonDir }, { ...env, GIT_CONFIG_COUNT: '0' }), undefined)
  })

  it('and the places of a repository are found without git as git finds them', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ 'folder/a': '1' })
    const linked = sandbox.beside('linked')
    sandbox.git('worktree', 'add', '-q', linked)
    for (const path of [sandbox.folder, join(sandbox.folder, 'folder'), linked]) {
      const asked = sandbox.gitIn(
        path,
        'rev-parse',
        '--path-format=absolute',
        '--show-toplevel',
        '--git-dir',
        '--git-common-dir',
        '--git-path',
        'index',
      )
      // There is no program there.
      await using found = await sandbox.open(path, { ...plainGit, PATH: linked })
      assert.deepEqual([found.workTree, found.gitDir, found.commonDir, found.indexFile], asked.trimEnd().split('\n'))
    }
  })

  it('keep their permissions where a value is added without a git program, and a link to one is left alone', async () => {
    await using sandbox = new GitSandbox()
    const file = join(sandbox.folder, '.git/config')
    chmodSync(file, 0o600)
    const repository = await sandbox.open(sandbox.folder, { ...plainGit, PATH: '/nonexistent' })
    await repository.config.add('remote.origin.fetch', '+refs/a:refs/b')
    assert.equal(sandbox.git('config', 'remote.origin.fetch'), '+refs/a:refs/b\n')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    renameSync(file, sandbox.beside('config'))
    symlinkSync(sandbox.beside('config'), file)
    await assert.rejects(repository.config.add('a.b', 'c'), (error) => AnvcsError.is(error, 'GIT_MISSING'))
    assert.ok(lstatSync(file).isSymbolicLink())
  })
})
