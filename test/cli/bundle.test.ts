import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
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

  it('has no part that cannot be loaded', async () => {
    // What a part takes from others is loaded late: naming all that it gives loads that, too.
    const script = `const bundle = ${JSON.stringify(join(folder, 'program.cjs'))}
      const read = (file) => new Function('return ' + require('node:fs').readFileSync(file, 'utf8'))()
      const importModule = (name) => import(name)
      const own = require('node:module').createRequire(bundle)
      const loaded = {}
      const other = (name) => {
        if (!/^[.][/][^/]+[.]cjs$/.test(name)) return own(name)
        const module = (loaded[name] = { exports: {} })
        read(own.resolve(name))(importModule, bundle)(module, module.exports, load)
        return module.exports
      }
      const { load, parts } = read(bundle)(other, importModule, bundle, loaded)
      const files = require('node:fs').readdirSync(require('node:path').dirname(bundle)).map((name) => './' + name)
      const names = [...Object.keys(parts), ...files.filter((name) => !name.endsWith('/program.cjs'))]
      for (const name of names.filter((name) => !/(main|git-remote-anvcs)[.]cjs$/.test(name))) Object.values(load(name))
      console.log(names.length)`
    const { status, stdout, stderr } = await world.run(process.execPath, ['-e', script])
    assert.equal(status, 0, stderr)
    assert.ok(Number(stdout) > 20)
  })

  it('loads packages without a word', async () => {
    for (const side of ['base', 'ours', 'theirs']) writeFileSync(world.path(`${side}.ts`), `export const ${side} = 1\n`)
    const { stdout, stderr } = await world.run(process.execPath, [
      program,
      'merge-driver',
      'base.ts',
      'ours.ts',
      'theirs.ts',
      'x.ts',
    ])
    assert.deepEqual({ stdout, stderr }, { stdout: '', stderr: '' })
  })

  describe('keeps compiled code', () => {
    const status = async (env = {}) => {
      const ran = await world.run(process.execPath, [program, 'status'], {
        folder: 'repo',
        env: { XDG_CACHE_HOME: cache(), ...env },
      })
      assert.equal(ran.status, 0, ran.stderr)
      return ran.stdout
    }
    const cache = () => world.path('cache')
    const kept = () => join(cache(), 'anvcs/code')
    const files = () => (existsSync(kept()) ? readdirSync(kept()) : [])
    const only = () => join(kept(), files()[0]!)
    let shown: string

    beforeEach(async () => {
      rmSync(cache(), { recursive: true, force: true })
      mkdirSync(cache())
      // Of the first run its parts are kept, of the second what was compiled of them.
      await status()
      shown = await status()
    })

    it('of a command that succeeded, in a folder of the user alone', async () => {
      assert.equal(files().length, 1)
      assert.match(files()[0]!, /^main-status-/)
      assert.equal(statSync(kept()).mode & 0o777, 0o700)
      const { ino } = statSync(only())
      assert.equal(await status(), shown)
      assert.equal(statSync(only()).ino, ino, 'what was compiled is not written again')
      await world.run(process.execPath, [program, 'nonsense'], { env: { XDG_CACHE_HOME: cache() } })
      assert.equal(files().length, 1)
    })

    it('and does without it where it is damaged, cut off, or writable by others', async () => {
      const whole = readFileSync(only())
      const damaged = Buffer.from(whole)
      damaged.fill(0x5a, whole.length >> 1, (whole.length >> 1) + 64)
      for (const bytes of [damaged, whole.subarray(0, 1000), whole.subarray(0, 3), Buffer.alloc(0)]) {
        writeFileSync(only(), bytes)
        assert.equal(await status(), shown)
        assert.equal(await status(), shown)
        assert.ok(readFileSync(only()).length > 0.8 * whole.length, 'it is made anew')
      }
      const { ino } = statSync(only())
      chmodSync(only(), 0o666)
      assert.equal(await status(), shown)
      assert.notEqual(statSync(only()).ino, ino)
    })

    it('and neither runs nor leaves anything where another user could have written it', async function () {
      // Only root can give files away.
      if (process.geteuid?.() !== 0) return this.skip()
      const { ino } = statSync(only())
      chownSync(only(), 1, 1)
      assert.equal(await status(), shown)
      assert.notEqual(statSync(only()).ino, ino)
      rmSync(kept(), { recursive: true })
      chownSync(cache(), 1, 1)
      assert.equal(await status(), shown)
      assert.ok(!existsSync(kept()))
    })

    it('and adds what a later run has loaded besides', async () => {
      rmSync(only())
      const help = () =>
        world.run(process.execPath, [program, 'status', '--help'], { env: { XDG_CACHE_HOME: cache() } })
      await help()
      const parts = statSync(only()).size
      await help()
      const compiled = statSync(only()).size
      assert.ok(compiled > parts)
      await status()
      await status()
      const { size, ino } = statSync(only())
      assert.ok(size > compiled)
      await help()
      assert.equal(statSync(only()).ino, ino, 'what it needs is there')
    })

    it('and reads the program that it began with, where another one is installed meanwhile', async () => {
      const copy = world.path('copy/dist/bundle/cli')
      cpSync(folder, copy, { recursive: true })
      rmSync(kept(), { recursive: true })
      const env = { XDG_CACHE_HOME: cache(), PROGRAM: join(copy, 'program.cjs') }
      const own = join(copy, 'main.cjs')
      await world.run(process.execPath, [own, 'status', '--help'], { env })
      const hook = world.path('hook.cjs')
      const gone = `const vm = require('node:vm'), { Script } = vm
        vm.Script = class extends Script {
          constructor(...all) {
            super(...all)
            require('node:fs').rmSync(process.env.PROGRAM, { force: true })
          }
        }`
      writeFileSync(hook, gone)
      const ran = await world.run(process.execPath, ['-r', hook, own, 'status'], { folder: 'repo', env })
      assert.ok(!existsSync(env.PROGRAM))
      assert.equal(ran.stdout, shown, ran.stderr)
    })

    it('that the next run takes, of commands that parse under another flag of V8, too', async () => {
      const merged = async () => {
        const [first, last] = ['export function first() {}\n', 'export function last() {}\n']
        const sides = {
          base: first + last,
          ours: `const ours = 1\n${first}${last}`,
          theirs: `${first}${last}const theirs = 1\n`,
        }
        for (const [side, text] of Object.entries(sides)) writeFileSync(world.path(`${side}.ts`), text)
        const args = [program, 'merge-driver', 'base.ts', 'ours.ts', 'theirs.ts', 'x.ts']
        const ran = await world.run(process.execPath, args, { env: { XDG_CACHE_HOME: cache() } })
        assert.equal(ran.status, 0, ran.stderr)
        return files()
          .filter((name) => name.startsWith('main-merge-driver-'))
          .map((name) => [name, statSync(join(kept(), name)).ino])
      }
      await merged()
      const first = await merged()
      assert.ok(first.length > 1, 'the program, and a part that has a file of its own')
      assert.deepEqual(await merged(), first, 'what was compiled is not written again')
    })

    it('nowhere where there is no home', async () => {
      const bare = { XDG_CACHE_HOME: '', HOME: '/nonexistent' }
      assert.equal(await status(bare), shown)
      assert.ok(!existsSync('/nonexistent'))
    })
  })

  it('ends when a merge by syntax is done: V8 compiles no grammar twice', async () => {
    const sample = readFileSync(join(projectRoot, 'test/fixtures/syntax/sample.swift'), 'utf8').repeat(20)
    for (const name of ['base', 'left', 'right'])
      writeFileSync(world.path(`${name}.swift`), `${sample}func ${name}() {}\n`)
    const driver = ['merge-driver', 'base.swift', 'left.swift', 'right.swift', 'x.swift'].map((word) =>
      word.endsWith('.swift') && word !== 'x.swift' ? world.path(word) : word,
    )
    const [ours, quick] = [
      await userTime(world, [program, ...driver]),
      await userTime(world, ['--liftoff-only', program, ...driver]),
    ]
    console.log(`      merge driver ${ours} ms, with --liftoff-only ${quick} ms of CPU`)
    assert.ok(ours < 3 * quick, `${ours} ms against ${quick} ms`)
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
