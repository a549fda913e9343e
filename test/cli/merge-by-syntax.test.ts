import assert from 'node:assert/strict'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

const list = (...names: readonly string[]): string =>
  `export const all = {\n${names.map((name) => `  ${name}: 1,\n`).join('')}}\n`
const functions = (...bodies: readonly string[]): string =>
  bodies.map((body, at) => `export function part${at}(): number {\n  return ${body}\n}\n`).join('\n')

describe('a merge of `ai-vcs` where nothing was installed into Git', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    await world.here(['key', 'create'])
    await world.repository('repo', { 'a.ts': list('one'), 'b.ts': functions('1', '2') })
    await commit('side', { 'a.ts': list('one', 'three'), 'b.ts': functions('1', '20') })
    await commit('apart', { 'a.ts': list('one', 'three'), 'b.ts': functions('1', '2000') })
    await commit('main', { 'a.ts': list('one', 'two'), 'b.ts': functions('100', '2') })
  })
  after(() => world?.close())

  async function commit(branch: string, files: Readonly<Record<string, string>>, folder = 'repo'): Promise<void> {
    await world.git(folder, 'checkout', '-q', ...(branch === 'main' ? ['main'] : ['-b', branch, 'main']))
    for (const [path, text] of Object.entries(files)) await writeFile(world.path(`${folder}/${path}`), text)
    await world.git(folder, 'commit', '-q', '-a', '-m', branch)
  }

  const merge = (args: readonly string[] = ['side'], folder = 'repo') => world.here(['merge', ...args], { folder })
  const content = (path: string, folder = 'repo') => readFile(world.path(`${folder}/${path}`), 'utf8')
  const back = (folder = 'repo') => world.git(folder, 'reset', '-q', '--hard', 'main@{1}')

  it('is by syntax, where git has conflicts', async () => {
    const plain = await world.run('git', ['merge', '-q', 'side'], { folder: 'repo' })
    assert.equal(plain.status, 1)
    await world.git('repo', 'merge', '--abort')
    const { status, stderr } = await merge()
    assert.equal(status, 0, stderr)
    assert.equal(await content('a.ts'), list('one', 'two', 'three'))
    assert.equal(await content('b.ts'), functions('100', '20'))
    assert.equal(await world.git('repo', 'status', '--porcelain', '--untracked-files=no'), '')
    assert.doesNotMatch(await content('.git/config'), /merge/)
    await back()
  })

  it('is the same into a branch that is not checked out, in a preview, and with hooks', async () => {
    assert.equal((await merge(['side', '--preview'])).status, 0)
    await world.git('repo', 'branch', 'other', 'main')
    assert.equal((await merge(['side', 'into', 'other'])).status, 0)
    assert.equal(`${await world.git('repo', 'show', 'other:a.ts')}\n`, list('one', 'two', 'three'))
    const hook = world.path('repo/.git/hooks/pre-merge-commit')
    await writeFile(hook, '#!/bin/sh\n! git diff --cached --quiet HEAD\n')
    await chmod(hook, 0o755)
    assert.equal((await merge()).status, 0)
    assert.equal(await content('a.ts'), list('one', 'two', 'three'))
    await writeFile(hook, '')
    await chmod(hook, 0o644)
    await back()
  })

  it('leaves markers around what conflicts alone, with the names of both sides', async () => {
    await commit('main', { 'b.ts': functions('100', '200') })
    const { status, stdout } = await merge(['apart'])
    assert.equal(status, 1)
    assert.match(stdout, /conflict in:\n {2}b\.ts\n$/)
    assert.equal(await content('a.ts'), list('one', 'two', 'three'))
    const conflict = '<<<<<<< HEAD\n  return 200\n=======\n  return 2000\n>>>>>>> apart\n'
    assert.equal(await content('b.ts'), functions('100', '200').replace('  return 200\n', conflict))
    await world.git('repo', 'merge', '--abort')
    await world.git('repo', 'reset', '-q', '--hard', 'HEAD~')
  })

  it('does not take for clean what lines make of it and checks refuse', async () => {
    const json = (...keys: readonly string[]) => `{\n${keys.map((key) => `  "${key}": 1`).join(',\n')}\n}\n`
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    await world.repository('doubled', { 'a.json': json(...keys) })
    await commit('side', { 'a.json': json(...keys, 'new').replace('"new": 1', '"new": 2') }, 'doubled')
    await commit('main', { 'a.json': json('new', ...keys) }, 'doubled')
    assert.equal((await world.run('git', ['merge', '-q', '--no-edit', 'side'], { folder: 'doubled' })).status, 0)
    assert.equal((await content('a.json', 'doubled')).match(/"new"/g)?.length, 2)
    await back('doubled')
    assert.equal((await merge(['side'], 'doubled')).status, 1)
  })

  it('leaves files to what their attributes or `merge.default` name', async () => {
    const attributes = world.path('repo/.git/info/attributes')
    await writeFile(attributes, '*.ts -merge\n')
    const refused = await merge()
    assert.match(refused.stdout, /conflict in:\n {2}a\.ts\n {2}b\.ts\n$/)
    await world.git('repo', 'merge', '--abort')
    await writeFile(attributes, '')
    await world.git('repo', 'config', 'merge.default', 'mine')
    await world.git('repo', 'config', 'merge.mine.driver', 'cp %B %A')
    assert.equal((await merge()).status, 0)
    assert.equal(await content('a.ts'), list('one', 'three'))
    await back()
    await world.git('repo', 'config', '--unset', 'merge.default')
  })

  it('is by syntax where `pull` merges or rebases', async () => {
    for (const rebase of ['false', 'true']) {
      const folder = `pulled-${rebase}`
      await world.git('.', 'clone', '-q', 'repo', folder)
      await world.git(folder, 'checkout', '-q', '--track', 'origin/side')
      await world.git(folder, 'config', 'pull.rebase', rebase)
      await world.git(folder, 'config', 'branch.side.merge', 'refs/heads/main')
      const { status, stderr } = await world.here(['pull'], { folder })
      assert.equal(status, 0, stderr)
      const names = rebase === 'true' ? ['one', 'two', 'three'] : ['one', 'three', 'two']
      assert.equal(await content('a.ts', folder), list(...names))
    }
  })

  it('does not wait for what a hook of git leaves running', async () => {
    const folder = 'pulled-late'
    await world.git('.', 'clone', '-q', 'repo', folder)
    await world.git(folder, 'checkout', '-q', '--track', 'origin/side')
    await world.git(folder, 'config', 'pull.rebase', 'true')
    await world.git(folder, 'config', 'branch.side.merge', 'refs/heads/main')
    const hook = world.path(`${folder}/.git/hooks/post-rewrite`)
    await writeFile(hook, '#!/bin/sh\nsleep 600 </dev/null >/dev/null 2>&1 &\necho $! > .git/sleeps\n')
    await chmod(hook, 0o755)
    const { status, stderr } = await world.here(['pull'], { folder })
    assert.equal(status, 0, stderr)
    assert.ok(process.kill(Number(await content('.git/sleeps', folder))), 'it still runs')
  })
})
