import assert from 'node:assert/strict'
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from '../../support/project.ts'
import { until } from '../../support/until.ts'
import { CliWorld, type RunResult } from '../../cli/cli-world.ts'

const preload = join(projectRoot, 'dist/test/support/kill-at.js')
/** At so many changes and children, spread over the whole run, a command is killed: `FAULTS=1000` for all of them. */
const most = Number(process.env['FAULTS'] ?? 2)

const variation = 8

/** A command that changes a repository. */
interface Job {
  readonly name: string
  readonly prepare: (world: CliWorld) => Promise<void>
  readonly command: readonly string[]
  /** What a user would run after the crash: everything is done when it has ended well. */
  readonly again: readonly string[]
  /** Is there no git program for both? */
  readonly isAlone?: boolean
}

const jobs: readonly Job[] = [
  {
    name: 'a commit',
    async prepare(world) {
      await writeFile(world.path('work/changed.txt'), 'two\n')
      await writeFile(world.path('work/new.txt'), 'new\n')
      await rm(world.path('work/deleted.txt'))
      await world.git('work', 'add', 'new.txt')
    },
    command: ['commit', '-a', '-m', 'the commit', '--prompt', 'why'],
    again: ['commit', '-a', '-m', 'the commit', '--allow-empty'],
  },
  {
    name: 'a commit of many files',
    async prepare(world) {
      for (let i = 0; i < 40; i++) await writeFile(world.path(`work/many/f${i}.txt`), `changed ${i}\n`)
    },
    command: ['commit', '-a', '-m', 'the commit'],
    again: ['commit', '-a', '-m', 'the commit', '--allow-empty'],
  },
  {
    name: 'a commit that ends a merge, with a stash and hooks',
    async prepare(world) {
      await fork(world)
      await writeFile(world.path('work/kept.txt'), 'put aside\n')
      await world.git('work', 'merge', '-q', '--no-commit', '--autostash', 'side')
      await writeFile(world.path('work/changed.txt'), 'both\n')
      await world.git('work', 'add', 'changed.txt')
      for (const name of ['pre-commit', 'commit-msg'])
        await writeFile(world.path('work/.git/hooks', name), '#!/bin/sh\nexit 0\n', { mode: 0o755 })
    },
    command: ['commit', '-m', 'the commit'],
    again: ['commit', '-m', 'the commit', '--allow-empty'],
  },
  {
    name: 'a merge',
    async prepare(world) {
      await fork(world)
    },
    command: ['merge', 'side'],
    again: ['merge', 'side'],
  },
  {
    name: 'a merge without git',
    async prepare(world) {
      await fork(world)
    },
    command: ['merge', 'side'],
    again: ['merge', 'side'],
    isAlone: true,
  },
  {
    name: 'a checkout without git',
    async prepare(world) {
      await fork(world)
      await writeFile(world.path('work/changed.txt'), 'main once more\n')
      await rm(world.path('work/deleted.txt'))
      await rm(world.path('work/many'), { recursive: true })
      await writeFile(world.path('work/many'), 'a file\n')
      await world.git('work', 'add', '-A')
      await world.ai(['commit', '-m', 'much'], { folder: 'work' })
    },
    command: ['checkout', 'side'],
    again: ['checkout', 'side'],
    isAlone: true,
  },
  {
    name: 'a pull',
    async prepare(world) {
      await world.git('.', 'clone', '-q', '--bare', 'work', 'remote.git')
      await world.git('work', 'remote', 'add', 'origin', world.path('remote.git'))
      await world.git('.', 'clone', '-q', 'remote.git', 'other')
      await world.ai(['init'], { folder: 'other' })
      await writeFile(world.path('other/theirs.txt'), 'theirs\n')
      await world.ai(['add', 'theirs.txt'], { folder: 'other' })
      await world.ai(['commit', '-m', 'theirs'], { folder: 'other' })
      const pushed = await world.ai(['push', '--yes'], { folder: 'other' })
      assert.equal(pushed.status, 0, pushed.stderr)
      await writeFile(world.path('work/changed.txt'), 'ours\n')
      await world.ai(['commit', '-a', '-m', 'ours'], { folder: 'work' })
    },
    command: ['pull'],
    again: ['pull'],
  },
]

describe('a command that is killed', function () {
  this.timeout(600_000)

  for (const job of jobs)
    describe(job.name, () => {
      let scene: Scene | undefined
      before(async () => (scene = await Scene.make(job)))
      after(() => scene?.close())

      it('before or in the middle of any change it makes leaves nothing that the next one does not finish or drop', async () => {
        for (const at of spread(scene!.counts.changes)) {
          await scene!.killed({ KILL_AT: String(at) }, `change ${at}`)
          await scene!.killed({ KILL_AT: String(at), KILL_TORN: '1' }, `the middle of change ${at}`)
        }
      })

      it('while git works for it, which may end in peace, leaves nothing either', async () => {
        for (const child of spread(scene!.counts.children))
          for (const delayMs of [0, 4])
            await scene!.killed(
              { KILL_SPAWN: String(child), KILL_DELAY_MS: String(delayMs) },
              `${delayMs} ms after child ${child}`,
            )
      })
    })
})

/** `main` and `side`, each with a change of its own. */
async function fork(world: CliWorld): Promise<void> {
  await world.git('work', 'checkout', '-q', '-b', 'side')
  await writeFile(world.path('work/side.txt'), 'side\n')
  await world.git('work', 'add', '.')
  await world.ai(['commit', '-m', 'side'], { folder: 'work' })
  await world.git('work', 'checkout', '-q', 'main')
  await writeFile(world.path('work/changed.txt'), 'main\n')
  await world.ai(['commit', '-a', '-m', 'main'], { folder: 'work' })
}

