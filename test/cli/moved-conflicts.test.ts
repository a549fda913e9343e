import assert from 'node:assert/strict'
import { mkdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

const lines = (name: string, change?: string): string =>
  Array.from({ length: 9 }, (_, at) => (at === 4 && change ? `${change}\n` : `${name} ${at}\n`)).join('')

interface Explained {
  readonly path: string
  readonly reason: string
  readonly left: string
  readonly right: string
}

describe('conflicts of renames, links and folders', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('repo', { both: lines('b'), kept: lines('k'), edited: lines('e') })
    await mkdir(world.path('repo/old'))
    for (const name of ['1', '2']) await writeFile(world.path('repo/old', name), lines(name))
    await symlink('here', world.path('repo/link'))
    await commit()
    await git('checkout', '-q', '-b', 'side')
    await git('mv', 'both', 'right')
    await git('rm', '-q', 'kept', 'edited')
    await git('mv', 'old', 'new')
    await point('right')
    await commit()
    await git('checkout', '-q', 'main')
    await git('mv', 'both', 'left')
    await git('mv', 'kept', 'moved')
    await writeFile(world.path('repo/edited'), lines('e', 'mine'))
    await writeFile(world.path('repo/old/3'), lines('3'))
    await point('left')
    await commit()
  })
  after(() => world?.close())

  const git = (...args: readonly string[]) => world.git('repo', ...args)
  const run = (...args: readonly string[]) => world.here(args, { folder: 'repo' })
  async function commit(): Promise<void> {
    await git('add', '-A')
    await git('commit', '-q', '-m', 'change')
  }
  async function point(target: string): Promise<void> {
    await rm(world.path('repo/link'))
    await symlink(target, world.path('repo/link'))
  }

  const told = [
    ['both', 'name', 'renamed it to left', 'renamed it to right'],
    ['edited', 'right-deleted', 'changed the file', 'deleted it, or moved it away'],
    ['left', 'name', 'renamed both to it', 'renamed both to right'],
    ['link', 'link', 'changed the symbolic link to left', 'changed the symbolic link to right'],
    ['moved', 'right-deleted', 'renamed kept to it', 'deleted kept'],
    ['new/3', 'name', 'added old/3', 'renamed the folder old/ to new/'],
    ['right', 'name', 'renamed both to left', 'renamed both to it'],
  ]
  const facts = (all: readonly Explained[]) => all.map(({ path, reason, left, right }) => [path, reason, left, right])

  it('are told as what each side did, before and after the merge is begun', async () => {
    const preview = await run('merge', 'side', '--preview', '--json')
    assert.deepEqual(facts((JSON.parse(preview.stdout) as { conflicts: Explained[] }).conflicts), told)
    assert.equal((await run('merge', 'side')).status, 1)
    const { stdout } = await run('explain', '--json')
    assert.deepEqual(facts((JSON.parse(stdout) as { files: Explained[] }).files), told)
    assert.match((await run('explain', 'moved')).stdout, /^moved: right deleted what left renamed$/m)
  })

  it('are resolved path by path, as a side has each', async () => {
    for (const [path] of told) {
      const side = path === 'new/3' || path === 'edited' ? '--left' : '--right'
      const { status, stderr } = await run('resolve', path!, side)
      assert.equal(status, 0, stderr)
    }
    assert.equal(await git('ls-files', '-u'), '')
    const files = (await git('ls-files')).split('\n')
    assert.deepEqual(files, ['edited', 'link', 'new/1', 'new/2', 'new/3', 'right'])
    assert.equal(await readlink(world.path('repo/link')), 'right')
    assert.equal(await readFile(world.path('repo/edited'), 'utf8'), lines('e', 'mine'))
    assert.equal(await git('status', '--porcelain', '--untracked-files=all'), await git('status', '--porcelain'))
  })
})
