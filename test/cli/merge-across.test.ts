import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

const shop = (name: string, price = 'export function price() {\n  return 2\n}\n'): string =>
  `export function ${name}() {\n  const [one, two] = [1, 2]\n  return one + two + one * two\n}\n\n${price}`
const user = (name: string): string =>
  `import { ${name} } from './shop.ts'\n\nexport const first = ${name}()\n\nexport const rest = 1\n`
const till = (...names: readonly string[]): string =>
  `import { keep } from './store.ts'\n${names.map((name) => `import { ${name} } from './shop.ts'\n`).join('')}\nexport const all = [\n  keep(),\n${names.map((name) => `  ${name}(),\n`).join('')}]\n`
const store = 'export function keep() {\n  return 3\n}\n'

describe('`ai-vcs merge` of files that use each other', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  beforeEach(async () => {
    world = await CliWorld.make()
    await world.repository('repo', {
      'shop.ts': shop('load'),
      'user.ts': user('load'),
      'till.ts': till(),
      'store.ts': store,
    })
    await world.here(['init'], { folder: 'repo' })
    await world.git('repo', 'add', '-A')
    await world.git('repo', 'commit', '-q', '-m', 'init')
  })
  afterEach(() => world.close())

  const commit = async (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) await writeFile(world.path('repo', path), text)
    await world.git('repo', 'add', '-A')
    await world.git('repo', 'commit', '-q', '-m', 'change')
  }
  const sides = async (left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>) => {
    await world.git('repo', 'checkout', '-q', '-b', 'side')
    await commit(right)
    await world.git('repo', 'checkout', '-q', 'main')
    await commit(left)
  }
  const run = (...args: readonly string[]) => world.here(args, { folder: 'repo' })
  const text = (path: string) => readFile(world.path('repo', path), 'utf8')

  it('lets a new call follow a function that the other side renamed', async () => {
    await sides({ 'shop.ts': shop('read'), 'user.ts': user('read') }, { 'till.ts': till('load') })
    const before = await run('merge', 'side', '--preview')
    assert.equal(before.status, 0)
    assert.match(before.stdout, /^ {2}till\.ts:6: load is read now$/m)
    const { status, stdout } = await run('merge', 'side')
    assert.equal(status, 0)
    assert.match(stdout, /^ {2}till\.ts:6: load is read now$/m)
    assert.equal(await text('till.ts'), till('read'))
    assert.equal(await world.git('repo', 'status', '--porcelain'), '')
    assert.equal(await world.git('repo', 'show', 'HEAD:till.ts'), till('read').trim())
  })

  it('makes a change of statements in the function that the other side made of them in another file, or shows both places', async () => {
    const loop = (rows: string, value: string) =>
      `  let total = 0\n  for (const row of ${rows}) {\n    total += ${value}\n  }\n`
    const bill = (value: string, rest = '3') =>
      `${store.replace('3', rest)}\nexport function bill(items: Row[], rate: number) {\n  keep()\n${loop('items', value)}  return total * rate\n}\n`
    const called = `import { sum } from './till.ts'\n${bill('row.price').replace(loop('items', 'row.price'), '  const total = sum(items)\n')}`
    const sum = (value: string) =>
      `${till()}\nexport function sum(rows: Row[]) {\n${loop('rows', value)}  return total\n}\n`
    await commit({ 'store.ts': bill('row.price') })
    await sides({ 'store.ts': called, 'till.ts': sum('row.price') }, { 'store.ts': bill('row.price * row.count', '4') })
    await world.git('repo', 'branch', 'kept')
    const { status, stdout } = await run('merge', 'side')
    assert.equal(status, 0, stdout)
    assert.match(stdout, /^ {2}store\.ts:8: what was changed here is in sum in till\.ts now$/m)
    assert.equal(await text('till.ts'), sum('row.price * row.count'))
    assert.equal(await text('store.ts'), called.replace('return 3', 'return 4'))
    await world.git('repo', 'reset', '-q', '--hard', 'kept')
    await world.git('repo', 'checkout', '-q', 'side')
    await commit({ 'store.ts': bill('row.price * rate', '4') })
    await world.git('repo', 'checkout', '-q', 'main')
    const open = await run('merge', 'side')
    assert.equal(open.status, 1)
    assert.match(
      open.stdout,
      /^store\.ts:\d+: the left side has made the function sum of what was changed here\n {4}in till\.ts:7$/m,
    )
  })

  it('does not commit a call of what the other side deleted, and shows both places', async () => {
    await sides({ 'shop.ts': shop('load', '') }, { 'till.ts': till('price') })
    const preview = await run('merge', 'side', '--preview')
    assert.equal(preview.status, 1)
    assert.match(preview.stdout, /^side and main would not fit together$/m)
    const head = await world.git('repo', 'rev-parse', 'HEAD')
    const { status, stdout, stderr } = await run('merge', 'side')
    assert.equal(status, 1)
    assert.match(
      stdout,
      /^till\.ts:6: price is used here, and the left side has taken it away\n {4}declared in shop\.ts:6$/m,
    )
    assert.match(stderr, /without markers/)
    assert.equal(await world.git('repo', 'rev-parse', 'HEAD'), head)
    const explained = await run('explain', '--json')
    assert.deepEqual(JSON.parse(explained.stdout).findings, [
      {
        check: 'across',
        reason: 'deleted',
        name: 'price',
        by: 'left',
        certainty: 'certain',
        declared: { path: 'shop.ts', line: 5 },
        used: { path: 'till.ts', line: 5 },
      },
    ])
    await writeFile(world.path('repo', 'till.ts'), till())
    await world.git('repo', 'add', 'till.ts')
    assert.match((await run('explain')).stdout, /There are no conflicts/)
    await world.git('repo', 'commit', '-q', '--no-edit')
    assert.equal(await world.git('repo', 'status', '--porcelain'), '')
  })

  it('lets a new call follow in a file that the other side changed with the name, beside a conflict, and where hooks look on', async () => {
    const more = (name: string) => `${user(name)}\nexport const more = ${name}()\n`
    await sides(
      { 'shop.ts': shop('read'), 'user.ts': user('read'), 'store.ts': store.replace('3', '4') },
      { 'user.ts': more('load'), 'store.ts': store.replace('3', '5') },
    )
    const preview = JSON.parse((await run('merge', 'side', '--preview', '--json')).stdout)
    assert.deepEqual(
      preview.conflicts.map((each: { path: string }) => each.path),
      ['store.ts'],
    )
    assert.equal((await run('merge', 'side')).status, 1)
    assert.equal(await world.git('repo', 'status', '--porcelain'), 'UU store.ts\nM  user.ts')
    assert.equal(await text('user.ts'), more('read'))
    await world.git('repo', 'merge', '--abort')
    await commit({ 'store.ts': store.replace('3', '5') })
    const hook = world.path('repo', '.git/hooks/pre-merge-commit')
    await writeFile(hook, '#!/bin/sh\ngit show :user.ts > .git/seen\n', { mode: 0o755 })
    const { status, stdout } = await run('merge', 'side')
    assert.equal(status, 0)
    assert.match(stdout, /^ {2}user\.ts:7: load is read now$/m)
    assert.equal(await world.git('repo', 'show', 'HEAD:user.ts'), more('read').trim())
    assert.equal(await text('.git/seen'), more('read'))
    assert.equal(await world.git('repo', 'status', '--porcelain'), '')
  })

  it('makes a change where the other side has moved what it is in', async () => {
    const [price, rest] = ['export function price() {\n  return 2\n}\n', shop('load', '')]
    const keep = `${store}\n${price}`
    await sides({ 'shop.ts': rest, 'store.ts': keep }, { 'shop.ts': shop('load', price.replace('2', '3')) })
    const { status, stdout } = await run('merge', 'side')
    assert.equal(status, 0)
    assert.match(stdout, /^ {2}shop\.ts:6: price is in store\.ts now$/m)
    assert.equal(await text('store.ts'), keep.replace('2', '3'))
    assert.equal(await world.git('repo', 'status', '--porcelain'), '')
  })

  it('tells of uses that do not fit after a rebase', async () => {
    await world.git('.', 'clone', '-q', 'repo', 'ada')
    await world.here(['init'], { folder: 'ada' })
    await world.git('ada', 'config', 'pull.rebase', 'true')
    await writeFile(world.path('ada/till.ts'), till('load'))
    await world.git('ada', 'commit', '-q', '-a', '-m', 'use')
    await commit({ 'shop.ts': shop('read'), 'user.ts': user('read') })
    const { status, stdout, stderr } = await world.here(['pull'], { folder: 'ada' })
    assert.equal(status, 1)
    assert.match(
      stdout,
      /^Brought on top of origin\/main[^]*till\.ts:6: load is used here, and the right side has renamed it to read$/m,
    )
    assert.match(stderr, /do not fit together[^]*git reset --keep/)
    assert.equal(await world.git('ada', 'status', '--porcelain'), '')
    await world.git('ada', 'reset', '-q', '--hard', 'ORIG_HEAD')
    await world.git('ada', 'commit', '-q', '--amend', '-m', 'other', '--allow-empty')
    await world.git('ada', 'checkout', '-q', 'HEAD~1', '--', '.')
    await world.git('ada', 'commit', '-q', '-m', 'not used')
    assert.equal((await world.here(['pull'], { folder: 'ada' })).status, 0)
  })

  it('moves no branch that is not checked out', async () => {
    await sides({ 'shop.ts': shop('load', '') }, { 'till.ts': till('price') })
    await world.git('repo', 'checkout', '-q', '--detach')
    const { status, stdout, stderr } = await run('merge', 'side', 'into', 'main', '--json')
    assert.deepEqual([status, JSON.parse(stdout).outcome, JSON.parse(stdout).conflicts], [1, 'conflict', ['till.ts']])
    assert.match(stderr, /Nothing was changed/)
  })
})
