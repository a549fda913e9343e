import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, readdir, readFile, rm, stat, statfs, truncate, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { needs, needsProgram, needsRoot } from '../support/needs.ts'
import { until } from '../support/until.ts'
import { CliWorld, type RunningCommand } from './cli-world.ts'
import { hasWebrtc } from '../support/has-webrtc.ts'

const run = promisify(execFile)

describe('a clone on a disk that is full', function () {
  this.timeout(240_000)
  let world: CliWorld
  const running: RunningCommand[] = []

  before(needsProgram('git'))
  before(needsRoot())
  beforeEach(async () => {
    world = await CliWorld.make()
    await mkdir(world.path('small'))
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', world.path('small')])
    await world.repository('small/ada')
  })
  afterEach(async () => {
    await setFull(false)
    for (const command of running.splice(0)) await command.interrupt()
    await run('umount', ['-l', world.path('small')])
    await world.close()
  })

  async function setFull(full: boolean): Promise<void> {
    const ballast = world.path('small/ballast')
    if (!full) return rm(ballast, { force: true })
    const { bavail, bsize } = await statfs(world.path('small'))
    // A room may take some of that space meanwhile: then it is full a little earlier.
    await writeFile(ballast, Buffer.alloc(bavail * bsize)).catch((error: NodeJS.ErrnoException) =>
      assert.equal(error.code, 'ENOSPC'),
    )
  }

  async function failsFor(args: readonly string[]): Promise<void> {
    const { status, stderr } = await world.ai(args, { folder: 'small/ada' })
    assert.equal(status, 70, `${args.join(' ')}: ${stderr}`)
    assert.match(stderr, /^error DISK_FULL: .*\nhint: .*\n$/, args.join(' '))
  }

  it('says so, and everything goes on when there is space again', async () => {
    await setFull(true)
    await failsFor(['init'])
    await setFull(false)
    assert.equal((await world.here(['init'], { folder: 'small/ada' })).status, 0)
    await appendFile(world.path('small/ada/a.txt'), 'two\n')
    await setFull(true)
    for (const args of [['commit', '-am', 'two'], ['undo'], ['collab', 'start']]) await failsFor(args)
    assert.deepEqual(leftIn(await readdir(world.path('small/ada/.git/ai-vcs'))), [])
    assert.deepEqual(leftIn(await readdir(world.path('small/ada/.git/ai-vcs/socket'))), [])
    await setFull(false)
    const { status, stderr } = await world.here(['commit', '-am', 'two'], { folder: 'small/ada' })
    assert.equal(status, 0, stderr)
    await world.git('small/ada', 'fsck', '--strict')
  })

  it('that can only be read is named, too', async () => {
    await world.here(['init'], { folder: 'small/ada' })
    await run('mount', ['-o', 'remount,ro', world.path('small')])
    for (const args of [['commit', '--allow-empty', '-m', 'two'], ['undo'], ['init']]) {
      const { status, stderr } = await world.ai(args, { folder: 'small/ada' })
      assert.equal(status, 70, `${args.join(' ')}: ${stderr}`)
      assert.match(stderr, /^error FILE_FAILED: .*read-only.*\nhint: .*\n$/, `${args.join(' ')}: ${stderr}`)
    }
    await run('mount', ['-o', 'remount,rw', world.path('small')])
  })

  describe('in a room', () => {
    before(needs('a WebRTC binding', hasWebrtc, true))

    async function start(): Promise<RunningCommand> {
      const host = world.startAi(['collab', 'start'], { folder: 'small/ada' })
      running.push(host)
      return host
    }

    /** Ada's room with Bob in it; then her disk fills, and he goes on. */
    async function roomThatFills(): Promise<RunningCommand> {
      await world.here(['init'], { folder: 'small/ada' })
      const host = await start()
      const ticket = String((await host.fact(({ event }) => event === 'room'))['ticket'])
      await world.git('.', 'clone', '-q', 'small/ada', 'bob')
      await world.here(['init'], { folder: 'bob' })
      const bob = world.startAi(['collab', 'join', ticket], { folder: 'bob' })
      running.push(bob)
      await host.fact(({ event }) => event === 'joined')
      await setFull(true)
      for (let i = 0; i < 40; i++)
        await appendFile(world.path('bob/a.txt'), `${i} ${randomBytes(4000).toString('hex')}\n`)
      await host.fact(isUnwritable)
      return host
    }

    const isUnwritable = ({ event, message }: { readonly event: string; readonly message?: unknown }): boolean =>
      event === 'warning' && /journal cannot be written/.test(String(message))

    async function equal(): Promise<void> {
      await until(async () => {
        const [ada, bob] = await Promise.all(
          ['small/ada', 'bob'].map((folder) => readFile(world.path(folder, 'a.txt'), 'utf8')),
        )
        return ada === bob && ada!.includes('39 ')
      }, 60_000)
    }

    it('that is told once, and what needs the journal fails instead of waiting; then all arrives', async () => {
      const host = await roomThatFills()
      for (const args of [['collab', 'invite'], ['commit', '-am', 'x'], ['rejoin-room']]) {
        const { status, stderr } = await world.ai(args, { folder: 'small/ada' })
        assert.equal(status, 70, `${args.join(' ')}: ${stderr}`)
        assert.match(stderr, /^error (?:JOURNAL_UNWRITABLE|DISK_FULL): .*\nhint: .*\n$/)
      }
      await new Promise((resolve) => setTimeout(resolve, 2500))
      assert.equal(host.facts.filter(isUnwritable).length, 1)
      await setFull(false)
      await equal()
    })

    it('ends at Ctrl-C, says what failed, and goes on when it is started again', async () => {
      const host = await roomThatFills()
      assert.equal(await host.interrupt(), 70, host.stderr)
      assert.match(host.stderr, /^\{.*"code":"(?:JOURNAL_UNWRITABLE|DISK_FULL)".*\}\n$/)
      await setFull(false)
      await start()
      await equal()
    })

    it('can be left', async () => {
      const host = await roomThatFills()
      // Enough for the list of rooms, not for the journal.
      const ballast = world.path('small/ballast')
      await truncate(ballast, (await stat(ballast)).size - 8192)
      assert.equal((await world.ai(['collab', 'leave'], { folder: 'small/ada' })).status, 0)
      assert.equal(await host.ended, 70)
      assert.match(host.stderr, /^\{.*"code":"(?:JOURNAL_UNWRITABLE|DISK_FULL)".*\}\n$/)
      assert.ok(!existsSync(world.path('small/ada/.git/ai-vcs/socket/sock')))
    })
  })
})

/** What only a write that was cut short leaves. */
function leftIn(names: readonly string[]): readonly string[] {
  return names.filter((name) => /\.(?:draft|new)$|^lock/.test(name))
}
