import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { CliWorld, type RunResult } from '../../cli/cli-world.ts'
import { needsProgram } from '../../support/needs.ts'

/** Ada and Bob have clones of a hub, and went apart: each has a commit that the other lacks. */
async function apart(conflicting = false): Promise<CliWorld> {
  const world = await CliWorld.make()
  await world.repository('seed')
  await world.git('.', 'clone', '-q', '--bare', 'seed', 'hub.git')
  for (const [name, file] of [
    ['bob', 'a.txt'],
    ['ada', conflicting ? 'a.txt' : 'b.txt'],
  ] as const) {
    await world.git('.', 'clone', '-q', 'hub.git', name)
    await world.here(['init'], { folder: name })
    await writeFile(world.path(name, file), `${name}\n`)
    await world.git(name, 'add', file)
    const { status, stderr } = await world.here(['commit', '-m', name, '--prompt', `of ${name}`], { folder: name })
    assert.equal(status, 0, stderr)
  }
  const { status, stderr } = await world.here(['push', '--yes'], { folder: 'bob' })
  assert.equal(status, 0, stderr)
  return world
}

async function using(world: Promise<CliWorld>, run: (world: CliWorld) => Promise<void>): Promise<void> {
  const made = await world
  try {
    await run(made)
  } finally {
    await made.close()
  }
}

describe('pull, by the settings of git', function () {
  this.timeout(60_000)
  before(needsProgram('git'))

  const pull = (world: CliWorld, ...args: readonly string[]): Promise<RunResult> =>
    world.here(['pull', '--json', ...args], { folder: 'ada' })
  const told = (world: CliWorld): Promise<RunResult> => world.here(['pull'], { folder: 'ada' })
  const subjects = (world: CliWorld) => world.git('ada', 'log', '--format=%s %p')

  for (const [setting, value] of [
    ['pull.rebase', 'true'],
    ['pull.rebase', 'merges'],
    ['branch.main.rebase', 'yes'],
  ] as const)
    it(`rebases under ${setting}=${value}, and the record goes along`, () =>
      using(apart(), async (world) => {
        await world.git('ada', 'config', 'notes.rewriteRef', 'refs/none')
        await world.git('ada', 'config', setting, value)
        const change = await world.git('ada', 'log', '-1', '--format=%(trailers:key=AI-VCS-Change,valueonly)')
        const { status, stdout, stderr } = await pull(world)
        assert.equal(status, 0, stderr)
        const report = JSON.parse(stdout) as Record<string, unknown>
        assert.deepEqual([report['outcome'], report['isRebase']], ['rebased', true])
        assert.match(await subjects(world), /^ada (\w+)\nbob (\w+)\nfirst$/)
        assert.equal(await world.git('ada', 'rev-parse', 'HEAD~'), await world.git('hub.git', 'rev-parse', 'main'))
        const shown = await world.here(['show', '--json'], { folder: 'ada' })
        const { record } = JSON.parse(shown.stdout) as { record: Record<string, unknown> }
        assert.deepEqual([record['prompt'], record['changeId']], ['of ada', change])
        assert.equal((await world.here(['push', '--yes'], { folder: 'ada' })).status, 0)
      }))

  it('merges where the branch is set to, whatever pull.rebase says', () =>
    using(apart(), async (world) => {
      await world.git('ada', 'config', 'pull.rebase', 'true')
      await world.git('ada', 'config', 'branch.main.rebase', 'false')
      assert.equal((JSON.parse((await pull(world)).stdout) as Record<string, unknown>)['outcome'], 'merged')
    }))

  it('goes forward only, before any rebase, under pull.ff=only', () =>
    using(apart(), async (world) => {
      await world.git('ada', 'config', 'pull.rebase', 'true')
      await world.git('ada', 'config', 'pull.ff', 'only')
      const head = await world.git('ada', 'rev-parse', 'HEAD')
      assert.match((await told(world)).stderr, /^error USAGE: .*pull\.ff/m)
      await world.git('ada', 'reset', '-q', '--hard', 'HEAD~')
      assert.equal((JSON.parse((await pull(world)).stdout) as Record<string, unknown>)['outcome'], 'fast-forward')
      assert.notEqual(await world.git('ada', 'rev-parse', 'HEAD'), head)
    }))

  it('leaves a rebase that conflicts to be ended, and says how', () =>
    using(apart(true), async (world) => {
      await world.git('ada', 'config', 'pull.rebase', 'true')
      const { status, stdout, stderr } = await pull(world)
      assert.equal(status, 1)
      const report = JSON.parse(stdout) as Record<string, unknown>
      assert.deepEqual([report['outcome'], report['isRebase'], report['conflicts']], ['conflict', true, ['a.txt']])
      assert.match(stderr, /git rebase --continue.*git rebase --abort/)
      assert.match(await readFile(world.path('ada/a.txt'), 'utf8'), /^<<<<<<< /m)
      assert.match((await told(world)).stderr, /^error WORK_TREE_BUSY: .*a rebase/m)
      await world.git('ada', 'rebase', '--abort')
    }))

  it('does not rebase over changes that are not committed, unless rebase.autoStash puts them aside', () =>
    using(apart(), async (world) => {
      await world.git('ada', 'config', 'pull.rebase', 'true')
      await writeFile(world.path('ada/b.txt'), 'changed\n')
      assert.match((await told(world)).stderr, /^error WORK_TREE_BUSY: /m)
      await world.git('ada', 'config', 'rebase.autoStash', 'true')
      assert.equal((await pull(world)).status, 0)
      assert.equal(await world.git('ada', 'status', '--porcelain', '-uno'), 'M b.txt')
    }))

  it('leaves out what was taken back at the remote', () =>
    using(apart(), async (world) => {
      await world.git('ada', 'config', 'pull.rebase', 'true')
      assert.equal((await pull(world)).status, 0)
      // Bob's commit is replaced there by another one.
      await world.git('bob', 'reset', '-q', '--hard', 'HEAD~')
      await world.git('bob', 'commit', '-q', '--allow-empty', '-m', 'instead')
      await world.git('bob', 'push', '-q', '-f', 'origin', 'main')
      assert.equal((await pull(world)).status, 0)
      assert.match(await subjects(world), /^ada (\w+)\ninstead (\w+)\nfirst$/)
    }))

  it('does not open an editor, and takes no value that git does not know', () =>
    using(apart(), async (world) => {
      for (const [value, code] of [
        ['interactive', 'USAGE'],
        ['preserve', 'CONFIG_INVALID'],
      ] as const) {
        await world.git('ada', 'config', 'pull.rebase', value)
        assert.match((await told(world)).stderr, new RegExp(`^error ${code}: pull.rebase is ${value}`, 'm'))
      }
    }))
})

