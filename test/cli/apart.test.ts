import assert from 'node:assert/strict'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { fingerprints } from '../support/folder-content.ts'
import { hasWebrtc } from '../support/has-webrtc.ts'
import { needs, needsProgram } from '../support/needs.ts'
import { until } from '../support/until.ts'
import { saves } from '../support/watched-saves.ts'
import { CliWorld, type RunningCommand } from './cli-world.ts'

interface Report {
  readonly peers: readonly { readonly equal: boolean }[]
  readonly heads: readonly string[]
}

describe('collab: two programs that are apart for a while', function () {
  this.timeout(120_000)
  let world: CliWorld
  let bob: Readonly<Record<string, string>>
  let server: RunningCommand | undefined
  let signaling: string
  let running: readonly RunningCommand[] = []

  before(needsProgram('git'))
  before(needs('a WebRTC binding', hasWebrtc, true))
  before(async () => {
    world = await CliWorld.make()
    bob = await world.pair({ 'a.txt': 'one\n', 'b.txt': 'two\n' })
    const port = await startServer()
    signaling = `ws://127.0.0.1:${port}`
    const host = start('ada', ['start'])
    const { ticket } = await host.fact(({ event }) => event === 'room')
    running = [host, start('bob', ['join', String(ticket)])]
    await Promise.all(running.map((one) => one.fact(({ event }) => event === 'joined')))
  })
  after(async () => {
    await end()
    await server?.interrupt()
    await world?.close()
  })

  const inBob = (folder: string) => (folder === 'bob' ? bob : {})

  async function startServer(port?: number): Promise<number> {
    server = world.startAi(['signal', ...(port === undefined ? [] : ['--port', String(port)])])
    return (await server.fact(({ event }) => event === 'listening'))['port'] as number
  }

  function start(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCommand {
    const options = { folder, env: { ...inBob(folder), ...env } }
    return world.startAi(['collab', ...args, '--no-listen', '--signaling', signaling], options)
  }

  async function end(): Promise<void> {
    await Promise.all(running.map((one) => one.interrupt()))
    running = []
  }

  async function ai(folder: string, ...args: readonly string[]) {
    return world.here(args, { folder, env: inBob(folder) })
  }

  async function commit(folder: string, path: string, text: string): Promise<string> {
    await appendFile(world.path(folder, path), text)
    const { status, stderr } = await ai(folder, 'commit', '-am', `${folder} changes ${path}`)
    assert.equal(status, 0, stderr)
    return world.git(folder, 'rev-parse', 'HEAD')
  }

  async function rejoin(folder: string): Promise<Report> {
    const { stdout, stderr } = await ai(folder, 'rejoin-room', '--json')
    assert.notEqual(stdout, '', stderr)
    return JSON.parse(stdout) as Report
  }

  it('lose nothing of 200 saves of any kind while the link is cut, and are alike after `rejoin-room`', async () => {
    const port = Number(new URL(signaling).port)
    await server!.interrupt()
    await running[0]!.interrupt()
    await running[1]!.fact(({ event }) => event === 'left')
    // Nobody can be found now: both programs mirror, each for itself.
    running = [start('ada', ['start']), running[1]!]
    await running[0]!.fact(({ event }) => event === 'room')
    const common = { count: 110, pauseMs: 20 }
    const counts = await Promise.all([
      saves({ ...common, folder: world.path('ada'), prefix: 'of-ada', seed: 5 }),
      saves({ ...common, folder: world.path('bob'), prefix: 'of-bob', seed: 6 }),
    ])
    assert.ok(counts[0] + counts[1] >= 200)
    const [own, others] = [fingerprints(world.path('ada')), fingerprints(world.path('bob'))]
    assert.deepEqual(
      [own, others].map((prints) => Object.keys(prints).filter((path) => path.startsWith('of-')).length > 10),
      [true, true],
    )
    assert.equal(Object.keys(own).filter((path) => path.startsWith('of-bob')).length, 0)
    await startServer(port)
    const reports = await Promise.all(['ada', 'bob'].map(rejoin))
    assert.deepEqual(
      reports.map(({ peers }) => peers.map(({ equal }) => equal)),
      [[true], [true]],
    )
    const all = JSON.stringify(sorted({ ...own, ...others }))
    const isAlike = (folder: string) => JSON.stringify(sorted(fingerprints(world.path(folder)))) === all
    await until(() => isAlike('ada') && isAlike('bob'))
  })

  describe('with commits that do not conflict', () => {
    let merge: string

    before(async () => {
      await end()
      const commits = [await commit('ada', 'a.txt', 'by ada\n'), await commit('bob', 'b.txt', 'by bob\n')]
      running = [start('ada', ['start']), start('bob', ['join'])]
      const isMerge = ({ event, to }: Readonly<Record<string, unknown>>) =>
        event === 'followed' && !commits.includes(String(to))
      const [first, second] = await Promise.all(running.map((one) => one.fact(isMerge)))
      merge = String(first!['to'])
      assert.equal(second!['to'], merge)
    })

    async function verify(folder: string): Promise<{ readonly proven: string[]; readonly notProven: string[] }> {
      const { status, stdout, stderr } = await ai(folder, 'verify', '--json', merge, '^HEAD^1', '^HEAD^2')
      assert.equal(status, 0, stderr)
      const { commits } = JSON.parse(stdout) as { commits: { proven: string[]; notProven: string[] }[] }
      assert.equal(commits.length, 1)
      return commits[0]!
    }

    it('`verify` proves the automatic merge where the room is: keys vouch for it, and it was recomputed', async () => {
      await until(async () => (await world.git('ada', 'notes', '--ref=ai-vcs', 'list')).includes(merge))
      const { proven, notProven } = await verify('ada')
      assert.match(proven[0]!, /^(?:1 key vouches|2 keys vouch) for this automatic merge$/)
      assert.equal(proven[1], 'its content is what the rules make of its parents: it was recomputed here')
      assert.deepEqual([proven.length, notProven], [2, []])
    })

    it('and says in a plain clone what is not proven there', async () => {
      await world.git('.', 'clone', '-q', 'ada', 'carol')
      const notRecomputed = 'that its content is what the rules make of its parents: it was not recomputed here'
      const bare = await verify('carol')
      assert.deepEqual(
        [bare.proven, bare.notProven],
        [[], ['that this automatic merge follows the rules: nobody vouches for it', notRecomputed]],
      )
      await world.git('carol', 'fetch', '-q', 'origin', 'refs/notes/ai-vcs:refs/notes/ai-vcs')
      const { proven, notProven } = await verify('carol')
      assert.match(proven.join(), /^(?:1 key vouches|2 keys vouch) for this automatic merge$/)
      assert.deepEqual(notProven, [notRecomputed])
    })

    it('`push` warns of a merge that carries no signature', async () => {
      await world.git('.', 'init', '-q', '--bare', 'hub.git')
      await world.git('ada', 'remote', 'add', 'hub', world.path('hub.git'))
      const { status, stderr } = await ai('ada', 'push', 'hub', 'main', '--yes')
      assert.equal(status, 0, stderr)
      assert.match(
        stderr,
        /^warning: 1 automatic merge carries no signature of its own; members vouch for it in its note\.$/m,
      )
      assert.equal(await world.git('hub.git', 'rev-parse', 'main'), merge)
    })
  })

  it('with `room.autoMerge: offer` heads stay, are shown, and are merged by `ai-vcs merge`', async () => {
    await end()
    const commits = [await commit('ada', 'a.txt', 'ada again\n'), await commit('bob', 'b.txt', 'bob again\n')]
    const offer = { AI_VCS_ROOM_AUTO_MERGE: 'offer' }
    running = [start('ada', ['start'], offer), start('bob', ['join'], offer)]
    const isTold = ({ event, heads }: Readonly<Record<string, unknown>>) =>
      event === 'heads' && (heads as string[]).length === 2
    await Promise.all(running.map((one) => one.fact(isTold)))
    const { heads } = await rejoin('ada')
    assert.deepEqual([...heads].sort(), [...commits].sort())
    assert.deepEqual(await Promise.all(['ada', 'bob'].map((folder) => world.git(folder, 'rev-parse', 'HEAD'))), commits)
    assert.deepEqual(
      running.flatMap(({ facts }) => facts.filter(({ event }) => event === 'merge')),
      [],
    )
    const { stdout } = await ai('ada', 'status')
    assert.ok(stdout.includes(`(\`ai-vcs merge ${commits[1]!.slice(0, 10)}\`)`), stdout)
    await until(async () => (await readFile(world.path('ada/b.txt'), 'utf8')).endsWith('bob again\n'))
    const text = await readFile(world.path('ada/a.txt'))
    await appendFile(world.path('ada/a.txt'), 'in no commit\n')
    const busy = await ai('ada', 'merge', commits[1]!)
    assert.match(busy.stderr, /^error WORK_TREE_BUSY: There are changes that are not committed/)
    await writeFile(world.path('ada/a.txt'), text)
    const merged = await ai('ada', 'merge', commits[1]!)
    assert.equal(merged.status, 0, merged.stderr)
    const merge = await world.git('ada', 'rev-parse', 'HEAD')
    assert.deepEqual((await world.git('ada', 'show', '-s', '--format=%P')).split(' '), commits)
    await running[1]!.fact(({ event, to }) => event === 'followed' && to === merge)
    assert.deepEqual((await rejoin('bob')).heads, [merge])
    for (const folder of ['ada', 'bob'])
      await until(async () => (await world.git(folder, 'status', '--porcelain', '--untracked-files=no')) === '')
  })
})

function sorted(prints: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(prints).sort(([a], [b]) => (a < b ? -1 : 1))
}
