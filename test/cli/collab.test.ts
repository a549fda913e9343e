import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { needs, needsProgram } from '../support/needs.ts'
import { CliWorld, type Fact, type RunningCommand } from './cli-world.ts'
import { hasWebrtc } from '../support/has-webrtc.ts'

describe('collab: two clones, two processes, one branch', function () {
  this.timeout(240_000)
  let world: CliWorld
  let host: RunningCommand | undefined
  let guest: RunningCommand | undefined
  let bob: Readonly<Record<string, string>>

  before(needsProgram('git'))
  before(needs('a WebRTC binding', hasWebrtc, true))
  before(async () => {
    world = await CliWorld.make()
    bob = await world.pair()
  })
  after(async () => {
    await guest?.interrupt()
    await host?.interrupt()
    await world.close()
  })

  it('starts with a ticket and joins by it', async () => {
    host = world.startAi(['collab', 'start'], { folder: 'ada' })
    const room = await host.fact(({ event }) => event === 'room')
    assert.equal(host.facts[0], room)
    assert.match(String(room['ticket']), /^anvcs1/)
    guest = world.startAi(['collab', 'join', String(room['ticket'])], { folder: 'bob', env: bob })
    await guest.fact(({ event }) => event === 'room')
    const joined = await host.fact(({ event }) => event === 'joined')
    assert.equal(joined['name'], 'Bob')
    assert.equal((await guest.fact(({ event }) => event === 'joined'))['name'], 'Ada')
  })

  it('carries an edit of a plain editor from one work tree to the other', async () => {
    await writeFile(world.path('bob/a.txt'), 'one\ntwo\n')
    await host!.fact(({ event, origin }) => event === 'changed' && origin === 'remote')
    await until(async () => (await readFile(world.path('ada/a.txt'), 'utf8')) === 'one\ntwo\n')
  })

  it('hands a commit to the running room, and the other branch follows', async () => {
    const { status, stderr } = await world.here(['commit', '-am', 'from bob'], { folder: 'bob', env: bob })
    assert.equal(status, 0, stderr)
    const followed = await host!.fact(({ event }) => event === 'followed')
    assert.equal(followed['to'], await world.git('bob', 'rev-parse', 'HEAD'))
    assert.equal(await world.git('ada', 'rev-parse', 'HEAD'), followed['to'])
  })

  it('runs the hooks of whoever commits, in its variables, and none for what comes from others', async () => {
    const script = (text: string) => ({ text: `#!/bin/sh\n${text}\n`, options: { mode: 0o755 } })
    const bobs = script(
      'if [ "$REFUSE" ]; then echo "because $REFUSE"; exit 1; fi; echo formatted >> a.txt && git add a.txt',
    )
    await writeFile(world.path('bob/.git/hooks/pre-commit'), bobs.text, bobs.options)
    const adas = script('touch ../hooked; exit 1')
    for (const name of ['pre-commit', 'commit-msg', 'post-commit', 'post-merge'])
      await writeFile(world.path('ada/.git/hooks', name), adas.text, adas.options)
    const before = await world.git('bob', 'rev-parse', 'HEAD')
    const commit = (env: Readonly<Record<string, string>>) =>
      world.here(['commit', '--allow-empty', '-m', 'hooked'], { folder: 'bob', env: { ...bob, ...env } })
    const refused = await commit({ REFUSE: 'of me' })
    assert.equal(refused.status, 5)
    assert.match(refused.stderr, /^because of me\nerror HOOK_REFUSED: /)
    assert.equal(await world.git('bob', 'rev-parse', 'HEAD'), before)
    const made = await commit({ GIT_AUTHOR_NAME: 'Guest', GIT_AUTHOR_DATE: '1600000000 +0200' })
    assert.equal(made.status, 0, made.stderr)
    assert.match(await world.git('bob', 'log', '-1', '--format=%B'), /^AI-VCS-Room: /m)
    assert.equal(
      await world.git('bob', 'log', '-1', '--date=raw', '--format=%an %ad %cn'),
      'Guest 1600000000 +0200 Bob',
    )
    const head = await world.git('bob', 'rev-parse', 'HEAD')
    await until(async () => (await world.git('ada', 'rev-parse', 'HEAD')) === head)
    assert.equal(await world.git('ada', 'show', 'HEAD:a.txt'), 'one\ntwo\nformatted')
    assert.equal(existsSync(world.path('hooked')), false)
    await rm(world.path('bob/.git/hooks'), { recursive: true })
    await rm(world.path('ada/.git/hooks'), { recursive: true })
  })

  it('tells in `status` who is here', async () => {
    const { stdout } = await world.here(['status', '--json'], { folder: 'ada' })
    const { room } = JSON.parse(stdout) as { room: { running: { peers: { name: string }[] } } }
    assert.deepEqual(
      room.running.peers.map(({ name }) => name),
      ['Bob'],
    )
  })

  it('refuses a second host, and to be taken out while it runs', async () => {
    const second = await world.here(['collab', 'start'], { folder: 'ada' })
    assert.equal(second.status, 1)
    assert.match(second.stderr, /^error FEED_LOCKED: /)
    const uninit = await world.here(['uninit'], { folder: 'ada' })
    assert.equal(uninit.status, 1)
    assert.match(uninit.stderr, /^error WORK_TREE_BUSY: A room is running here/)
  })

  it('tells all that happens when both come back, also what comes while the room is being opened, and each of it once', async () => {
    await Promise.all([host!.interrupt(), guest!.interrupt()])
    await writeFile(world.path('ada/a.txt'), 'one, by ada\n')
    await writeFile(world.path('bob/b.txt'), 'two, by bob\n')
    await world.git('bob', 'add', 'b.txt')
    const commits = new Map<string, string>()
    for (const [folder, env] of [['ada', {}] as const, ['bob', bob] as const]) {
      const { status, stderr } = await world.here(['commit', '-am', 'offline'], { folder, env })
      assert.equal(status, 0, stderr)
      commits.set(folder, await world.git(folder, 'rev-parse', 'HEAD'))
    }
    host = world.startAi(['collab', 'start'], { folder: 'ada' })
    await host.fact(({ event }) => event === 'room')
    guest = world.startAi(['collab', 'join'], { folder: 'bob', env: bob })
    const running = [host, guest] as const
    const isMerge = ({ event, to }: Fact) => event === 'followed' && ![...commits.values()].includes(String(to))
    const [merge] = new Set((await Promise.all(running.map((one) => one.fact(isMerge)))).map(({ to }) => to))
    for (const [i, one] of running.entries()) {
      const [own, other] = i ? (['bob', 'ada'] as const) : (['ada', 'bob'] as const)
      await one.fact(({ event, heads }) => event === 'heads' && String(heads) === String(merge))
      const { facts } = one
      const told = (wanted: string) => facts.filter(({ event }) => event === wanted)
      assert.equal(facts[0]!.event, 'room')
      assert.equal(told('joined')[0]!['name'], i ? 'Ada' : 'Bob')
      const remote = told('changed').filter(({ origin }) => origin === 'remote')
      assert.deepEqual([...new Set(remote.flatMap(({ paths }) => paths as string[]))], [i ? 'a.txt' : 'b.txt'], own)
      assert.deepEqual(
        told('commit')
          .filter((fact) => !fact['own'])
          .map(({ commit }) => commit),
        [commits.get(other)],
        own,
      )
      assert.deepEqual(
        told('merge').map(({ commit }) => commit),
        [merge],
        own,
      )
    }
  })

  it('tells in the report of `rejoin-room` what went each way, and which commit nobody follows', async () => {
    await guest!.interrupt()
    await host!.fact(({ event }) => event === 'left')
    await writeFile(world.path('ada/a.txt'), 'one, by ada\nand more\n')
    await host!.fact(
      ({ event, origin, paths }) => event === 'changed' && origin === 'local' && String(paths) === 'a.txt',
    )
    await writeFile(world.path('bob/b.txt'), 'two, by bob\nand more\n')
    await world.git('bob', 'commit', '-qam', 'plain')
    const head = await world.git('bob', 'rev-parse', 'HEAD')
    const { stdout, stderr } = await world.ai(['rejoin-room', '--json'], { folder: 'bob', env: bob })
    assert.notEqual(stdout, '', stderr)
    const { peers, unsigned } = JSON.parse(stdout) as {
      peers: { entriesSent: number; entriesReceived: number }[]
      unsigned: string[]
    }
    assert.equal(peers.length, 1)
    assert.ok(peers[0]!.entriesSent > 0 && peers[0]!.entriesReceived > 0, stdout)
    assert.deepEqual(unsigned, [], 'it is at the tip here')
    const warning = await host!.fact(
      ({ event, message }) => event === 'warning' && String(message).startsWith(head.slice(0, 10)),
    )
    assert.match(String(warning['message']), /is signed by no member, so main does not follow it \(`ai-vcs merge /)
    const { status } = await world.here(['commit', '-am', 'and more'], { folder: 'ada' })
    assert.equal(status, 0)
    await until(async () => (await world.git('ada', 'rev-list', 'HEAD')).includes(head))
    guest = world.startAi(['collab', 'join'], { folder: 'bob', env: bob })
    await guest.fact(({ event }) => event === 'joined')
  })

  it('is equal after `rejoin-room`, and exits with 3 once nobody is there', async () => {
    const report = await world.here(['rejoin-room', '--json'], { folder: 'bob', env: bob })
    assert.equal(report.status, 0, report.stderr)
    const { peers } = JSON.parse(report.stdout) as { peers: { equal: boolean }[] }
    assert.deepEqual(
      peers.map(({ equal }) => equal),
      [true],
    )
    assert.equal(await host!.interrupt(), 130)
    host = undefined
    await guest!.fact(({ event }) => event === 'left')
    const [alone, asJson] = await Promise.all(
      [['rejoin-room'], ['rejoin-room', '--json']].map((args) => world.here(args, { folder: 'bob', env: bob })),
    )
    assert.deepEqual([alone!.status, alone!.stdout], [3, ''])
    assert.match(alone!.stderr, /^error PEER_UNREACHABLE: Nobody else in the room could be reached\.$/m)
    assert.equal(asJson!.status, 3)
    assert.deepEqual((JSON.parse(asJson!.stdout) as { peers: unknown[] }).peers, [])
  })

  it('commits offline the same way, and `leave` ends the room from another process', async () => {
    await writeFile(world.path('ada/a.txt'), 'one\ntwo\nthree\n')
    const { status, stdout, stderr } = await world.here(['commit', '-am', 'alone', '--json'], { folder: 'ada' })
    assert.equal(status, 0, stderr)
    assert.equal((JSON.parse(stdout) as { contributors: unknown[] }).contributors.length, 1)
    const left = await world.here(['collab', 'leave'], { folder: 'bob', env: bob })
    assert.equal(left.status, 0, left.stderr)
    assert.equal(await guest!.ended, 0)
    guest = undefined
  })
})

/** Waits for a condition. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50))
}
