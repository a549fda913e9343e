import assert from 'node:assert/strict'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

const shape = (body: string): string =>
  `export class Shape {\n  name = 'shape'\n\n  area(): number {\n    return ${body}\n  }\n}\n`
const list = (...names: readonly string[]): string =>
  `export const all = {\n${names.map((name) => `  ${name}: 1,\n`).join('')}}\n`
const numbers = (first: string, last: string): string => `${first}\n2\n3\n4\n5\n6\n${last}\n`

describe('`ai-vcs merge --preview`', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    const base = {
      'shape.ts': shape('0'),
      'list.ts': list('one'),
      'both.txt': numbers('1', '7'),
      'gone.txt': 'a\n',
      'bytes.bin': '\0a',
    }
    await world.repository('repo', base)
    const commit = async (files: Readonly<Record<string, string | undefined>>) => {
      for (const [path, text] of Object.entries(files))
        await (text === undefined ? rm(world.path('repo', path)) : writeFile(world.path('repo', path), text))
      await world.git('repo', 'add', '-A')
      await world.git('repo', 'commit', '-q', '-m', 'change')
    }
    await world.git('repo', 'checkout', '-q', '-b', 'side')
    await commit({
      'shape.ts': shape('this.radius ** 2'),
      'list.ts': list('one', 'three'),
      'both.txt': numbers('1', 'seven'),
      'gone.txt': undefined,
      'bytes.bin': '\0b',
      'new.txt': 'new\n',
    })
    await world.git('repo', 'checkout', '-q', 'main')
    await commit({
      'shape.ts': shape('width * height'),
      'list.ts': list('one', 'two'),
      'both.txt': numbers('one', '7'),
      'gone.txt': 'b\n',
      'bytes.bin': '\0c',
    })
    await world.git('repo', 'branch', 'ahead', 'side')
  })
  after(() => world?.close())

  const json = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await world.here(['merge', ...args, '--preview', '--json'], { folder: 'repo' })
    assert.equal(stderr, '')
    return { status, preview: JSON.parse(stdout) }
  }

  it('tells of each file what would become of it', async () => {
    const { status, preview } = await json('side')
    assert.equal(status, 1)
    assert.equal(preview.outcome, 'conflict')
    assert.deepEqual(preview.files, [
      { path: 'both.txt', change: 'changed', status: 'merged' },
      { path: 'list.ts', change: 'changed', status: 'merged' },
      { path: 'new.txt', change: 'added', status: 'taken' },
    ])
    const reasons = preview.conflicts.map(({ path, reason }: { path: string; reason: string }) => [path, reason])
    assert.deepEqual(reasons, [
      ['bytes.bin', 'binary'],
      ['gone.txt', 'right-deleted'],
      ['shape.ts', 'text'],
    ])
  })

  it('tells of each conflict where it is, why, and what each side did', async () => {
    const { preview } = await json('side', 'into', 'main')
    const { conflicts, isMergedByDriver } = preview.conflicts[2]
    assert.equal(isMergedByDriver, undefined)
    assert.deepEqual(conflicts, [
      {
        reason: 'both-changed',
        entity: 'Shape.area',
        base: '    return 0\n',
        left: { text: '    return width * height\n', did: 'changed 1 line' },
        right: { text: '    return this.radius ** 2\n', did: 'changed 1 line' },
      },
    ])
  })

  it('tells what lines alone cannot merge, where `merge.default` has Git merge by lines', async () => {
    await world.git('repo', 'config', 'merge.default', 'text')
    const { preview } = await json('side')
    assert.equal(preview.conflicts[2].isMergedByDriver, true)
    assert.equal(preview.conflicts[2].conflicts[0].entity, 'all')
    const { stdout } = await world.here(['merge', 'side', '--preview'], { folder: 'repo' })
    assert.match(stdout, /^list\.ts: both sides changed it\n {2}in all: both sides added something in one place\n/m)
    assert.match(stdout, /Only its lines conflict: with `ai-vcs init --merge-driver`/)
    await world.git('repo', 'config', '--unset', 'merge.default')
  })

  it('changes nothing', async () => {
    const all = async () => [
      await world.git('repo', 'for-each-ref'),
      await world.git('repo', 'status', '--porcelain'),
      await world.git('repo', 'count-objects', '-v'),
      ...(await readdir(world.path('repo'), { recursive: true })).sort(),
    ]
    const before = await all()
    await json('side')
    assert.deepEqual(await all(), before)
  })

  it('tells where a branch would only move forward, or has it all', async () => {
    await world.git('repo', 'branch', 'behind', 'main~')
    const { status, preview } = await json('side', 'into', 'behind')
    assert.deepEqual([status, preview.outcome, preview.conflicts], [0, 'fast-forward', []])
    assert.deepEqual(preview.files[3], { path: 'list.ts', change: 'changed', status: 'taken' })
    assert.equal((await json('behind', 'into', 'side')).preview.outcome, 'up to date')
    assert.equal((await json('side', 'into', 'ahead')).preview.outcome, 'up to date')
  })
})
