import assert from 'node:assert/strict'
import { rename, symlink, truncate, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

const area =
  'export function area(w: number, h: number): number {\n  return checked(w) * checked(h) * factor(w, h, 12)\n}\n'

interface Told {
  readonly path: string
  readonly status: string
  readonly changes: readonly { readonly change: string; readonly name: string }[]
}

describe('`ai-vcs diff --semantic`', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  beforeEach(async () => {
    world = await CliWorld.make()
    await world.repository('repo', { 'a.ts': area, 'x.json': '{"a": 1}\n', 'x.bin': '\0one' })
  })
  afterEach(() => world?.close())

  const told = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const { status, stdout, stderr } = await world.here(['diff', '--semantic', '--json', ...args], {
      folder: 'repo',
      env,
    })
    assert.equal(status, 0, stderr)
    const { files, unmerged } = JSON.parse(stdout) as { files: readonly Told[]; unmerged: readonly string[] }
    const words = files.map(({ path, status: what, changes }) =>
      [path, what, ...changes.map(({ change, name }) => `${change} ${name}`)].join(' '),
    )
    return { words, unmerged, stderr }
  }
  const changeAll = async () => {
    await writeFile(world.path('repo/a.ts'), area.replace('area', 'surface'))
    await writeFile(world.path('repo/x.json'), '{"a": 2}\n')
    await writeFile(world.path('repo/x.bin'), '\0two!')
  }
  const all = ['a.ts modified renamed surface', 'x.bin modified', 'x.json modified changed /a']

  it('tells of a file that is too large to be looked into only that it differs', async () => {
    await truncate(world.path('repo/a.ts'), 3 * 2 ** 30)
    assert.deepEqual((await told([])).words, ['a.ts modified'])
  })

  it('compares the work tree, the index and commits, with git and without', async () => {
    await changeAll()
    const without = { PATH: world.path('home') }
    for (const env of [{}, without]) assert.deepEqual((await told([], env)).words, all)
    await world.git('repo', 'add', '-A')
    for (const env of [{}, without]) {
      assert.deepEqual((await told([], env)).words, [])
      assert.deepEqual((await told(['--staged'], env)).words, all)
      assert.deepEqual((await told(['HEAD', 'x.json'], env)).words, all.slice(2))
    }
    await world.git('repo', 'commit', '-qm', 'change')
    for (const env of [{}, without]) assert.deepEqual((await told(['HEAD~1..HEAD'], env)).words, all)
  })

  it('follows a renamed file, and shows links and submodules as what they point to', async () => {
    await rename(world.path('repo/a.ts'), world.path('repo/b.ts'))
    await symlink('b.ts', world.path('repo/link'))
    await world.git('repo', 'update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`)
    await world.git('repo', 'add', 'a.ts', 'b.ts', 'link')
    assert.deepEqual((await told(['--staged'])).words, ['b.ts renamed', 'link added added ', 'module added added '])
  })

  it('tells nothing of line ends that git converts', async () => {
    await world.git('repo', 'config', 'core.autocrlf', 'true')
    await writeFile(world.path('repo/a.ts'), area.replace('12', '13').replaceAll('\n', '\r\n'))
    assert.deepEqual((await told([])).words, ['a.ts modified changed area'])
  })

  it('leaves out what is in conflict, and says so', async () => {
    await world.git('repo', 'checkout', '-q', '-b', 'side')
    await writeFile(world.path('repo/x.json'), '{"a": 2}\n')
    await world.git('repo', 'commit', '-qam', 'two')
    await world.git('repo', 'checkout', '-q', 'main')
    await writeFile(world.path('repo/x.json'), '{"a": 3}\n')
    await world.git('repo', 'commit', '-qam', 'three')
    await assert.rejects(world.git('repo', 'merge', '-q', 'side'))
    const { unmerged, stderr } = await told([])
    assert.deepEqual(unmerged, ['x.json'])
    assert.match(stderr, /1 file in conflict left out/)
  })

  it('is text without colours where nobody wants them', async () => {
    await changeAll()
    const { stdout } = await world.here(['diff', '--semantic'], { folder: 'repo' })
    assert.equal(
      stdout.replaceAll(/[0-9a-f]{12}/g, 'HASH'),
      [
        'a.ts (TypeScript)',
        '  > function  surface  (renamed from area)  lines 1-3',
        '',
        'x.bin (binary)',
        '  - 4 bytes, sha256 HASH',
        '  + 5 bytes, sha256 HASH',
        '',
        'x.json (JSON)',
        '  ~ key  /a  1 -> 2  line 1',
        '',
      ].join('\n'),
    )
    const coloured = await world.here(['diff', '--semantic'], { folder: 'repo', env: { FORCE_COLOR: '1' } })
    assert.ok(coloured.stdout.includes('\u001b['))
  })

  it('is not told together with numbers of lines', async () => {
    const { status, stderr } = await world.here(['diff', '--semantic', '--stat'], { folder: 'repo' })
    assert.equal(status, 2)
    assert.match(stderr, /USAGE: A diff is of numbers or of what the files hold/)
  })
})
