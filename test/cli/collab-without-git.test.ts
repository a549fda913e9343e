import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { hasWebrtc } from '../support/has-webrtc.ts'
import { needs, needsProgram } from '../support/needs.ts'
import { CliWorld, type RunningCommand } from './cli-world.ts'

describe('collab where no git program is installed', function () {
  this.timeout(240_000)
  let world: CliWorld
  let host: RunningCommand | undefined
  let guest: RunningCommand | undefined
  /** Git is hidden from everybody but the judge. */
  const alone = { PATH: '/nonexistent' }
  let bob: Readonly<Record<string, string>>

  before(needsProgram('git'))
  before(needs('a WebRTC binding', hasWebrtc, true))
  before(async () => {
    world = await CliWorld.make()
    const lines = Array.from({ length: 60 }, (_, i) => `line ${i}\n`).join('')
    bob = { ...(await world.pair({ 'a.txt': 'one\n', 'long.txt': lines, '.gitignore': '*.log\n' })), ...alone }
  })
  after(async () => {
    await guest?.interrupt()
    await host?.interrupt()
    await world.close()
  })

  const commit = async (folder: string, env: Readonly<Record<string, string>>, message: string): Promise<string> => {
    const { status, stderr } = await world.here(['commit', '-am', message], { folder, env })
    assert.equal(status, 0, stderr)
    return world.git(folder, 'rev-parse', 'HEAD')
  }

  async function head(folder: string, wanted: string): Promise<void> {
    while ((await world.git(folder, 'rev-parse', 'HEAD')) !== wanted)
      await new Promise((resolve) => setTimeout(resolve, 50))
  }

  it('starts, and is joined', async () => {
    host = world.startAi(['collab', 'start'], { folder: 'ada', env: alone })
    const room = await host.fact(({ event }) => event === 'room')
    guest = world.startAi(['collab', 'join', String(room['ticket'])], { folder: 'bob', env: bob })
    await guest.fact(({ event }) => event === 'room')
    await host.fact(({ event }) => event === 'joined')
    await head('bob', await world.git('ada', 'rev-parse', 'HEAD'))
  })

  it('carries edits, shares a new file, and leaves alone what is ignored', async () => {
    await writeFile(world.path('bob/secret.log'), 'mine\n')
    await writeFile(world.path('bob/new.txt'), 'new\n')
    await writeFile(world.path('bob/a.txt'), 'one\ntwo\n')
    await until(async () => (await read('ada/a.txt')) === 'one\ntwo\n' && (await read('ada/new.txt')) === 'new\n')
    assert.equal(await read('ada/secret.log'), undefined)
  })

  it('hands commits on, and the other branch follows', async () => {
    await head('ada', await commit('bob', bob, 'from bob'))
    await writeFile(world.path('ada/a.txt'), 'one\ntwo\nthree\n')
    await until(async () => (await read('bob/a.txt')) === 'one\ntwo\nthree\n')
    await head('bob', await commit('ada', alone, 'from ada'))
  })

  it('merges what was committed while both were apart', async () => {
    await Promise.all([host!.interrupt(), guest!.interrupt()])
    await writeFile(world.path('ada/a.txt'), 'ONE\ntwo\nthree\n')
    await writeFile(world.path('bob/long.txt'), `${(await read('bob/long.txt'))!}last\n`)
    const ours = await commit('ada', alone, 'ada alone')
    const theirs = await commit('bob', bob, 'bob alone')
    host = world.startAi(['collab', 'start'], { folder: 'ada', env: alone })
    await host.fact(({ event }) => event === 'room')
    guest = world.startAi(['collab', 'join'], { folder: 'bob', env: bob })
    const merge = await host.fact(({ event, to }) => event === 'followed' && to !== ours && to !== theirs)
    await head('bob', String(merge['to']))
    await head('ada', String(merge['to']))
    for (const folder of ['ada', 'bob']) {
      assert.match((await read(`${folder}/a.txt`))!, /^ONE\n/)
      assert.match((await read(`${folder}/long.txt`))!, /last\n$/)
    }
  })

  it('leaves repositories in which git finds nothing wrong', async () => {
    await Promise.all([host!.interrupt(), guest!.interrupt()])
    host = guest = undefined
    for (const folder of ['ada', 'bob']) {
      await world.git(folder, 'fsck', '--strict', '--no-dangling')
      assert.equal(await world.git(folder, 'status', '--porcelain', '--untracked-files=no'), '')
      assert.match(await world.git(folder, 'log', '--format=%s'), /from ada\nfrom bob\nfirst$/)
    }
    const verified = await world.here(['verify', '--json'], { folder: 'bob', env: bob })
    assert.equal(verified.status, 0, verified.stdout + verified.stderr)
  })

  const read = (path: string) => readFile(world.path(path), 'utf8').catch(() => undefined)
})

/** Waits for a condition. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50))
}
