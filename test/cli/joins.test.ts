import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { needs, needsProgram } from '../support/needs.ts'
import { CliWorld, type RunningCommand } from './cli-world.ts'
import { hasWebrtc } from '../support/has-webrtc.ts'

describe('collab join: what is refused or cut short leaves a clone as it was', function () {
  this.timeout(240_000)
  let world: CliWorld
  let host: RunningCommand
  let room: string
  let usedTicket: string

  before(needsProgram('git'))
  before(needs('a WebRTC binding', hasWebrtc, true))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('ada')
    await world.here(['init'], { folder: 'ada' })
    host = world.startAi(['collab', 'start'], { folder: 'ada' })
    const fact = await host.fact(({ event }) => event === 'room')
    room = String(fact['room'])
    usedTicket = String(fact['ticket'])
    await world.git('.', 'clone', '-q', 'ada', 'bob')
    await world.here(['init'], { folder: 'bob' })
    await join('bob', usedTicket)
  })
  after(async () => {
    await host?.interrupt()
    await world?.close()
  })

  /** Joins, and ends the room there again. */
  async function join(folder: string, ...ticket: readonly string[]): Promise<void> {
    const guest = world.startAi(['collab', 'join', ...ticket], { folder })
    await guest.fact(({ event }) => event === 'joined')
    assert.equal(await guest.interrupt(), 130)
  }

  async function newTicket(): Promise<string> {
    const { stdout } = await world.here(['collab', 'invite', '--json'], { folder: 'ada' })
    return (JSON.parse(stdout) as { ticket: string }).ticket
  }

  async function stranger(name: string): Promise<void> {
    await world.repository(name, { 'other.txt': `${name}\n` })
    await world.here(['init'], { folder: name })
  }

  function dataPath(folder: string, ...names: readonly string[]): string {
    return world.path(folder, '.git/ai-vcs', ...names)
  }

  function keysPath(folder: string): string {
    return dataPath(folder, 'rooms', room, 'keys')
  }

  async function hasNoTrace(folder: string): Promise<void> {
    assert.deepEqual(await readdir(dataPath(folder, 'rooms')).catch(() => []), [])
    const { stdout } = await world.here(['status', '--json'], { folder })
    assert.equal((JSON.parse(stdout) as { room: unknown }).room, null)
  }

  it('an unrelated repository, and one of another object format; the ticket still lets the right one in', async () => {
    const ticket = await newTicket()
    await world.git('.', 'init', '-q', '--object-format=sha256', 'modern')
    for (const folder of ['unrelated', 'modern']) {
      await stranger(folder)
      const { status, stderr } = await world.ai(['collab', 'join', ticket], { folder })
      assert.equal(status, 2, stderr)
      assert.match(stderr, /^error ROOM_MISMATCH: The room begins at commit [0-9a-f]{12}, .*\nhint: .*\n$/m)
      await hasNoTrace(folder)
    }
    await world.git('.', 'clone', '-q', 'ada', 'right')
    await world.here(['init'], { folder: 'right' })
    await join('right', ticket)
  })

  it('a shallow clone that lacks the base', async () => {
    await world.git('ada', 'commit', '-q', '--allow-empty', '-m', 'later')
    await world.git('.', 'clone', '-q', '--depth=1', `file://${world.path('ada')}`, 'shallow')
    await world.here(['init'], { folder: 'shallow' })
    const { status, stderr } = await world.ai(['collab', 'join', await newTicket()], { folder: 'shallow' })
    assert.equal(status, 2, stderr)
    assert.match(stderr, /^error ROOM_MISMATCH: /m)
    await hasNoTrace('shallow')
  })

  it('a ticket that is used up, again and again: the error in one line', async () => {
    await world.git('.', 'clone', '-q', 'ada', 'late')
    await world.here(['init'], { folder: 'late' })
    for (let round = 0; round < 3; round++) {
      const { status, stderr } = await world.ai(['collab', 'join', usedTicket], { folder: 'late' })
      assert.equal(status, 4, `${status}: ${stderr}`)
      assert.match(stderr, /^error TICKET_SPENT: .*\nhint: .*\n$/m)
    }
    await hasNoTrace('late')
  })

  it('Ctrl-C while it looks for a member; an unrelated repository is told so before it finds one', async () => {
    await stranger('other')
    const other = world.startAi(['collab', 'start'], { folder: 'other' })
    const ticket = String((await other.fact(({ event }) => event === 'room'))['ticket'])
    await other.interrupt()
    const { stderr } = await world.ai(['collab', 'join', ticket], { folder: 'unrelated' })
    assert.match(stderr, /^error ROOM_MISMATCH: /m)
    await world.git('.', 'clone', '-q', 'other', 'early')
    await world.here(['init'], { folder: 'early' })
    const looking = world.startAi(['collab', 'join', ticket], { folder: 'early' })
    while (!existsSync(dataPath('early', 'rooms'))) await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal(await looking.interrupt(), 130)
    await hasNoTrace('early')
  })

  it('a start before the first commit, which says to make one', async () => {
    await world.git('.', 'init', '-q', 'empty')
    await world.here(['init'], { folder: 'empty' })
    const { status, stderr } = await world.ai(['collab', 'start'], { folder: 'empty' })
    assert.equal(status, 2, stderr)
    assert.match(stderr, /^error COMMIT_UNKNOWN: .*\nhint: Make a first commit/m)
    await hasNoTrace('empty')
  })

  it('the room that a clone is in already stays', async () => {
    await stranger('owner')
    const owner = world.startAi(['collab', 'start'], { folder: 'owner' })
    const own = String((await owner.fact(({ event }) => event === 'room'))['room'])
    await owner.interrupt()
    const { stderr } = await world.ai(['collab', 'join', await newTicket()], { folder: 'owner' })
    assert.match(stderr, /^error ROOM_MISMATCH: /m)
    assert.deepEqual(await readdir(dataPath('owner', 'rooms')), [own])
    const { stdout } = await world.here(['status', '--json'], { folder: 'owner' })
    assert.equal((JSON.parse(stdout) as { room: { room: string } }).room.room, own)
  })

  it('but with the keys it can be resumed, also if nothing else has come', async () => {
    for (const name of ['feeds', 'markers', 'mirror.log', 'staged.json'])
      await rm(dataPath('bob', 'rooms', room, name), { recursive: true, force: true })
    await join('bob')
  })

  for (const [what, content] of [
    ['overwritten', 'garbage'],
    ['empty', ''],
  ] as const)
    it(`keys that are ${what} are named as damaged, and a ticket brings them back`, async () => {
      const keys = await readFile(keysPath('bob'))
      await writeFile(keysPath('bob'), content)
      for (const args of [['collab', 'start'], ['collab', 'join'], ['rejoin-room'], ['commit', '-am', 'x']]) {
        const { status, stderr } = await world.ai(args, { folder: 'bob' })
        assert.equal(status, 70, `${args.join(' ')}: ${stderr}`)
        assert.match(stderr, /^error ROOM_CORRUPT: .*keys/m)
        assert.ok(stderr.includes(keysPath('bob')), stderr)
      }
      await join('bob', await newTicket())
      assert.equal((await readFile(keysPath('bob'))).length, keys.length)
      await join('bob')
    })

  it('keys that are missing are no damage', async () => {
    await rm(keysPath('bob'))
    const { status, stderr } = await world.ai(['collab', 'join'], { folder: 'bob' })
    assert.equal(status, 2, stderr)
    assert.match(stderr, /^error ROOM_MISSING: /m)
    await join('bob', await newTicket())
  })

  it('a damaged list of rooms is named, and no second room is founded', async () => {
    for (const content of ['{', '', '[]']) {
      await writeFile(dataPath('bob', 'branches.json'), content)
      for (const args of [['status'], ['collab', 'start'], ['collab', 'join'], ['commit', '-am', 'x']]) {
        const { status, stderr } = await world.ai(args, { folder: 'bob' })
        assert.equal(status, 70, `${args.join(' ')}: ${stderr}`)
        assert.ok(stderr.startsWith(`error ROOM_CORRUPT: ${dataPath('bob', 'branches.json')} `), stderr)
      }
    }
    await rm(dataPath('bob', 'branches.json'))
    await join('bob', await newTicket())
    assert.deepEqual(await readdir(dataPath('bob', 'rooms')), [room])
  })
})
