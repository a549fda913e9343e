import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFile, chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SeededRandom } from '../../src/lib/seeded-random.ts'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

const lines = (count: number, word = 'line') => Array.from({ length: count }, (_, i) => `${word} ${i}\n`).join('')

describe('a plain repository, with git and without', function () {
  this.timeout(180_000)
  let world: CliWorld

  before(needsProgram('git'))
  beforeEach(async () => {
    world = await CliWorld.make()
    // What is not built here: where git may put a change along equal lines.
    await appendFile(world.path('home/.gitconfig'), '[diff]\n\tindentHeuristic = false\n')
    await mkdir(world.path('hub/src/deep'), { recursive: true })
    await world.repository('hub', {
      'a.txt': lines(60),
      'b.txt': 'one\n',
      'code.js': `function first() {\n${lines(20, '  work')}}\n\nfunction second() {\n${lines(20, '  more')}}\n`,
      'src/deep/long name.txt': 'in a folder\n',
      'src/c.txt': 'no end',
      'src/moved.txt': lines(12, 'moved'),
      'gone.txt': 'gone\n',
      '.gitignore': '*.log\n',
    })
    await world.git('.', 'clone', '-q', 'hub', 'work')
    // Where it points is listed in another order.
    await world.git('work', 'remote', 'set-head', 'origin', '-d')
    await world.here(['init'], { folder: 'work' })
  })
  afterEach(() => world.close())

  const alone = { PATH: '/nonexistent' }
  const write = async (path: string, content: string | Uint8Array) => {
    await mkdir(dirname(world.path('work', path)), { recursive: true })
    await writeFile(world.path('work', path), content)
  }

  /** Some of everything that can happen to files. */
  async function change(): Promise<void> {
    const text = lines(60)
      .replace('line 3\n', 'changed\n')
      .replace('line 40\n', '')
      .replace('line 55\n', 'line 55\nnew\n')
    await write('a.txt', text)
    await write(
      'code.js',
      `function first() {\n${lines(20, '  work')}}\n\nfunction second() {\n${lines(19, '  more')}}\n`,
    )
    await write('src/c.txt', 'an end\n')
    await rename(world.path('work/src/moved.txt'), world.path('work/src/deep/moved.txt'))
    await rm(world.path('work/gone.txt'))
    await write('new file.txt', 'new\n')
    await write('ümlaut.txt', 'ü\n')
    await write('binary', Uint8Array.of(1, 0, 2))
    await write('empty', '')
    await write('debug.log', 'ignored\n')
    await chmod(world.path('work/b.txt'), 0o755)
    await symlink('a.txt', world.path('work/link'))
  }

  /** What a command prints, which has to be the same. */
  async function alike(...args: readonly string[]): Promise<string> {
    const [ours, theirs] = [
      await world.here(args, { folder: 'work', env: alone }),
      await world.here(args, { folder: 'work' }),
    ]
    assert.equal(ours.stderr, theirs.stderr, args.join(' '))
    assert.equal(ours.stdout, theirs.stdout, args.join(' '))
    assert.equal(ours.status, theirs.status, args.join(' '))
    return ours.stdout
  }

  it('has the same status, and the same differences', async () => {
    await change()
    assert.match(await alike('status'), /gone\.txt/)
    await alike('status', '--json')
    for (const args of [[], ['--stat'], ['--json'], ['HEAD'], ['src'], ['a.txt', '--stat'], ['--', '*.txt', ':!src']])
      await alike('diff', ...args)
    assert.equal((await world.here(['add', '.'], { folder: 'work', env: alone })).status, 0)
    assert.match(await alike('status'), /src\/deep\/moved\.txt/)
    await alike('status', '--json')
    for (const args of [['--staged'], ['--staged', '--stat'], ['--staged', '--json'], [], ['HEAD', '--stat']])
      await alike('diff', ...args)
    await write('a.txt', lines(61))
    await rm(world.path('work/b.txt'))
    for (const args of [['HEAD'], ['--staged'], []]) await alike('diff', ...args)
    await world.git('work', 'config', 'status.showUntrackedFiles', 'no')
    await alike('status', '--json')
    const { status, stderr } = await world.here(['commit', '-am', 'changed'], { folder: 'work', env: alone })
    assert.equal(status, 0, stderr)
    assert.match(await alike('show'), /rename from src\/moved\.txt/)
    for (const args of [['--stat'], ['--json'], ['HEAD~1'], ['HEAD~1', '--stat']]) await alike('show', ...args)
    for (const args of [
      ['HEAD~1..HEAD'],
      ['HEAD~1', 'HEAD'],
      ['HEAD..HEAD~1'],
      ['HEAD~1...HEAD', '--stat'],
      ['HEAD~1', 'a.txt'],
    ])
      await alike('diff', ...args)
    assert.match(await alike('status'), /ahead/)
    await alike('diff', 'nowhere')
    await world.git(
      'work',
      'merge',
      '-q',
      '-s',
      'ours',
      '-m',
      'both',
      await world.git('work', 'commit-tree', '-p', 'HEAD~1', '-m', 'x', 'HEAD~1^{tree}').then((id) => id.trim()),
    )
    assert.match(await alike('diff', '--stat', 'HEAD^@'), /moved/)
    await alike('log', '--oneline')
  })

  /** Does something in one copy with git and in another without, and compares what git sees there. */
  async function twins(make: () => Promise<void>, ...args: readonly string[]): Promise<string> {
    await make()
    execFileSync('cp', ['-a', world.path('work'), world.path('twin')])
    const ours = await world.here(args, { folder: 'work', env: alone })
    const theirs = await world.here(args, { folder: 'twin' })
    const seen = async (folder: string) => {
      const shown = await Promise.all(
        [
          ['ls-files', '--stage'],
          ['status', '--porcelain=v2', '--branch'],
          ['for-each-ref', '--format=%(refname) %(objectname) %(upstream)'],
          ['reflog', '--format=%H %gs'],
        ].map((words) => world.git(folder, ...words)),
      )
      const files = execFileSync('find', ['.', '-path', './.git', '-prune', '-o', '-printf', '%p %m %l\n'], {
        cwd: world.path(folder),
      })
      return [...shown, files.toString().split('\n').sort().join('\n')]
    }
    assert.deepEqual(await seen('work'), await seen('twin'), args.join(' '))
    assert.equal(ours.status, theirs.status, ours.stderr)
    if (ours.status) assert.equal(/error (\w+)/.exec(ours.stderr)?.[1], /error (\w+)/.exec(theirs.stderr)?.[1])
    await world.git('work', 'fsck', '--strict', '--no-dangling')
    await rm(world.path('twin'), { recursive: true })
    return ours.stdout + ours.stderr
  }

  const nothing = async () => {}

  it('stages the same', async () => {
    await twins(change, 'add', 'a.txt', 'src', 'gone.txt')
    await twins(async () => write('gone.txt/now/a/folder', 'x\n'), 'add', '.')
    await twins(nothing, 'add', 'nothing')
    await twins(nothing, 'add', 'debug.log')
    const again = async () => {
      for (const path of ['a.txt', 'code.js', 'src/c.txt', 'src/new.txt', 'new.txt']) await write(path, 'again\n')
    }
    await twins(again, 'add', '*.txt', ':!src')
    await twins(nothing, 'add', '*.nothing')
    await twins(nothing, 'add', '*.js', ':(glob)src/*')
  })

  it('has the same branches, and checks out the same', async () => {
    await world.git('hub', 'branch', 'theirs')
    await world.git('work', 'fetch', '-q')
    await twins(nothing, 'branch', 'mine')
    await twins(nothing, 'branch', 'mine')
    await twins(nothing, 'branch', 'bad..name')
    await twins(nothing, 'checkout', 'mine')
    await change()
    await world.git('work', 'add', '-A')
    await world.git('work', 'commit', '-q', '-m', 'all')
    await alike('branch', '--json')
    await twins(nothing, 'checkout', 'main')
    await twins(nothing, 'checkout', 'mine')
    await twins(nothing, 'checkout', '-')
    await twins(nothing, 'checkout', '-')
    await twins(nothing, 'checkout', 'HEAD~1')
    await world.git('work', 'commit', '-q', '--allow-empty', '-m', 'on no branch')
    assert.match(await twins(nothing, 'checkout', 'main'), /^warning: No branch or tag holds /m)
    await world.git('work', 'checkout', '-q', 'HEAD@{1}')
    await world.git('work', 'checkout', '-q', 'HEAD~1')
    await twins(nothing, 'branch', '--delete', 'mine')
    await twins(nothing, 'checkout', 'theirs')
    await twins(nothing, 'checkout', '-b', 'other')
    // What is not committed stays, or stops it.
    await twins(() => write('src/c.txt', 'mine\n'), 'checkout', 'mine')
    await world.git('work', 'checkout', '-q', 'src/c.txt')
    await twins(() => write('empty', 'in the way\n'), 'checkout', 'mine')
    await rm(world.path('work/empty'))
    await twins(() => write('keep.txt', 'untracked\n'), 'checkout', 'mine')
    await twins(() => write('code.js', 'other\n'), 'checkout', '-b', 'with changes')
    await twins(nothing, 'checkout', '-b', 'with-changes')
    await twins(nothing, 'branch', '--delete', 'other')
  })

  it('moves files to folders and back', async () => {
    await world.git('work', 'checkout', '-q', '-b', 'folders')
    await rm(world.path('work/b.txt'))
    await write('b.txt/inner/file', 'x\n')
    await rm(world.path('work/src'), { recursive: true })
    await symlink('b.txt', world.path('work/src'))
    await world.git('work', 'add', '-A')
    await world.git('work', 'commit', '-q', '-m', 'folders')
    for (const name of ['main', 'folders', 'main', 'folders']) await twins(nothing, 'checkout', name)
    await twins(() => write('b.txt/inner/own', 'not tracked\n'), 'checkout', 'main')
  })

  it('lists the same commits of paths, times and lines of history', async () => {
    const paths = ['a.txt', 'b.txt', 'src/c.txt', 'src/deep/d.txt']
    let seconds = 1_700_000_000
    const commit = async (branch: string, path: string): Promise<void> => {
      await world.git('work', 'checkout', '-q', branch)
      await write(path, `${branch} ${++seconds}\n`)
      await dated('add', '-A')
      await dated('commit', '-q', '-m', `${path} on ${branch}`)
    }
    const dated = async (...args: readonly string[]): Promise<void> => {
      const env = { GIT_COMMITTER_DATE: `${(seconds += 100)} +0000` }
      const { status, stderr } = await world.run('git', args, { folder: 'work', env })
      assert.equal(status, 0, stderr)
    }
    const random = new SeededRandom(5)
    for (const name of ['one', 'two']) await world.git('work', 'branch', name)
    for (let i = 0; i < 24; i++) {
      const branch = ['main', 'one', 'two'][random.below(3)]!
      await commit(branch, paths[random.below(paths.length)]!)
      if (i % 4 === 3) await dated('merge', '-q', '-X', 'ours', '--no-edit', ['main', 'one', 'two'][random.below(3)]!)
    }
    await world.git('work', 'checkout', '-q', 'main')
    for (const words of [['main'], ['one', 'two'], ['one..two'], ['one...two'], ['two', '^main'], ['main..one', '--']])
      await alike('log', '--oneline', ...words)
    for (const path of [...paths, 'src', '.', 'nothing'])
      for (const revision of ['main', 'one', 'two']) await alike('log', '--oneline', revision, '--', path)
    await alike('log', '--oneline', '--', 'a.txt', 'src/deep')
    const half = new Date((1_700_000_000 + seconds) * 500).toISOString().replace(/\.\d+/, '')
    for (const words of [
      ['*.txt', ':!src'],
      [':(glob)src/*'],
      ['one', '[ab].txt'],
      ['*.nothing'],
      ['main^!'],
      ['main^@', '^one'],
    ])
      await alike('log', '--oneline', ...words)
    for (const words of [
      ['--all'],
      ['main'],
      ['one..two'],
      ['one...two'],
      ['main', '--since', half],
      ['--all', '-n', '9', '--filter', 'author:ada'],
    ])
      await alike('graph', '--json', ...words)
    assert.match(await alike('graph', 'main~3', '^main~4'), /^\* /)
    await world.git('work', 'branch', 'src')
    assert.notEqual(await alike('log', '--oneline', 'src'), await alike('log', '--oneline', '--', 'src'))
    await world.git('work', 'branch', '-D', 'src')
    for (const args of [
      ['--since', half],
      ['--until', half],
      ['--since', '1y'],
      ['--since', '2023-11-14', '--until', '3y'],
    ])
      await alike('log', '--oneline', ...args)
    await alike('reindex')
    await alike('reattach')
  })

  it('is set up and left alike, and a commit is taken back alike', async () => {
    await write('a.txt', 'one\n')
    assert.equal((await world.here(['commit', '-am', 'mine'], { folder: 'work', env: alone })).status, 0)
    await twins(nothing, 'undo')
    const config = () => readFile(world.path('fresh/.git/config'), 'utf8')
    await world.git('.', 'clone', '-q', 'hub', 'fresh')
    const before = await config()
    await world.here(['init'], { folder: 'fresh' })
    const theirs = (await world.git('fresh', 'config', '--local', '--list')).split('\n').sort()
    await world.here(['uninit'], { folder: 'fresh' })
    const left = await config()
    assert.equal((await world.here(['init'], { folder: 'fresh', env: alone })).status, 0)
    assert.deepEqual((await world.git('fresh', 'config', '--local', '--list')).split('\n').sort(), theirs)
    assert.equal((await world.here(['uninit'], { folder: 'fresh', env: alone })).status, 0)
    assert.equal(await config(), left)
    assert.equal(left, before)
    const { status, stdout } = await world.here(['doctor'], { folder: 'work', env: alone })
    assert.equal(status, 0)
    assert.match(stdout, /warning +git +There is no git program/)
  })

  it('tells where there is no repository what to do', async () => {
    await mkdir(world.path('nothing'))
    const { stderr } = await world.here(['init'], { folder: 'nothing', env: alone })
    assert.match(stderr, /^error NOT_A_REPOSITORY: .*no git program was found/m)
    assert.match(stderr, /^hint: Install git and run `git init`/m)
  })
})
