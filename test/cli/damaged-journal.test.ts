import assert from 'node:assert/strict'
import { appendFile, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasWebrtc } from '../support/has-webrtc.ts'
import { needs, needsProgram } from '../support/needs.ts'
import { until } from '../support/until.ts'
import { CliWorld, type RunningCommand } from './cli-world.ts'

describe('a journal that was damaged after it was left in order', function () {
  this.timeout(60_000)
  let world: CliWorld
  let segment: string
  let whole: Buffer
  let damaged: Buffer

  before(needsProgram('git'))
  before(needs('a WebRTC binding', hasWebrtc, true))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('repo')
    await world.here(['init'], { folder: 'repo' })
    const room = world.startAi(['collab', 'start', '--no-listen'], { folder: 'repo' })
    await room.fact(({ event }) => event === 'room')
    for (const word of ['walrus', 'lynx']) {
      await appendFile(world.path('repo/a.txt'), `${word}\n`)
      assert.equal((await world.here(['commit', '-am', word], { folder: 'repo' })).status, 0)
    }
    await room.interrupt()
    const rooms = world.path('repo/.git/ai-vcs/rooms')
    const files = await readdir(rooms, { recursive: true })
    segment = join(
      rooms,
      files.find((file) => file.endsWith('.seg'))!,
    )
    whole = await readFile(segment)
    damaged = Buffer.from(whole)
    damaged.write('xx', 900)
    await writeFile(segment, damaged)
  })
  after(() => world.close())

  it('is read by status no further than it has changed, and by doctor', async () => {
    const { mtime, atime } = await stat(segment)
    await writeFile(segment, whole)
    await utimes(segment, atime, mtime)
    assert.equal((await world.here(['status'], { folder: 'repo' })).status, 0)
    await writeFile(segment, damaged)
    await utimes(segment, atime, mtime)
    assert.equal((await world.here(['status'], { folder: 'repo' })).status, 0)
    assert.match((await world.here(['doctor'], { folder: 'repo' })).stdout, /journal.*is damaged/)
    await utimes(segment, atime, new Date())
    assert.match((await world.here(['status'], { folder: 'repo' })).stderr, /FEED_CORRUPT/)
  })

  it('is told by each command, with what to do, and left as it is', async () => {
    for (const args of [['status'], ['commit', '-am', 'x'], ['collab', 'start'], ['collab', 'join'], ['adopt']]) {
      const { status, stderr } = await world.here(args, { folder: 'repo' })
      assert.equal(status, 70, `${args.join(' ')}: ${stderr}`)
      assert.match(
        stderr,
        /^error FEED_CORRUPT: .*entry \d+ of feed [0-9a-f]{32} .*\nhint: .*`ai-vcs rejoin-room`.*\n$/,
      )
    }
    const { status, stdout } = await world.here(['doctor'], { folder: 'repo' })
    assert.equal(status, 1)
    assert.match(stdout, /journal.*is damaged/)
    assert.deepEqual(await readFile(segment), damaged)
  })

  it('is set aside by rejoin-room, and the room goes on in a new feed with every text', async () => {
    const rejoined = world.startAi(['rejoin-room'], { folder: 'repo' })
    await until(() => /feed [0-9a-f]{32} ends before entry \d+ now/.test(rejoined.stderr))
    // Nobody else is in the room: it would look for them.
    assert.equal(await rejoined.interrupt(), 130)
    assert.deepEqual(await readFile(`${segment}.corrupt`), damaged)
    assert.match((await world.here(['doctor'], { folder: 'repo' })).stdout, /journal.*was damaged; kept beside/)
    await appendFile(world.path('repo/a.txt'), 'otter\n')
    const committed = await world.here(['commit', '-am', 'otter'], { folder: 'repo' })
    assert.equal(committed.status, 0, committed.stderr)
    assert.equal(await world.git('repo', 'show', 'HEAD:a.txt'), 'one\nwalrus\nlynx\notter')
    assert.equal(await world.git('repo', 'log', '--format=%s'), 'otter\nlynx\nwalrus\nfirst')
  })
})

describe('a damaged journal whose room others are in', function () {
  this.timeout(60_000)
  let world: CliWorld
  let host: RunningCommand | undefined

  before(needsProgram('git'))
  before(needs('a WebRTC binding', hasWebrtc, true))
  beforeEach(async () => (world = await CliWorld.make()))
  afterEach(async () => {
    await host?.interrupt()
    await world.close()
  })

  it('gets from them what it has lost, its own and theirs, and nothing comes twice', () => losesEntriesFrom(() => 900))

  // Here the room would go on at once: what only the files hold by now must not be typed anew before the others are heard.
  it('also where only the newest entries are lost', () => losesEntriesFrom((endBytes) => endBytes - 100))

  async function losesEntriesFrom(damagedAt: (endBytes: number) => number): Promise<void> {
    const bob = { folder: 'bob', env: { AI_VCS_CONFIG_DIR: world.path('home/.bob') } }
    const textOf = (folder: string): Promise<string> => readFile(world.path(folder, 'a.txt'), 'utf8')
    await world.repository('ada')
    await world.git('.', 'clone', '-q', 'ada', 'bob')
    await world.here(['init'], { folder: 'ada' })
    await world.here(['init'], bob)
    host = world.startAi(['collab', 'start'], { folder: 'ada' })
    const { ticket } = await host.fact(({ event }) => event === 'room')
    const guest = world.startAi(['collab', 'join', String(ticket)], bob)
    await guest.fact(({ event }) => event === 'room')
    await appendFile(world.path('ada/a.txt'), 'walrus\n')
    await until(async () => (await textOf('bob')).includes('walrus'))
    await appendFile(world.path('bob/a.txt'), 'lynx\n')
    await until(async () => (await textOf('ada')).includes('lynx'))
    assert.equal((await world.here(['commit', '-am', 'both'], bob)).status, 0)
    await appendFile(world.path('bob/a.txt'), 'otter\n')
    await until(async () => (await textOf('ada')).includes('otter'))
    assert.equal(await guest.interrupt(), 130)
    const rooms = world.path('bob/.git/ai-vcs/rooms')
    for (const file of await readdir(rooms, { recursive: true }))
      if (file.endsWith('.seg')) {
        const bytes = await readFile(join(rooms, file))
        bytes.write('xx', damagedAt(bytes.findLastIndex((byte) => byte !== 0)))
        await writeFile(join(rooms, file), bytes)
      }
    const refused = await world.here(['collab', 'join'], bob)
    assert.match(refused.stderr, /^error FEED_CORRUPT: /)
    const rejoined = await world.ai(['rejoin-room'], bob)
    assert.equal(rejoined.status, 0, rejoined.stderr)
    assert.equal(rejoined.stderr.match(/^warning: feed /gm)?.length, 2, rejoined.stderr)
    assert.equal(await textOf('bob'), 'one\nwalrus\nlynx\notter\n')
    assert.equal(await textOf('ada'), 'one\nwalrus\nlynx\notter\n')
    assert.equal((await world.here(['status'], bob)).status, 0)
  }
})
