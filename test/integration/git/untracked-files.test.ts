import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GitSandbox, plainGit } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

const hidden: NodeJS.ProcessEnv = { ...plainGit, PATH: '/nonexistent' }

describe('files that are not tracked', function () {
  this.timeout(60_000)
  before(needsProgram('git'))

  it('are found without git as with it: rules of folders, of the clone and of the user, repositories within', async () => {
    await using sandbox = new GitSandbox()
    sandbox.write('tracked.log', 'x')
    sandbox.write('built/kept', 'x')
    sandbox.git('add', '-f', '.')
    sandbox.commit({}, 'first')
    const home = sandbox.beside('home')
    mkdirSync(join(home, '.config/git'), { recursive: true })
    writeFileSync(join(home, '.config/git/ignore'), '*.swp\n!of-user\n')
    sandbox.write('.git/info/exclude', 'of-clone\nof-user\n')
    sandbox.write('.gitignore', '\ufeff*.log\r\n/built/\nout/\n!keep.log\n**/deep/x\n# no\nall/**\n')
    sandbox.write('sub/.gitignore', '!*.log\nb/c\n/top\n')
    const paths = ['a', 'a.log', 'keep.log', 'a.swp', 'of-clone', 'of-user', 'built/new', 'out/a', 'out/keep.log']
    const more = ['sub/a.log', 'sub/b/c', 'sub/top', 'sub/b/top', 'sub/out/a', 'x/deep/x', 'all/a/b', 'na me', 'ü']
    for (const path of [...paths, ...more]) sandbox.write(path, 'x')
    symlinkSync('a', join(sandbox.folder, 'link'))
    symlinkSync('sub', join(sandbox.folder, 'linked'))
    sandbox.write('rules', '*\n')
    symlinkSync('../rules', join(sandbox.folder, 'x/.gitignore'))
    sandbox.gitIn(sandbox.folder, 'init', '-q', 'nested')
    sandbox.write('nested/a', 'x')
    mkdirSync(join(sandbox.folder, 'empty'))
    const env = { HOME: home }
    const [ours, theirs] = await Promise.all(
      [hidden, plainGit].map(async (variables) => {
        const { index } = await sandbox.open(sandbox.folder, { ...variables, ...env })
        const asked = [...paths, ...more, 'tracked.log', 'built/kept', 'built', 'out', 'sub/missing.log', 'missing.log']
        return {
          untracked: await index.untracked(),
          ignored: [...(await index.ignored(asked))].sort(),
          staged: await index.staged(),
          some: await index.staged(['tracked.log', 'nothing']),
        }
      }),
    )
    assert.deepEqual(ours, theirs)
    assert.ok(theirs!.untracked.includes('nested/'))
    assert.ok(theirs!.ignored.length > 8)
  })

  it('are left to git where its rules have classes of letters by name', async () => {
    await using sandbox = new GitSandbox()
    sandbox.write('.gitignore', '[[:alpha:]]\n')
    const { index } = await sandbox.open(sandbox.folder, hidden)
    await assert.rejects(index.untracked(), { code: 'GIT_MISSING' })
  })

  it('and folders that are ignored whole are told', async () => {
    await using sandbox = new GitSandbox()
    sandbox.write('built/kept', 'x')
    sandbox.commit({ '.gitignore': 'out/\nbuilt/\nnode_modules\n' }, 'first')
    sandbox.git('add', '-f', 'built/kept')
    sandbox.write('logs/.gitignore', '*.log\n.gitignore\n')
    for (const path of ['logs/a.log', 'out/a', 'sub/out/b', 'node_modules/x/y', 'built/more']) sandbox.write(path, 'x')
    const [ours, theirs] = await Promise.all(
      [hidden, plainGit].map(async (env) =>
        [...(await (await sandbox.open(sandbox.folder, env)).index.ignoredFolders())].sort(),
      ),
    )
    assert.deepEqual(ours, theirs)
    assert.deepEqual(ours, ['node_modules', 'out', 'sub/out'])
  })
})
