import assert from 'node:assert/strict'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

const list = (...names: readonly string[]): string =>
  `export const all = {\n${names.map((name) => `  ${name}: 1,\n`).join('')}}\n`

describe('the merge driver of `init --merge-driver`', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('repo', { 'a.ts': list('one') })
    const commit = async (text: string) => {
      await writeFile(world.path('repo/a.ts'), text)
      await world.git('repo', 'commit', '-q', '-am', 'change')
    }
    await world.git('repo', 'checkout', '-q', '-b', 'side')
    await commit(list('one', 'three'))
    await world.git('repo', 'checkout', '-q', 'main')
    await commit(list('one', 'two'))
  })
  // This machine may have `ai-vcs` beside git.
  before(async () => {
    await mkdir(world.path('plain'))
    for (const name of ['git', 'sh']) await symlink(await pathOf(name), world.path('plain', name))
  })
  after(() => world?.close())

  const pathOf = async (name: string) => (await world.run('sh', ['-c', `command -v ${name}`])).stdout.trim()

  const merge = (env = {}) => world.run('git', ['merge', '-q', '--no-edit', 'side'], { folder: 'repo', env })
  const content = () => readFile(world.path('repo/a.ts'), 'utf8')

  it('merges by syntax what plain git cannot', async () => {
    assert.equal((await merge()).status, 1)
    await world.git('repo', 'merge', '--abort')
    const { status, stderr } = await world.here(['init', '--merge-driver'], { folder: 'repo' })
    assert.equal(status, 0, stderr)
    const merged = await merge()
    assert.deepEqual({ status: merged.status, stderr: merged.stderr }, { status: 0, stderr: '' })
    assert.equal(await content(), list('one', 'two', 'three'))
    await world.git('repo', 'reset', '-q', '--hard', 'HEAD~')
  })

  it('marks conflicts by the names that git hands over, or its own where it hands over none', async () => {
    await writeFile(world.path('repo/a.ts'), 'export const all = 1\n')
    await world.git('repo', 'commit', '-q', '-am', 'other')
    const { status } = await merge({
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'merge.conflictStyle',
      GIT_CONFIG_VALUE_0: 'diff3',
    })
    assert.equal(status, 1)
    const [, left, base, right] = /^<{7} ([^\n]*)$.*^\|{7} ([^\n]*)$.*^>{7} ([^\n]*)$/ms.exec(await content()) ?? []
    assert.ok((left === 'ours' && base === 'base' && right === 'theirs') || (left === 'HEAD' && right === 'side'))
    await world.git('repo', 'reset', '-q', '--hard', 'HEAD~')
  })

  it('leaves merges to git where the program is gone', async () => {
    const { status, stdout } = await merge({ PATH: world.path('plain') })
    assert.equal(status, 1)
    assert.match(stdout, /^CONFLICT \(content\)/m)
    assert.match(await content(), /^<{7} /m)
    await world.git('repo', 'merge', '--abort')
  })

  it('merges files whose names look like options', async () => {
    await world.repository('names', { '-ab': list('one'), '--json': list('one') })
    await world.here(['init', '--merge-driver'], { folder: 'names' })
    const commit = async (text: string) => {
      for (const name of ['-ab', '--json']) await writeFile(world.path(`names/${name}`), text)
      await world.git('names', 'commit', '-q', '-am', 'change')
    }
    await world.git('names', 'checkout', '-q', '-b', 'side')
    await commit(`${list('one')}\nside\n`)
    await world.git('names', 'checkout', '-q', 'main')
    await commit(`main\n${list('one')}`)
    const { status, stdout } = await world.run('git', ['merge', '-q', '--no-edit', 'side'], { folder: 'names' })
    assert.equal(status, 0, stdout)
    assert.equal(await readFile(world.path('names/-ab'), 'utf8'), `main\n${list('one')}\nside\n`)
  })

  it('leaves merges to git where the program breaks: nobody takes our side for the merged file', async () => {
    await mkdir(world.path('broken'))
    await writeFile(world.path('broken/ai-vcs'), '#!/bin/sh\nexit 70\n', { mode: 0o755 })
    assert.equal((await merge({ PATH: `${world.path('broken')}:${world.path('plain')}` })).status, 1)
    assert.match(await content(), /^<{7} .*^>{7} /ms)
    await world.git('repo', 'merge', '--abort')
  })

  it('leaves files to what their attributes name', async () => {
    await writeFile(world.path('repo/.git/info/attributes'), '*.ts merge=union\n')
    assert.equal((await merge()).status, 0)
    assert.equal(await content(), list('one', 'two', 'three'))
    await writeFile(world.path('repo/.git/info/attributes'), '*.ts -merge\n')
    await world.git('repo', 'reset', '-q', '--hard', 'HEAD~')
    assert.equal((await merge()).status, 1)
    assert.equal(await content(), list('one', 'two'))
    await world.git('repo', 'merge', '--abort')
    await writeFile(world.path('repo/.git/info/attributes'), '')
  })

  it('is taken away by `uninit`', async () => {
    assert.equal((await world.here(['uninit'], { folder: 'repo' })).status, 0)
    assert.equal((await world.run('git', ['config', '--get-regexp', '^merge[.]'], { folder: 'repo' })).stdout, '')
    assert.equal((await merge()).status, 1)
    await world.git('repo', 'merge', '--abort')
  })

  it("takes no place of the user's own", async () => {
    await world.git('repo', 'config', 'merge.default', 'mine')
    const { stderr } = await world.here(['init', '--merge-driver'], { folder: 'repo' })
    assert.match(stderr, /Git merges by mine here/)
    assert.equal(await world.git('repo', 'config', 'merge.default'), 'mine')
  })
})
