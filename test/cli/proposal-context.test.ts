import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CodeElsewhere } from '../../src/contracts/merge-proposer.ts'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

const shape = (value: string) =>
  `import { area } from './area.ts'\nimport { unit } from './unit.ts'\n\nexport function size(): number {\n  return ${value}\n}\n`

/** Writes down what it is asked, and takes both sides. */
const program = (root: string) => `
const { appendFileSync, readFileSync } = require('node:fs')
const text = readFileSync(0, 'utf8')
appendFileSync('${root}/asked', text)
process.stdout.write(JSON.stringify({ v: 1, id: JSON.parse(text).id, candidates: [{ resolution: '  return area(1, 2) * unit + 1\\n' }] }))
`

describe('code of other files in a request for proposals', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  beforeEach(async () => {
    world = await CliWorld.make()
    await world.repository('repo', { 'notes.txt': 'x\n' })
    await write({
      'src/area.ts': 'export function area(a: number, b: number): number {\n  return a * b\n}\n',
      'src/unit.ts': 'export const unit = 1\n',
      'src/shape.ts': shape('area(1, 2)'),
      'src/user.ts': `import { size } from './shape.ts'\n\nexport const twice = 2 * size()\n`,
      'test/user.ts': `import { size } from '../src/shape.ts'\n\nexport const half = size() / 2\n`,
    })
    await world.here(['init'], { folder: 'repo' })
    await writeFile(world.path('proposer.cjs'), program(world.root))
    const command = `proposer:\n  command: ['${process.execPath}', '${world.path('proposer.cjs')}']\n  model: some-model\n`
    await writeFile(world.path('home/.anvcs/config.yaml'), `${command}  record: '${world.path('exchanges')}'\n`)
  })
  afterEach(() => world?.close())

  const run = (...args: readonly string[]) => world.here(args, { folder: 'repo' })
  const git = (...args: readonly string[]) => world.git('repo', ...args)
  const write = async (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(world.path('repo', path)), { recursive: true })
      await writeFile(world.path('repo', path), text)
    }
  }
  const commit = async (files: Readonly<Record<string, string>>) => {
    await write(files)
    await git('add', '-A')
    await git('commit', '-q', '-m', 'change')
  }
  /** Both sides change the one line of `size`, and other files besides. */
  const conflict = async (side: Readonly<Record<string, string>>, main: Readonly<Record<string, string>>) => {
    await commit({})
    await git('checkout', '-q', '-b', 'side')
    await commit({ 'src/shape.ts': shape('area(1, 2) * unit'), ...side })
    await git('checkout', '-q', 'main')
    await commit({ 'src/shape.ts': shape('area(1, 2) + 1'), ...main })
    assert.equal((await run('merge', 'side')).status, 1)
  }
  const propose = async (): Promise<readonly CodeElsewhere[]> => {
    const { status, stderr } = await run('resolve', 'src/shape.ts', '--propose')
    assert.deepEqual([status, stderr], [0, ''])
    return JSON.parse((await readFile(world.path('asked'), 'utf8')).trim().split('\n').at(-1)!).context.elsewhere
  }

  it('is what its names mean and who uses it, by side, as the commits have it, and the same each time', async () => {
    await conflict({ 'src/user.ts': `import { size } from './shape.ts'\n\nexport const twice = size() * 2\n` }, {})
    await write({ 'src/untracked.ts': `import { size } from './shape.ts'\nexport const u = size()\n` })
    await write({ 'src/unit.ts': 'export const unit = 7\n' })
    const elsewhere = await propose()
    assert.deepEqual(
      elsewhere.map(({ kind, side, path, names, text }: CodeElsewhere) => [kind, side, path, ...names, text]),
      [
        [
          'definition',
          'both',
          'src/area.ts',
          'area',
          'export function area(a: number, b: number): number {\n  return a * b\n}\n',
        ],
        ['definition', 'right', 'src/unit.ts', 'unit', 'export const unit = 1\n'],
        [
          'use',
          'left',
          'src/user.ts',
          'size',
          `import { size } from './shape.ts'\n\nexport const twice = 2 * size()\n`,
        ],
        [
          'use',
          'right',
          'src/user.ts',
          'size',
          `import { size } from './shape.ts'\n\nexport const twice = size() * 2\n`,
        ],
        [
          'use',
          'both',
          'test/user.ts',
          'size',
          `import { size } from '../src/shape.ts'\n\nexport const half = size() / 2\n`,
        ],
      ],
    )
    await writeFile(world.path('home/.anvcs/config.yaml'), `proposer:\n  replay: '${world.path('exchanges')}'\n`)
    assert.equal((await run('resolve', 'src/shape.ts', '--propose')).status, 0)
  })

  it('leaves out what is withheld, and files that seem to hold a secret', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`
    await conflict(
      {
        'src/user.ts': `import { size } from './shape.ts'\n\nexport const twice = size()\n\n\n\n\n\nconst t = '${token}'\n`,
      },
      { 'src/unit.ts': `export const unit = 1\n` },
    )
    await writeFile(
      world.path('home/.anvcs/config.yaml'),
      `${await readFile(world.path('home/.anvcs/config.yaml'), 'utf8')}proposals:\n  withhold: ['test/']\n`,
    )
    const elsewhere = await propose()
    assert.deepEqual(
      elsewhere.map(({ side, path }: CodeElsewhere) => `${side} ${path}`),
      ['both src/area.ts', 'right src/unit.ts', 'left src/user.ts'],
    )
  })

  it('is bounded: long pieces are cut at the end of a line, and what does not fit is left out', async () => {
    const lines = (count: number) => Array.from({ length: count }, (_, at) => `  const é${at} = ${at}\n`).join('')
    const users = Array.from({ length: 8 }, (_, at) => [
      `src/u${at}.ts`,
      `import { size } from './shape.ts'\nexport const u = size() // ${'x'.repeat(3000)}\n`,
    ])
    await conflict(
      { 'src/area.ts': `export function area(a: number, b: number): number {\n${lines(400)}  return a * b\n}\n` },
      Object.fromEntries(users),
    )
    const elsewhere = await propose()
    const bytes = elsewhere.map(({ text }) => Buffer.byteLength(text))
    assert.ok(bytes.every((each) => each <= 4096))
    const sum = bytes.reduce((all, each) => all + each, 0)
    assert.ok(sum > 12_000 && sum <= 16_384, `${sum}`)
    assert.deepEqual(
      elsewhere.flatMap(({ path, side, isCut }: CodeElsewhere) => (isCut ? [`${side} ${path}`] : [])),
      ['right src/area.ts'],
    )
  })
})
