import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { hasWebrtc } from '../support/has-webrtc.ts'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

describe('`ai-vcs commit`', function () {
  this.timeout(120_000)
  let world: CliWorld

  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('repo')
    await world.here(['init'], { folder: 'repo' })
  })
  after(() => world?.close())

  const commit = (...args: readonly string[]) => world.here(['commit', ...args], { folder: 'repo' })
  const hook = (name: string, script: string) =>
    writeFile(world.path('repo/.git/hooks', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const change = (text: string) => writeFile(world.path('repo/a.txt'), text)
  const subjects = async () => (await world.git('repo', 'log', '--format=%s')).split('\n')

  it('says nothing with -q, but to a program that wants JSON', async () => {
    await change('quiet\n')
    assert.deepEqual(await commit('-aqmquiet'), { status: 0, stdout: '', stderr: '' })
    await change('quiet json\n')
    const { stdout } = await commit('-q', '-a', '-m', 'quiet json', '--json')
    assert.equal((JSON.parse(stdout) as { subject: string }).subject, 'quiet json')
    assert.deepEqual((await subjects()).slice(0, 2), ['quiet json', 'quiet'])
  })

  async function refusesItsHook(): Promise<void> {
    await change(`refused ${Math.random()}\n`)
    await hook('pre-commit', 'echo ran >> ../ran; ai-vcs commit --allow-empty -m inner')
    const before = await subjects()
    const { status, stderr } = await commit('-a', '-m', 'outer')
    assert.equal(status, 5)
    assert.match(stderr, /^error WORK_TREE_BUSY: A hook cannot commit to the repository whose commit waits for it\.$/m)
    assert.deepEqual(await subjects(), before)
  }

  it('is refused at once in a hook that its own commit waits for', async () => {
    await refusesItsHook()
    assert.equal(await readFile(world.path('ran'), 'utf8'), 'ran\n')
  })

  it('is refused there in a running room, too', async function () {
    if (!hasWebrtc()) this.skip()
    const running = world.startAi(['collab', 'start'], { folder: 'repo' })
    try {
      await running.fact(({ event }) => event === 'room')
      await refusesItsHook()
    } finally {
      await running.interrupt()
    }
  })

  it('commits in a hook to another repository, and to its own once the commit is made', async () => {
    await world.repository('other')
    await hook(
      'pre-commit',
      'cd ../other && unset $(git rev-parse --local-env-vars) && ai-vcs commit --allow-empty -m beside',
    )
    await hook('post-commit', '[ -e ../after ] || { touch ../after; ai-vcs commit --allow-empty -n -m after; }')
    await change('twice\n')
    const { status, stderr } = await commit('-a', '-m', 'outer')
    assert.equal(status, 0, stderr)
    assert.equal(await world.git('other', 'log', '-1', '--format=%s'), 'beside')
    assert.deepEqual((await subjects()).slice(0, 2), ['after', 'outer'])
  })
})
