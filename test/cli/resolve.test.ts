import assert from 'node:assert/strict'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

const code = (area: string, round: string): string =>
  `export class Shape {\n  area(): number {\n    return ${area}\n  }\n}\n\nexport const unit = 1\n\n` +
  `export function round(value: number): number {\n  return ${round}\n}\n`
const open = (condition: string): string => `export function f() {\n  if (${condition}) {\n    g()\n  }\n}\n`
const named = (name: string): string => `export const a = 1\n\nexport function ${name}\n`

describe('`ai-vcs explain` and `resolve`', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  beforeEach(async () => {
    world = await CliWorld.make()
    const files = {
      'code.ts': code('0', 'value'),
      'open.ts': open('a'),
      'gone.txt': 'a\n',
      'bytes.bin': '\0a',
      'keys.json': '{\n}\n',
    }
    await world.repository('repo', files)
    const commit = async (changes: Readonly<Record<string, string | undefined>>) => {
      for (const [path, text] of Object.entries(changes))
        await (text === undefined ? rm(world.path('repo', path)) : writeFile(world.path('repo', path), text))
      await world.git('repo', 'add', '-A')
      await world.git('repo', 'commit', '-q', '-m', 'change')
    }
    await world.git('repo', 'checkout', '-q', '-b', 'side')
    await commit({
      'code.ts': code('this.width * this.height', 'Math.round(value)'),
      'open.ts': open('a && c'),
      'gone.txt': undefined,
      'bytes.bin': '\0b',
      'keys.json': '{\n  "a": 2\n}\n',
      'new.ts': named('twice() {\n  return 2\n}'),
      'new.yaml': 'a: 2\n',
    })
    await world.git('repo', 'checkout', '-q', 'main')
    await commit({
      'code.ts': code('width * height', 'Math.floor(value)'),
      'open.ts': open('a && b'),
      'gone.txt': 'b\n',
      'bytes.bin': '\0c',
      'keys.json': '{\n  "a": 1\n}\n',
      'new.ts': named('twice() {\n  return 3\n}'),
      'new.yaml': 'a: 1\n',
    })
    assert.equal((await world.run('git', ['merge', '-q', 'side'], { folder: 'repo' })).status, 1)
  })
  afterEach(() => world?.close())

  const run = (...args: readonly string[]) => world.here(args, { folder: 'repo' })
  const content = (path: string) => readFile(world.path('repo', path), 'utf8')
  const unmerged = async () => (await world.git('repo', 'diff', '--name-only', '--diff-filter=U')).split('\n')
  const explain = async (...paths: readonly string[]) => {
    const { status, stdout, stderr } = await run('explain', ...paths, '--json')
    assert.deepEqual([status, stderr], [0, ''])
    return JSON.parse(stdout).files
  }
  const refused = async (args: readonly string[], message: RegExp) => {
    const before = [await world.git('repo', 'status', '--porcelain'), await content(args[0]!)]
    const { status, stderr } = await run('resolve', ...args)
    assert.notEqual(status, 0)
    assert.match(stderr, message)
    assert.deepEqual([await world.git('repo', 'status', '--porcelain'), await content(args[0]!)], before)
  }

  it('leaves a file as the work tree has it where a filter stores something else', async () => {
    const script = (from: string, to: string) => `sed '1s/^${from} /${to} /'`
    await world.git('repo', 'merge', '--abort')
    await world.git('repo', 'config', 'filter.id.clean', script('content', 'id'))
    await world.git('repo', 'config', 'filter.id.smudge', script('id', 'content'))
    await writeFile(world.path('repo/.git/info/attributes'), 'gone.txt filter=id\n')
    for (const [branch, from] of [
      ['ours', 'main'],
      ['theirs', 'main'],
    ]) {
      await world.git('repo', 'checkout', '-q', '-b', branch!, from!)
      await writeFile(world.path('repo/gone.txt'), `content ${branch}\n`)
      await world.git('repo', 'commit', '-q', '-a', '-m', 'filtered')
    }
    assert.equal((await run('merge', 'ours')).status, 1)
    const { status, stderr } = await run('resolve', 'gone.txt', '--right')
    assert.equal(status, 0, stderr)
    assert.equal(await world.git('repo', 'cat-file', 'blob', ':gone.txt'), 'id ours')
    assert.equal(await content('gone.txt'), 'content ours\n')
    assert.equal(await world.git('repo', 'diff', '--name-only'), '')
  })

  it('explains each conflict by its place, its declaration, its reason and what each side did', async () => {
    const [file] = await explain('code.ts')
    assert.deepEqual(file, {
      path: 'code.ts',
      reason: 'text',
      left: 'changed the file',
      right: 'changed the file',
      conflicts: [
        {
          reason: 'both-changed',
          lines: { from: 2, end: 7 },
          entity: 'Shape.area',
          base: '    return 0\n',
          left: { text: '    return width * height\n', did: 'changed 1 line' },
          right: { text: '    return this.width * this.height\n', did: 'changed 1 line' },
        },
        {
          reason: 'both-changed',
          lines: { from: 13, end: 18 },
          entity: 'round',
          base: '  return value\n',
          left: { text: '  return Math.floor(value)\n', did: 'changed 1 line' },
          right: { text: '  return Math.round(value)\n', did: 'changed 1 line' },
        },
      ],
    })
  })

  it('explains files of which no part is in question', async () => {
    const all = new Map<string, { reason: string; left: string; right: string }>(
      (await explain()).map((file: { path: string }) => [file.path, file]),
    )
    assert.deepEqual(
      [...all.keys()],
      ['bytes.bin', 'code.ts', 'gone.txt', 'keys.json', 'new.ts', 'new.yaml', 'open.ts'],
    )
    assert.equal(all.get('bytes.bin')!.reason, 'binary')
    const { reason, left, right } = all.get('gone.txt')!
    assert.deepEqual([reason, left, right], ['right-deleted', 'changed the file', 'deleted it, or moved it away'])
    assert.equal(all.get('new.ts')!.reason, 'both-added')
    const { stdout } = await run('explain', 'gone.txt')
    assert.match(stdout, /^gone\.txt: right deleted what left changed\n {4}left changed the file\n/)
  })

  it('resolves one conflict, and stages the file with the last', async () => {
    assert.match((await run('resolve', 'code.ts', '--right', '--conflict', '2')).stdout, /1 conflict left/)
    assert.match(await content('code.ts'), /^ {2}return Math\.round\(value\)$/m)
    assert.ok((await unmerged()).includes('code.ts'))
    assert.equal((await explain('code.ts'))[0].conflicts.length, 1)
    assert.match((await run('resolve', 'code.ts', '--left')).stdout, /code\.ts: 1 conflict resolved, staged/)
    assert.equal(await content('code.ts'), code('width * height', 'Math.round(value)'))
    assert.ok(!(await unmerged()).includes('code.ts'))
    assert.equal(await world.git('repo', 'show', ':code.ts'), (await content('code.ts')).trim())
  })

  it('writes nothing that would not parse, and leaves that to people', async () => {
    await refused(['open.ts', '--union'], /open\.ts: it would not parse/)
    await writeFile(world.path('repo/open.ts'), (await content('open.ts')).replace('  if (a && b) {\n', ''))
    await refused(['open.ts', '--left'], /it would not parse/)
    assert.equal((await run('resolve', 'open.ts', '--right')).status, 0)
    assert.equal(await content('open.ts'), open('a && c'))
  })

  it('writes nothing that declares a name or a key twice', async () => {
    await writeFile(
      world.path('repo/new.ts'),
      '<<<<<<< HEAD\nexport function twice() {\n  return 3\n}\n=======\nexport function twice() {\n  return 2\n}\n>>>>>>> side\n',
    )
    await refused(['new.ts', '--union'], /twice would be declared twice/)
    await writeFile(world.path('repo/keys.json'), '{\n<<<<<<< HEAD\n  "a": 1,\n=======\n  "a": 2\n>>>>>>> side\n}\n')
    await refused(['keys.json', '--union'], /a key would stand twice/)
    assert.equal((await run('resolve', 'keys.json', '--right')).status, 0)
    await refused(['new.yaml', '--union'], /a key would stand twice/)
  })

  it('takes files without markers whole', async () => {
    await refused(['bytes.bin', '--union'], /only a whole side/)
    assert.equal((await run('resolve', 'bytes.bin', '--right')).status, 0)
    assert.equal(await content('bytes.bin'), '\0b')
    assert.equal((await run('resolve', 'gone.txt', '--right')).status, 0)
    await assert.rejects(stat(world.path('repo/gone.txt')))
    assert.equal(await world.git('repo', 'ls-files', 'gone.txt'), '')
    assert.deepEqual(await unmerged(), ['code.ts', 'keys.json', 'new.ts', 'new.yaml', 'open.ts'])
  })

  it('overwrites nothing that somebody has edited', async () => {
    await writeFile(world.path('repo/gone.txt'), 'mine\n')
    await refused(['gone.txt', '--right'], /was edited/)
    await writeFile(world.path('repo/code.ts'), code('mine', 'mine'))
    await refused(['code.ts', '--right'], /was edited/)
    await writeFile(world.path('repo/open.ts'), '<<<<<<< HEAD\nhalf\n')
    await refused(['open.ts', '--right'], /markers in open\.ts are damaged/)
  })

  it('says what it was not told, and what there is not', async () => {
    await refused(['code.ts'], /Say what to take/)
    await refused(['code.ts', '--left', '--right'], /Say what to take/)
    await refused(['code.ts', '--left', '--conflict', '3'], /has conflicts 1 to 2, and no 3/)
    await refused(['code.ts', '--left', '--conflict', '0'], /and no 0/)
    await world.git('repo', 'merge', '--abort')
    await refused(['code.ts', '--left'], /code\.ts has no conflict/)
    assert.match((await run('explain')).stdout, /There are no conflicts/)
  })

  it('completes the paths that have conflicts', async () => {
    const { stdout } = await run('__complete', 'resolve', 'c')
    assert.match(stdout, /^code\.ts/m)
    assert.doesNotMatch(stdout, /open\.ts/)
  })
})
