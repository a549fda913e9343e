import assert from 'node:assert/strict'
import { appendFile, chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasWebrtc } from '../support/has-webrtc.ts'
import { needs, needsProgram } from '../support/needs.ts'
import { projectRoot } from '../support/project.ts'
import { CliWorld, type RunningCommand, type RunResult } from './cli-world.ts'

const helper = join(projectRoot, 'dist/src/cli/git-remote-anvcs.js')

describe('git clone, fetch and push with anvcs::TICKET', function () {
  this.timeout(120_000)
  let world: CliWorld
  let host: RunningCommand
  let url: string

  before(needsProgram('git'))
  before(needs('a WebRTC binding', hasWebrtc, true))
  before(async () => {
    world = await CliWorld.make()
    await writeFile(world.path('bin/git-remote-anvcs'), `#!/bin/sh\nexec "${process.execPath}" "${helper}" "$@"\n`)
    await chmod(world.path('bin/git-remote-anvcs'), 0o755)
    await world.repository('ada')
    await commit('ada', 'older')
    await world.here(['init'], { folder: 'ada' })
    await start('--uses', '9')
  })
  after(async () => {
    await host?.interrupt()
    await world?.close()
  })

  async function start(...flags: readonly string[]): Promise<void> {
    host = world.startAi(['collab', 'start', ...flags], { folder: 'ada' })
    url = `anvcs::${String((await host.fact(({ event }) => event === 'room'))['ticket'])}`
  }

  async function commit(folder: string, line: string): Promise<void> {
    await appendFile(world.path(folder, 'a.txt'), `${line}\n`)
    await world.git(folder, 'commit', '-q', '-a', '-m', line)
  }

  function clone(name: string): Promise<RunResult> {
    return world.run('git', ['clone', '-q', url, name])
  }

  function subjects(folder: string, rev = 'HEAD'): Promise<string> {
    return world.git(folder, 'log', '--format=%s', rev)
  }

  /** What the running room tells. */
  async function heads(): Promise<readonly string[]> {
    const { stdout } = await world.here(['collab', 'status', '--json'], { folder: 'ada' })
    return (JSON.parse(stdout) as { heads: readonly string[] }).heads
  }

  it('a clone has all of the history, also from before the room, and the room is that of its branch', async () => {
    const { status, stderr } = await clone('bob')
    assert.equal(status, 0, stderr)
    assert.equal(await subjects('bob'), await subjects('ada'))
    assert.equal(await world.git('bob', 'fsck', '--strict'), '')
    assert.equal(await world.git('bob', 'rev-parse', '--is-shallow-repository'), 'false')
    const { stdout } = await world.here(['status', '--json'], { folder: 'bob' })
    assert.equal((JSON.parse(stdout) as { branch: string; room: { room: string } | null }).room !== null, true, stdout)
  })

  it('what is pushed is the head of the room at its members when push returns, with its text in their files', async () => {
    await commit('bob', 'from bob')
    const { status, stderr } = await world.run('git', ['push'], { folder: 'bob' })
    assert.equal(status, 0, stderr)
    assert.deepEqual(await heads(), [await world.git('bob', 'rev-parse', 'HEAD')])
    assert.equal(await world.git('bob', 'rev-parse', 'origin/main'), await world.git('bob', 'rev-parse', 'HEAD'))
    assert.match(await readFile(world.path('ada/a.txt'), 'utf8'), /from bob/)
  })

  it('a pushed commit that no member has signed is told by `status`, with what takes it', async () => {
    const head = await world.git('bob', 'rev-parse', '--short=10', 'HEAD')
    const status = async () => (await world.ai(['status'], { folder: 'ada' })).stdout
    const [, command = ''] =
      /signed by no member, so main does not follow it \(`ai-vcs (.*)`\)$/m.exec(await status()) ?? []
    assert.equal(command, `merge ${head}`)
    assert.equal((await world.ai(command.split(' '), { folder: 'ada' })).status, 0)
    assert.doesNotMatch(await status(), /signed by no member|Not staged/)
    assert.equal(await subjects('ada'), await subjects('bob'))
  })

  it('a commit of the room is fetched, and its note with it', async () => {
    await appendFile(world.path('ada/a.txt'), 'typed\n')
    const made = await world.ai(['commit', '-a', '-m', 'from ada', '--model', 'tester'], { folder: 'ada' })
    assert.equal(made.status, 0, made.stderr)
    await world.git('bob', 'pull', '-q')
    assert.match(await subjects('bob'), /^from ada$/m)
    const own = (await world.git('ada', 'log', '--format=%H', '--grep=from ada')).trim()
    assert.match(await world.git('bob', 'notes', '--ref=ai-vcs', 'show', own), /"model":"tester"/)
  })

  it('of heads that conflict one is the branch, and the others have names that nobody fetches unasked', async () => {
    await host.interrupt()
    for (const folder of ['ada', 'bob']) {
      await writeFile(world.path(folder, 'a.txt'), `${folder}\n`)
      const { status, stderr } = await world.ai(['commit', '-a', '-m', folder], { folder })
      assert.equal(status, 0, stderr)
    }
    await start('--uses', '9')
    assert.equal((await world.ai(['rejoin-room'], { folder: 'bob' })).status, 1, 'heads are left')
    const listed = (await world.git('bob', 'ls-remote', 'origin')).split('\n').map((line) => line.split('\t'))
    const [first, ...others] = await heads()
    assert.equal(others.length, 1)
    assert.deepEqual(Object.fromEntries(listed.map(([id, name]) => [name, id])), {
      'refs/heads/main': first,
      HEAD: first,
      [`refs/ai-vcs/heads/${others[0]}`]: others[0],
    })
  })

  it('a repository of SHA-256 fetches from a room of its kind; a clone, which git begins with SHA-1, is told so', async () => {
    await world.git('.', 'init', '-q', '--object-format=sha256', 'modern')
    await world.repository('modern')
    await world.here(['init'], { folder: 'modern' })
    const other = world.startAi(['collab', 'start', '--uses', '2'], { folder: 'modern' })
    const ticket = String((await other.fact(({ event }) => event === 'room'))['ticket'])
    await world.git('.', 'init', '-q', '--object-format=sha256', 'fetched')
    await world.git('fetched', 'pull', '-q', `anvcs::${ticket}`, 'main')
    assert.equal(await subjects('fetched'), 'first')
    const { stderr } = await world.run('git', ['clone', '-q', `anvcs::${ticket}`, 'cloned'])
    assert.match(stderr, /names its objects by sha256.*\nhint: .*--object-format=sha256/)
    await other.interrupt()
  })

  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['deleting its branch', [':main'], /a room keeps its branch/],
    ['another branch', ['HEAD:other'], /a room is one branch: refs\/heads\/main/],
    ['taking commits back', ['-f', 'HEAD~1:main'], /a room keeps its history/],
    ['another history', ['-f', 'stranger:main'], /does not descend|keeps its history/],
  ]
  for (const [what, args, message] of refused)
    it(`a push is refused: ${what}`, async () => {
      await clone('dan')
      await world.git(
        'dan',
        'branch',
        '-f',
        'stranger',
        await world.git('dan', 'commit-tree', '-m', 'x', 'HEAD^{tree}'),
      )
      const before = await heads()
      const { status, stderr } = await world.run('git', ['push', 'origin', ...args], { folder: 'dan' })
      assert.equal(status, 1)
      assert.match(stderr, message)
      assert.deepEqual(await heads(), before)
    })

  it('a ticket that cannot be read, a user without a key, and a room that nobody runs end in a sentence and leave nothing', async () => {
    const broken = await world.run('git', ['clone', '-q', `${url}x`, 'eve'])
    assert.match(broken.stderr, /anvcs: The ticket cannot be read\.\nhint: /)
    const env = { AI_VCS_CONFIG_DIR: world.path('home/nobody') }
    const stranger = await world.run('git', ['clone', '-q', url, 'eve'], { env })
    assert.match(stranger.stderr, /anvcs: There is no member key/)
    await host.interrupt()
    const alone = await world.run('git', ['fetch'], { folder: 'bob' })
    assert.match(alone.stderr, /anvcs: No peer could be reached\.\nhint: /)
    await start()
    for (const { status } of [broken, stranger, alone]) assert.notEqual(status, 0)
    await assert.rejects(readFile(world.path('eve/.git/HEAD')))
  })
})
