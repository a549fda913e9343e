import assert from 'node:assert/strict'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

describe('without a git program', function () {
  this.timeout(120_000)
  let world: CliWorld

  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    await mkdir(world.path('work/folder'), { recursive: true })
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`folder/f${i}`, `${i}\n`]))
    await world.repository('work', { 'a.txt': 'one\n', 'b.txt': 'one\n', 'gone.txt': 'x\n', ...many })
    assert.equal((await world.here(['init'], { folder: 'work' })).status, 0)
  })
  after(() => world.close())

  const alone = (...args: readonly string[]) => world.here(args, { folder: 'work', env: { PATH: world.path('home') } })

  it('a plain repository is committed to, listed and verified, and git finds nothing wrong with it', async () => {
    await writeFile(world.path('work/a.txt'), 'two\n')
    await rm(world.path('work/gone.txt'))
    await writeFile(world.path('work/untracked.txt'), 'new\n')
    for (let i = 0; i < 40; i++) await writeFile(world.path(`work/folder/f${i}`), `changed ${i}\n`)
    await done('commit', '-a', '-m', 'of all', '--agent', 'ada')
    await writeFile(world.path('work/b.txt'), 'two\n')
    await writeFile(world.path('work/a.txt'), 'three\n')
    await done('commit', '-m', 'of one', 'b.txt')
    assert.match(await done('log'), /HEAD -> main[^]*of one[^]*of all[^]*ada[^]*first/)
    assert.match(await done('log', '--oneline', 'HEAD~1..main'), /^[0-9a-f]+ .*of one — Ada\n$/)
    assert.match(await done('verify'), /2 with a good signature, 2 with a record that it covers, .*0 findings/)
    const git = (...args: readonly string[]) => world.git('work', ...args)
    assert.equal(await git('status', '--porcelain'), 'M a.txt\n?? ai-vcs.config.yaml\n?? untracked.txt')
    await git('fsck', '--strict', '--no-dangling')
    await git('verify-commit', 'HEAD', 'HEAD~1')
    assert.equal(await git('log', '--format=%s'), 'of one\nof all\nfirst')
    assert.equal(await git('show', '--format=', '--name-status', 'HEAD'), 'M\tb.txt')
    assert.match(
      await git('show', '--format=', '--name-status', 'HEAD~1'),
      /^M\ta\.txt\n(?:M\tfolder\/f\d+\n){40}D\tgone\.txt$/,
    )
  })

  it('what only git can do is refused by name, and changes nothing', async () => {
    const before = await world.git('work', 'rev-parse', 'HEAD', 'refs/notes/ai-vcs')
    await writeFile(world.path('work/.gitattributes'), '* text=auto\n')
    for (const args of [['status'], ['diff'], ['checkout', 'HEAD~1'], ['add', 'a.txt'], ['commit', '-a', '-m', 'x']]) {
      const { status, stderr } = await alone(...args)
      assert.notEqual(status, 0, args.join(' '))
      assert.match(stderr, /GIT_MISSING/, args.join(' '))
    }
    await rm(world.path('work/.gitattributes'))
    assert.equal(await world.git('work', 'rev-parse', 'HEAD', 'refs/notes/ai-vcs'), before)
  })

  it('files behind a link that took the place of their folder are deleted, as git sees it', async () => {
    await rename(world.path('work/folder'), world.path('work/elsewhere'))
    await symlink('elsewhere', world.path('work/folder'))
    await done('commit', '-a', '-m', 'linked')
    assert.match(await world.git('work', 'show', '--format=', '--name-status', 'HEAD'), /^(?:D\tfolder\/f\d+\n?){40}$/m)
    assert.equal(await world.git('work', 'status', '--porcelain', '--untracked-files=no'), '')
  })

  async function done(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await alone(...args)
    assert.equal(status, 0, stderr)
    return stdout
  }
})
