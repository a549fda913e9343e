import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { bundleCli } from '../../tools/bundle-cli.ts'
import { needsProgram } from '../support/needs.ts'
import { projectRoot } from '../support/project.ts'
import { CliWorld } from './cli-world.ts'

const folder = join(projectRoot, 'dist/bundle/cli')
const program = join(folder, 'main.cjs')

describe('the program as it is installed', function () {
  this.timeout(120_000)
  let world: CliWorld

  before(needsProgram('git'))
  before(bundleCli)
  before(async () => {
    world = await CliWorld.make(program)
    await world.repository('repo')
  })
  after(() => world.close())

  it('starts fast: a version costs little more than Node itself', async () => {
    const [bare, version] = [await userTime(world, ['-e', '0']), await userTime(world, [program, '--version'])]
    console.log(`      node ${bare} ms, ai-vcs --version ${version} ms of CPU`)
    assert.ok(version - bare < 60, `${version} ms against ${bare} ms`)
  })

  it('has no file that cannot be loaded', async () => {
    const parts = readdirSync(folder).filter((name) => name !== 'main.cjs')
    assert.ok(parts.length > 20)
    // What a file takes from others is loaded late: naming all that it gives loads that, too.
    const script = parts.map((name) => `Object.values(require(${JSON.stringify(join(folder, name))}))`).join('\n')
    const { status, stderr } = await world.run(process.execPath, ['-e', script])
    assert.equal(status, 0, stderr)
  })

  it('commits with a record, redacts its prompt, and runs a room', async () => {
    const run = async (...args: readonly string[]) => {
      const { status, stdout, stderr } = await world.ai(args, { folder: 'repo' })
      assert.equal(status, 0, stderr)
      return stdout
    }
    await run('init')
    await run(
      'commit',
      '--allow-empty',
      '-m',
      'second',
      '--prompt',
      'use AKIAIOSFODNN7EXAMPLF please',
      '--agent',
      'foo',
    )
    assert.match(await run('log', '-n', '1'), /foo[^]*use \[redacted: AWS[^\]]*\] please/i)
    assert.match(await run('verify', 'HEAD~1..HEAD'), /1 with a good signature/)
    const room = world.startAi(['collab', 'start'], { folder: 'repo' })
    await room.fact(({ event }) => event === 'room')
    await run('commit', '--allow-empty', '-m', 'in the room')
    assert.equal(await room.interrupt(), 130, room.stderr)
    assert.match(await run('log', '-n', '1'), /in the room/)
  })
})

/** CPU time of a run of node, the least of three, in milliseconds. */
async function userTime(world: CliWorld, args: readonly string[]): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < 3; i++) {
    const script = 'TIMEFORMAT="%U %S"; time "$@" > /dev/null'
    const { stderr } = await world.run('bash', ['-c', script, 'bash', process.execPath, ...args])
    const [user, system] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number) as [number, number]
    least = Math.min(least, Math.round((user + system) * 1000))
  }
  return least
}
