import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

describe('ai-vcs with Git LFS', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  before(needsProgram('git-lfs'))
  beforeEach(async () => {
    world = await CliWorld.make()
  })
  afterEach(() => world?.close())

  const done = async (folder: string, ...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await world.here(args, { folder })
    assert.equal(status, 0, `${args.join(' ')}: ${stderr}`)
    return stdout
  }

  it('commits pointers, sends and fetches what they stand for, merges around them and takes a side', async () => {
    await world.git('.', 'lfs', 'install')
    await world.repository('repo', { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'a.txt': 'a\n' })
    await world.git('.', 'init', '-q', '--bare', 'hub.git')
    await world.git('repo', 'remote', 'add', 'origin', world.path('hub.git'))
    await done('repo', 'key', 'create')
    const write = async (folder: string, size: number): Promise<Buffer> => {
      const content = randomBytes(size)
      await writeFile(world.path(folder, 'big.bin'), content)
      return content
    }
    await write('repo', 30_000)
    await done('repo', 'add', '*.bin')
    await done('repo', 'commit', '-m', 'big')
    assert.match(
      await world.git('repo', 'cat-file', 'blob', 'HEAD:big.bin'),
      /^version https:\/\/git-lfs.*\noid .*\nsize 30000/,
    )
    assert.match(await done('repo', 'status'), /the work tree is clean/)
    await done('repo', 'push', 'origin', 'HEAD', '--yes')
    await world.git('.', 'clone', '-q', 'hub.git', 'clone')
    const theirs = await write('clone', 20_000)
    await done('clone', 'commit', '-a', '-m', 'other')
    await done('clone', 'push', '--yes')
    await writeFile(world.path('repo/a.txt'), 'b\n')
    await done('repo', 'commit', '-a', '-m', 'apart')
    await done('repo', 'pull', 'origin', 'main')
    assert.deepEqual(await readFile(world.path('repo/big.bin')), theirs)
    await done('repo', 'checkout', '-b', 'side')
    const side = await write('repo', 10_000)
    await done('repo', 'commit', '-m', 'side', 'big.bin')
    await done('repo', 'checkout', 'main')
    await write('repo', 11_000)
    await done('repo', 'commit', '-a', '-m', 'main')
    assert.equal((await world.here(['merge', 'side'], { folder: 'repo' })).status, 1)
    await done('repo', 'resolve', 'big.bin', '--right')
    await done('repo', 'commit', '-m', 'merged')
    assert.deepEqual(await readFile(world.path('repo/big.bin')), side)
    assert.equal(await world.git('repo', 'status', '--porcelain'), '')
    assert.match(await world.git('repo', 'lfs', 'fsck'), /OK/)
  })
})
