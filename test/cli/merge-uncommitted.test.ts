import assert from 'node:assert/strict'
import { appendFile, chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

const shop = (name: string) => `export function ${name}(x: number): number {\n  return x + 1\n}\n`
const user = (name: string) => `import { ${name} } from './shop.ts'\nexport const z = ${name}(1)\n`

describe('merges beside what is not committed, and taken back', function () {
  this.timeout(60_000)
  let world: CliWorld
  let forked: string

  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    const files = {
      'shop.ts': shop('load'),
      'user.ts': 'export const z = 1\n',
      'a.txt': '1\n2\n3\n4\n',
      'b.txt': 'b\n',
    }
    await world.repository('repo', files)
    await world.here(['init'], { folder: 'repo' })
    await world.git('repo', 'add', '-A')
    await world.git('repo', 'commit', '-q', '-m', 'init')
    await world.git('repo', 'checkout', '-q', '-b', 'side')
    await commit({ 'shop.ts': shop('read'), 'a.txt': '1\n2\n3\nfour\n', 'new.txt': 'new\n' })
    await world.git('repo', 'checkout', '-q', 'main')
    await commit({ 'user.ts': user('load'), 'a.txt': 'one\n2\n3\n4\n' })
    forked = await head()
  })
  beforeEach(async () => {
    await world.git('repo', 'reset', '-q', '--hard', forked)
    await hook('')
  })
  after(() => world?.close())

  async function commit(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) await writeFile(world.path('repo', path), text)
    await world.git('repo', 'add', '-A')
    await world.git('repo', 'commit', '-q', '-m', 'change')
  }
  const ai = (...args: readonly string[]) => world.here(args, { folder: 'repo' })
  const head = () => world.git('repo', 'rev-parse', 'HEAD')
  const text = (path: string) => readFile(world.path('repo', path), 'utf8')
  const edit = (path: string) => appendFile(world.path('repo', path), 'my own\n')
  const status = () => world.git('repo', 'status', '--porcelain')
  async function hook(script: string): Promise<void> {
    const path = world.path('repo/.git/hooks/pre-merge-commit')
    await writeFile(path, script && `#!/bin/sh\n${script}\n`)
    await chmod(path, script ? 0o755 : 0o644)
  }

  for (const script of ['', 'exit 0']) {
    const how = script && ', with a hook'
    it(`leave changes in other files${how}, and nothing of them is lost`, async () => {
      await hook(script)
      await edit('b.txt')
      const merged = await ai('merge', 'side')
      assert.equal(merged.status, 0, merged.stderr)
      assert.equal(await text('b.txt'), 'b\nmy own\n')
      assert.equal(await text('user.ts'), user('read'))
      assert.equal(await status(), 'M b.txt')
    })

    it(`do not begin where a file would be written that has changes, be it one that follows a rename${how}`, async () => {
      await hook(script)
      for (const path of ['a.txt', 'user.ts']) {
        await edit(path)
        const before = await text(path)
        const refused = await ai('merge', 'side')
        assert.equal(refused.status, 1)
        assert.match(refused.stderr, new RegExp(`WORK_TREE_BUSY: Changes that .* overwritten: ${path}\\.`))
        assert.equal(await text(path), before)
        assert.equal(await head(), forked)
        await world.git('repo', 'checkout', '-q', path)
      }
    })

    it(`are taken back with their files, and what is not committed stays${how}`, async () => {
      await hook(script)
      await ai('merge', 'side')
      const merge = await head()
      await edit('a.txt')
      const refused = await ai('undo')
      assert.match(refused.stderr, /WORK_TREE_BUSY: Changes that are not committed lie in files of this merge/)
      assert.equal(await head(), merge)
      await world.git('repo', 'checkout', '-q', 'a.txt')
      await edit('b.txt')
      const undone = await ai('undo')
      assert.equal(undone.status, 0, undone.stderr)
      assert.match(undone.stdout, /^Took back on main: merge side: /)
      assert.match(undone.stdout, new RegExp(`\`git merge --ff-only ${merge.slice(0, 10)}\` brings it back`))
      assert.equal(await head(), forked)
      assert.equal(await status(), 'M b.txt')
      assert.equal(await text('user.ts'), user('load'))
    })
  }

  it('do not begin where something is staged, as git', async () => {
    await edit('b.txt')
    await world.git('repo', 'add', 'b.txt')
    const refused = await ai('merge', 'side')
    assert.match(refused.stderr, /WORK_TREE_BUSY: Changes are staged that are not committed: b\.txt\./)
    assert.equal(await status(), 'M  b.txt')
  })

  it('are told by a preview to be stopped by what stops them, and by nothing else', async () => {
    const blocked = async (env = {}) => {
      const { stdout, stderr } = await world.here(['merge', 'side', '--preview', '--json'], { folder: 'repo', env })
      assert.equal(stderr, '')
      return JSON.parse(stdout).blocked?.paths
    }
    const add = (path: string) => world.git('repo', 'add', path)
    await edit('b.txt')
    assert.equal(await blocked(), undefined)
    await edit('a.txt')
    await edit('user.ts')
    assert.deepEqual(await blocked(), ['a.txt', 'user.ts'])
    assert.match(
      (await ai('merge', 'side', '--preview')).stdout,
      /\nIt would not begin now: Changes that are not committed would be overwritten: a\.txt, user\.ts\.\n$/,
    )
    const autoStash = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'merge.autoStash', GIT_CONFIG_VALUE_0: 'true' }
    assert.equal(await blocked(autoStash), undefined)
    await add('b.txt')
    assert.deepEqual(await blocked(), ['b.txt'])
    await world.git('repo', 'reset', '-q', '--hard', 'main~1')
    assert.equal(await blocked(), undefined)
    await edit('b.txt')
    await add('b.txt')
    assert.equal(await blocked(), undefined, 'moving forward leaves what is staged')
    await edit('new.txt')
    assert.deepEqual(await blocked(), ['new.txt'])
    assert.match((await ai('merge', 'side')).stderr, /WORK_TREE_BUSY/)
    await rm(world.path('repo/new.txt'))
    await edit('a.txt')
    await add('a.txt')
    assert.deepEqual(await blocked(), ['a.txt'])
    assert.match((await ai('merge', 'side')).stderr, /WORK_TREE_BUSY/)
    await world.git('repo', 'checkout', '-q', '-b', 'elsewhere')
    const { stdout } = await ai('merge', 'side', 'into', 'main', '--preview', '--json')
    assert.equal(JSON.parse(stdout).blocked, undefined)
    await world.git('repo', 'checkout', '-q', '-f', 'main')
    await world.git('repo', 'branch', '-D', 'elsewhere')
  })

  it('put changes aside where git is told to', async () => {
    await edit('user.ts')
    const merged = await world.here(['merge', 'side'], {
      folder: 'repo',
      env: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'merge.autoStash', GIT_CONFIG_VALUE_0: 'true' },
    })
    assert.equal(merged.status, 0, merged.stderr)
    assert.match(await text('user.ts'), /my own/)
    await world.git('repo', 'reset', '-q', '--hard')
  })

  it('go on where the commit that ended one is taken back', async () => {
    await world.git('repo', 'merge', '-q', '--no-commit', 'side')
    assert.equal((await ai('commit', '-m', 'by hand')).status, 0)
    const { stdout } = await ai('undo', '--json')
    assert.equal((JSON.parse(stdout) as { files: string }).files, 'merging')
    assert.equal(await text('.git/MERGE_MSG'), 'by hand\n')
    assert.match((await ai('undo')).stderr, /in the middle of a merge/)
    assert.equal((await ai('commit')).status, 0)
    const parents = await world.git('repo', 'show', '-s', '--format=%P')
    assert.equal(parents, `${forked} ${await world.git('repo', 'rev-parse', 'side')}`)
    assert.equal((await world.git('repo', 'show', '-s', '--format=%B')).match(/AI-Meta/g)?.length, 1)
  })

  it('of histories that have nothing in common are none', async () => {
    const tree = await world.git('repo', 'rev-parse', 'HEAD^{tree}')
    const alone = await world.git('repo', 'commit-tree', '-m', 'alone', tree)
    for (const more of [[], ['--preview']]) {
      const refused = await ai('merge', alone, ...more)
      assert.equal(refused.status, 2)
      assert.match(refused.stderr, /USAGE: The histories of both have nothing in common\.\nhint: .*--allow-unrelated/)
    }
  })

  it('are taken back where they moved the branch forward', async () => {
    await world.git('repo', 'reset', '-q', '--hard', 'side~1')
    await ai('merge', 'side')
    assert.equal(await text('new.txt'), 'new\n')
    assert.equal((await ai('undo')).status, 0)
    assert.equal(await status(), '')
    await assert.rejects(text('new.txt'))
  })
})