describe('push, by the settings of git', function () {
  this.timeout(60_000)
  let world: CliWorld
  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('ada')
    await world.here(['init'], { folder: 'ada' })
    for (const name of ['hub.git', 'fork.git']) {
      await mkdir(world.path(name))
      await world.git(name, 'init', '-q', '--bare')
      await world.git('ada', 'remote', 'add', name.replace('.git', ''), world.path(name))
    }
    await world.git('ada', 'checkout', '-q', '-b', 'topic/one')
  })
  after(() => world.close())

  async function unset(settings: readonly string[]): Promise<void> {
    for (const name of new Set(settings.map((setting) => setting.split('=')[0]!)))
      await world.git('ada', 'config', '--unset-all', name)
  }

  /** Pushes under settings; gives the refs that the two remotes have got, or the error. */
  async function pushed(settings: readonly string[], ...args: readonly string[]): Promise<string> {
    for (const setting of settings) {
      const [name, value] = setting.split('=') as [string, string]
      await world.git('ada', 'config', '--add', name, value)
    }
    const { status, stderr } = await world.here(['push', '--no-records', ...args], { folder: 'ada' })
    await unset(settings)
    const got: string[] = []
    for (const name of ['hub', 'fork']) {
      const refs = await world.git(`${name}.git`, 'for-each-ref', '--format=%(refname)')
      for (const ref of refs.split('\n').filter(Boolean)) {
        got.push(`${name} ${ref}`)
        await world.git(`${name}.git`, 'update-ref', '-d', ref)
        await world.git('ada', 'update-ref', '-d', ref.replace('refs/heads/', `refs/remotes/${name}/`))
      }
    }
    return status === 0 ? got.join(', ') : stderr.split('\n').find((line) => line.startsWith('error'))!
  }

  it('says of a tag, and of a name that is no branch, that nothing of it is pushed', () =>
    using(apart(), async (world) => {
      await world.git('bob', 'tag', 'v1')
      const push = async (name: string) => (await world.here(['push', 'origin', name], { folder: 'bob' })).stderr
      assert.match(await push('v1'), /^error USAGE: v1 is a tag.*\nhint: .*`git push REMOTE tag v1`/)
      assert.match(await push('typo'), /^error COMMIT_UNKNOWN: There is no branch typo\./)
    }))

  const toHub = 'branch.topic/one.remote=hub'
  const asDev = 'branch.topic/one.merge=refs/heads/dev'

  for (const [settings, args, expected] of [
    [[], ['hub'], 'hub refs/heads/topic/one'],
    [[toHub], [], 'hub refs/heads/topic/one'],
    [[toHub, asDev], [], /USAGE: topic\/one follows dev of hub/],
    [[toHub, asDev, 'push.default=simple'], ['hub', 'topic/one'], 'hub refs/heads/topic/one'],
    [[toHub, asDev, 'push.default=current'], [], 'hub refs/heads/topic/one'],
    [[toHub, asDev, 'push.default=upstream'], [], 'hub refs/heads/dev'],
    [[toHub, asDev, 'push.default=tracking'], ['hub', 'topic/one'], 'hub refs/heads/dev'],
    [[toHub, 'push.default=upstream'], [], /USAGE: push\.default is upstream/],
    [[toHub, 'push.default=nothing'], [], /USAGE: push\.default is nothing/],
    [[toHub, 'push.default=nothing'], ['hub', 'topic/one'], 'hub refs/heads/topic/one'],
    [[toHub, 'push.default=matching'], [], /USAGE: push\.default is matching/],
    [[toHub, 'push.default=some'], [], /CONFIG_INVALID: push\.default is some/],
    [[toHub, asDev, 'remote.pushDefault=fork'], [], 'fork refs/heads/topic/one'],
    [[toHub, 'branch.topic/one.pushRemote=fork', 'remote.pushDefault=hub'], [], 'fork refs/heads/topic/one'],
    [[toHub, 'remote.hub.push=HEAD'], [], 'hub refs/heads/topic/one'],
    [[toHub, asDev, 'remote.hub.push=refs/heads/*:refs/heads/ada/*'], [], 'hub refs/heads/ada/topic/one'],
    [[toHub, 'remote.hub.push=topic/one:other', 'remote.hub.push=refs/notes/x/*'], [], 'hub refs/heads/other'],
    [[toHub, 'remote.hub.push=refs/heads/topic/*:refs/for/*'], ['hub', 'topic/one'], 'hub refs/for/one'],
    [[toHub, 'remote.hub.push=main'], [], /USAGE: remote\.hub\.push does not send topic\/one/],
    [[toHub, 'remote.hub.push=main'], ['hub', 'topic/one'], 'hub refs/heads/topic/one'],
    [[toHub, 'remote.hub.push=refs/heads/*', 'remote.hub.push=^refs/heads/topic/*'], [], /does not send topic\/one/],
  ] as const)
    it(`goes ${args.join(' ') || 'by itself'} under ${settings.join(', ') || 'none'} where git would send it`, async () => {
      const got = await pushed(settings, ...args)
      if (typeof expected === 'string') assert.equal(got, expected)
      else assert.match(got, expected)
      if (typeof expected !== 'string') return
      // What git itself does.
      for (const setting of settings)
        await world.git('ada', 'config', '--add', ...(setting.split('=') as [string, string]))
      const told = await world.git('ada', 'push', '--dry-run', '--porcelain', ...args).catch(String)
      await unset(settings)
      if (!settings.length || (settings.length === 1 && settings[0] === toHub && !args.length)) return
      assert.match(told, new RegExp(`:${expected.split(' ')[1]}\t`))
    })

  it('overwrites where a refspec says so, and only there', async () => {
    await world.here(['push', '--no-records', 'hub'], { folder: 'ada' })
    await world.git('ada', 'commit', '-q', '--amend', '-m', 'another')
    const push = () => world.here(['push', '--no-records', 'hub'], { folder: 'ada' })
    assert.match((await push()).stderr, /^error REF_MOVED: hub\/topic\/one has commits that are not here/m)
    await world.git('ada', 'config', 'remote.hub.push', '+refs/heads/*:refs/heads/*')
    assert.equal((await push()).status, 0)
    assert.equal(await world.git('hub.git', 'log', '--format=%s', 'topic/one'), 'another')
  })
})
