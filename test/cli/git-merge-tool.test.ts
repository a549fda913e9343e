import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

const list = (...names: readonly string[]): string =>
  `export const all = {\n${names.map((name) => `  ${name}: 1,\n`).join('')}}\n`

describe('the merge tool of `init --merge-tool`', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('repo', { 'a.ts': list('one'), 'both.txt': 'one\n' })
    const commit = async (word: string) => {
      await writeFile(world.path('repo/a.ts'), list('one', word))
      await writeFile(world.path('repo/new file.ts'), list('one', word))
      await writeFile(world.path('repo/both.txt'), `${word}\n`)
      await world.git('repo', 'add', '-A')
      await world.git('repo', 'commit', '-q', '-m', word)
    }
    await world.git('repo', 'checkout', '-q', '-b', 'side')
    await commit('three')
    await world.git('repo', 'checkout', '-q', 'main')
    await commit('two')
    assert.equal((await world.here(['init', '--merge-tool'], { folder: 'repo' })).status, 0)
  })
  after(() => world?.close())

  it('resolves what merges by syntax, and leaves what does not with its markers', async () => {
    await assert.rejects(world.git('repo', 'merge', '-q', 'side'))
    const { stdout } = await world.run('git', ['mergetool', '-y', '-t', 'ai-vcs', 'a.ts'], { folder: 'repo' })
    assert.match(stdout, /Merging:\na\.ts/)
    assert.equal(await readFile(world.path('repo/a.ts'), 'utf8'), list('one', 'two', 'three'))
    const { status } = await world.run('git', ['mergetool', '-y', '-t', 'ai-vcs', 'both.txt'], { folder: 'repo' })
    assert.notEqual(status, 0)
    assert.match(await readFile(world.path('repo/both.txt'), 'utf8'), /^<{7} [^]*^>{7} /m)
    assert.equal(await world.git('repo', 'diff', '--name-only', '--diff-filter=U'), 'both.txt\nnew file.ts')
  })

  it('takes a file that both sides added', async () => {
    await world.run('git', ['mergetool', '-y', '-t', 'ai-vcs', 'new file.ts'], { folder: 'repo' })
    assert.equal(await world.git('repo', 'diff', '--name-only', '--diff-filter=U'), 'both.txt\nnew file.ts')
    assert.match(await readFile(world.path('repo/new file.ts'), 'utf8'), /^<{7} /m)
  })

  it('is taken away by uninit', async () => {
    assert.equal((await world.here(['uninit'], { folder: 'repo' })).status, 0)
    const { stdout } = await world.run('git', ['config', '--get-regexp', 'mergetool'], { folder: 'repo' })
    assert.equal(stdout, '')
  })
})