/** The numbers from 1 to `count`, or some that lie evenly among them, the last included. */
function spread(count: number): readonly number[] {
  const step = Math.max(1, count / most)
  const numbers = new Set<number>()
  for (let at = count; at > 0; at -= step) numbers.add(Math.ceil(at))
  return [...numbers].reverse()
}

/** A repository that is put back before each kill. */
class Scene {
  readonly #world: CliWorld
  readonly #job: Job
  #expected = ''
  counts = { changes: 0, children: 0 }

  private constructor(world: CliWorld, job: Job) {
    this.#world = world
    this.#job = job
  }

  static async make(job: Job): Promise<Scene> {
    const world = await CliWorld.make()
    await mkdir(world.path('work/many'), { recursive: true })
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`many/f${i}.txt`, `${i}\n`]))
    await world.repository('work', { 'changed.txt': 'one\n', 'deleted.txt': 'gone\n', 'kept.txt': 'kept\n', ...many })
    const { status, stderr } = await world.ai(['init'], { folder: 'work' })
    assert.equal(status, 0, stderr)
    await job.prepare(world)
    await cp(world.path('work'), world.path('template'), { recursive: true, preserveTimestamps: true })
    const scene = new Scene(world, job)
    const whole = await scene.#run(job.command, { KILL_COUNTS: world.path('counts') })
    assert.equal(whole.status, 0, whole.stderr)
    scene.counts = JSON.parse(await readFile(world.path('counts'), 'utf8')) as Scene['counts']
    assert.ok(scene.counts.changes > variation)
    assert.ok(scene.counts.children > 0)
    scene.#expected = await scene.#outcome()
    await scene.#mustBeSound()
    return scene
  }

  close(): Promise<void> {
    return this.#world.close()
  }

  /** Kills the command, runs the next one, and judges. */
  async killed(env: Readonly<Record<string, string>>, when: string): Promise<void> {
    const world = this.#world
    await rm(world.path('work'), { recursive: true })
    await cp(world.path('template'), world.path('work'), { recursive: true, preserveTimestamps: true })
    const { status } = await this.#run(this.#job.command, env)
    // It may have ended before a delay was over; and ids are random, so how many folders are made for objects is, too.
    const mustBeKilled = Number(env['KILL_AT'] ?? Number.POSITIVE_INFINITY) <= this.counts.changes - variation
    if (status !== 0 || mustBeKilled) assert.equal(status, -1, when)
    try {
      await this.#fsck().catch(async () => {
        // Git may be at work still; what it writes meanwhile is not damage.
        await until(() => !isAnybodyIn(world.path('work')))
        await this.#fsck()
      })
      const next = await world.here(this.#job.again, { folder: 'work', env: this.#alone })
      assert.equal(next.status, 0, next.stderr)
      assert.equal(await this.#outcome(), this.#expected)
      await this.#mustBeSound()
    } catch (error) {
      throw new Error(`killed at ${when}: ${String(error)}`, { cause: error })
    }
  }

  async #fsck(): Promise<void> {
    await this.#world.git('work', 'fsck', '--strict', '--no-dangling')
  }

  #run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<RunResult> {
    const options = `--import=${preload}`
    return this.#world.ai(args, { folder: 'work', env: { ...this.#alone, ...env, NODE_OPTIONS: options } })
  }

  get #alone(): Readonly<Record<string, string>> {
    return this.#job.isAlone ? { PATH: '/nonexistent' } : {}
  }

  /** All files as HEAD, index and work tree have them, and which commits there are. */
  async #outcome(): Promise<string> {
    const git = (...args: readonly string[]) => this.#world.git('work', ...args)
    const subjects = new Set((await git('log', '--format=%s')).split('\n'))
    return [
      await git('ls-tree', '-r', 'HEAD'),
      await git('status', '--porcelain'),
      [...subjects].sort().join('\n'),
    ].join('\n\n')
  }

  async #mustBeSound(): Promise<void> {
    const world = this.#world
    const git = (...args: readonly string[]) => world.git('work', ...args)
    await this.#fsck()
    const noted = new Set((await git('notes', '--ref=ai-vcs', 'list')).split('\n').map((line) => line.split(' ')[1]))
    for (const line of (await git('log', '--format=%H %(trailers:key=AI-VCS-Change,valueonly,separator=%x2C)')).split(
      '\n',
    )) {
      const [commit, change] = line.split(' ')
      if (change) assert.ok(noted.has(commit), `${commit} has lost its note`)
      if (change) await git('verify-commit', commit!)
    }
    const verified = await world.here(['verify'], { folder: 'work' })
    assert.equal(verified.status, 0, verified.stdout + verified.stderr)
    assert.ok(!existsSync(world.path('work/.git/ai-vcs/intent')), 'an intent is left')
    const left = (await readdir(world.path('work/.git'), { recursive: true })).filter((name) => name.endsWith('.lock'))
    assert.deepEqual(left, [])
  }
}

/** Does a program run in the folder, or below it? */
function isAnybodyIn(folder: string): boolean {
  return readdirSync('/proc').some((id) => {
    try {
      return /^\d+$/.test(id) && readlinkSync(`/proc/${id}/cwd`).startsWith(folder)
    } catch {
      return false // It has ended meanwhile, or is somebody else's.
    }
  })
}
