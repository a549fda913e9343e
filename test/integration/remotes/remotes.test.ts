import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { CliWorld, type RunResult } from '../../cli/cli-world.ts'
import { HttpRemote } from '../../support/http-remote.ts'
import { needsProgram } from '../../support/needs.ts'
import { SshRemote } from '../../support/ssh-remote.ts'

/** A kind of remote, and what it needs. */
interface Kind {
  readonly name: string
  readonly programs: readonly string[]
  /** The URL of the repository `hub.git` in the world, and variables for those who use it. */
  readonly start: (world: CliWorld) => Promise<{
    readonly url: string
    readonly env?: Readonly<Record<string, string>>
    readonly stop?: () => Promise<void>
  }>
}

const kinds: readonly Kind[] = [
  { name: 'a path', programs: [], start: async (world) => ({ url: world.path('hub.git') }) },
  { name: 'a file URL', programs: [], start: async (world) => ({ url: `file://${world.path('hub.git')}` }) },
  {
    name: 'ssh',
    programs: ['sshd', 'ssh-keygen'],
    start: async (world) => {
      const remote = await SshRemote.start(world.path('sshd'))
      const stop = async () => remote[Symbol.asyncDispose]()
      return { url: remote.url(world.path('hub.git')), env: { GIT_SSH_COMMAND: remote.command }, stop }
    },
  },
  {
    name: 'HTTP',
    programs: [],
    start: async (world) => {
      const remote = await HttpRemote.start(world.root)
      return { url: `${remote.url}/hub.git`, stop: async () => remote[Symbol.asyncDispose]() }
    },
  },
]

for (const kind of kinds)
  describe(`a branch and its records over ${kind.name}`, function () {
    this.timeout(60_000)
    let world: CliWorld
    let stop: (() => Promise<void>) | undefined
    let env: Readonly<Record<string, string>> = {}

    before(needsProgram('git'))
    for (const program of kind.programs) before(needsProgram(program))
    before(async () => {
      world = await CliWorld.make()
      await world.repository('seed')
      await world.git('.', 'clone', '-q', '--bare', 'seed', 'hub.git')
      await world.git('hub.git', 'config', 'http.receivepack', 'true')
      const started = await kind.start(world)
      ;({ stop, env = {} } = started)
      for (const name of ['ada', 'bob']) {
        const { status, stderr } = await world.run('git', ['clone', '-q', started.url, name], { env })
        assert.equal(status, 0, stderr)
        await ok(['init'], name)
      }
    })
    after(async () => {
      await stop?.()
      await world.close()
    })

    async function ok(args: readonly string[], folder: string): Promise<RunResult> {
      const result = await world.here(args, { folder, env })
      assert.equal(result.status, 0, result.stderr)
      return result
    }

    async function commit(folder: string, path: string): Promise<string> {
      await writeFile(world.path(folder, path), `${path}\n`)
      await world.git(folder, 'add', path)
      await ok(['commit', '-m', path, '--prompt', `write ${path}`], folder)
      return world.git(folder, 'rev-parse', 'HEAD')
    }

    const notes = (folder: string) => world.git(folder, 'notes', '--ref=ai-vcs', 'list')

    it('go out together, come in together, and prove the same there', async () => {
      const made = await commit('ada', 'first')
      const { stdout } = await ok(['push', '--yes', '--json'], 'ada')
      assert.deepEqual(Object.entries(JSON.parse(stdout) as object).slice(1), [
        ['remote', 'origin'],
        ['branch', 'main'],
        ['destination', 'refs/heads/main'],
        ['commit', made],
        ['commits', 1],
        ['records', 1],
        ['isAtomic', true],
      ])
      await ok(['pull'], 'bob')
      assert.equal(await notes('bob'), await notes('hub.git'))
      const { record } = JSON.parse((await ok(['show', '--json'], 'bob')).stdout) as { record: { prompt: string } }
      assert.equal(record.prompt, 'write first')
      const verified = JSON.parse((await ok(['verify', '--json'], 'bob')).stdout) as {
        signed: number
        recorded: number
      }
      assert.deepEqual([verified.signed, verified.recorded], [1, 1])
    })

    it('merge where both sides went on, and nothing of either is lost', async () => {
      const theirs = await commit('bob', 'second')
      await ok(['push'], 'bob')
      const ours = await commit('ada', 'third')
      const early = await world.here(['push'], { folder: 'ada', env })
      assert.equal(early.status, 1)
      assert.match(early.stderr, /^error REF_MOVED: origin\/main has commits that are not here/m)
      await ok(['pull'], 'ada')
      const merge = JSON.parse((await ok(['verify', '--json', 'HEAD', '^HEAD^1', '^HEAD^2'], 'ada')).stdout) as {
        recorded: number
      }
      assert.equal(merge.recorded, 1, 'the merge is signed and has a record')
      await ok(['push'], 'ada')
      await ok(['pull'], 'bob')
      assert.equal(await world.git('bob', 'rev-parse', 'HEAD'), await world.git('ada', 'rev-parse', 'HEAD'))
      for (const folder of ['ada', 'bob', 'hub.git'])
        for (const id of [theirs, ours])
          assert.match(await world.git(folder, 'notes', '--ref=ai-vcs', 'show', id), /"prompt":"write (second|third)"/)
      await world.git('hub.git', 'fsck', '--strict')
    })
  })

describe('a remote', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  beforeEach(async () => {
    world = await CliWorld.make()
    await world.repository('ada')
    await world.git('.', 'clone', '-q', '--bare', 'ada', 'hub.git')
    await world.git('ada', 'remote', 'add', 'origin', world.path('hub.git'))
    assert.equal((await world.here(['init'], { folder: 'ada' })).status, 0)
    await commit('one')
  })
  afterEach(() => world.close())

  async function commit(message: string): Promise<string> {
    const made = await world.here(['commit', '--allow-empty', '-m', message], { folder: 'ada' })
    assert.equal(made.status, 0, made.stderr)
    return world.git('ada', 'rev-parse', 'HEAD')
  }

  const push = (...args: readonly string[]) => world.here(['push', '--yes', ...args], { folder: 'ada' })
  const refs = () => world.git('hub.git', 'for-each-ref', '--format=%(refname) %(objectname)')

  it('that refuses the branch keeps neither it nor the records', async () => {
    const before = await refs()
    const hook = '#!/bin/sh\ntest "$1" != refs/heads/main || { echo "no pushes on Friday"; exit 1; }\n'
    await writeFile(world.path('hub.git/hooks/update'), hook, { mode: 0o755 })
    const { status, stderr } = await push()
    assert.equal(status, 4)
    assert.match(
      stderr,
      /^error REMOTE_REFUSED: origin refused refs\/heads\/main: hook declined \(no pushes on Friday\)\.$/m,
    )
    assert.equal(await refs(), before)
  })

  it('is not reached where the pre-push hook says no; it finds the variables of its user, and none of ours', async () => {
    const before = await refs()
    const hook =
      '#!/bin/sh\nenv | grep -E "^(GIT_LITERAL|GIT_INDEX|GIT_OPTIONAL)"\necho "not today: permission denied" >&2\nexit 1\n'
    await writeFile(world.path('ada/.git/hooks/pre-push'), hook, { mode: 0o755 })
    const { status, stderr } = await push()
    assert.equal(status, 5)
    assert.match(stderr, /^error HOOK_REFUSED: The hook pre-push refused the push/m)
    assert.match(stderr, /not today/)
    assert.doesNotMatch(stderr, /GIT_/)
    assert.equal(await refs(), before)
  })

  it('that is empty gets its first branch', async () => {
    await world.git('.', 'init', '-q', '--bare', 'empty.git')
    await world.git('ada', 'remote', 'set-url', 'origin', world.path('empty.git'))
    const { status, stderr } = await push()
    assert.equal(status, 0, stderr)
    assert.equal(
      await world.git('empty.git', 'notes', '--ref=ai-vcs', 'list'),
      await world.git('ada', 'notes', '--ref=ai-vcs', 'list'),
    )
  })

  it('that got records of others in the middle of a push gets ours beside them', async () => {
    await push()
    await world.git('.', 'clone', '-q', 'hub.git', 'bob')
    await world.git('bob', 'fetch', '-q', 'origin', 'refs/notes/*:refs/notes/*')
    const others = ['notes --ref=ai-vcs append -m others HEAD', 'push -q origin refs/notes/ai-vcs']
    // Once: when ada's push has seen what the remote has.
    const hook = `#!/bin/sh\nrm "$0"\ncd ../bob && unset GIT_DIR\n${others.map((line) => `git ${line}\n`).join('')}`
    await writeFile(world.path('ada/.git/hooks/pre-push'), hook, { mode: 0o755 })
    const made = await commit('two')
    const { status, stderr } = await push()
    assert.equal(status, 0, stderr)
    await world.git('hub.git', 'notes', '--ref=ai-vcs', 'show', made)
    assert.match(await world.git('hub.git', 'notes', '--ref=ai-vcs', 'show', `${made}~1`), /^others$/m)
    assert.equal(await world.git('hub.git', 'rev-parse', 'main'), made)
  })

  it('that takes no notes is named, and gets the branch alone when that is asked for', async () => {
    await world.git('hub.git', 'config', 'transfer.hideRefs', 'refs/notes')
    const { status, stderr } = await push()
    assert.equal(status, 70)
    assert.match(
      stderr,
      /^error REMOTE_UNSUPPORTED: origin takes no records \(refs\/notes\/ai-vcs\): .* The branch itself is there/m,
    )
    assert.match(stderr, /^hint: Push the branch alone with `--no-records`/m)
    assert.equal(await world.git('hub.git', 'rev-parse', 'main'), await world.git('ada', 'rev-parse', 'main'))
    await commit('two')
    assert.equal((await push('--no-records')).status, 0)
    assert.equal(await world.git('hub.git', 'rev-parse', 'main'), await world.git('ada', 'rev-parse', 'main'))
  })

  it('that cannot take several refs at once gets the records first, and that is said', async () => {
    await world.git('hub.git', 'config', 'receive.advertiseAtomic', 'false')
    const { status, stderr } = await push()
    assert.equal(status, 0, stderr)
    assert.match(stderr, /^warning: origin does not take several refs in one step: records went first/m)
    assert.equal(await world.git('hub.git', 'rev-parse', 'main'), await world.git('ada', 'rev-parse', 'main'))
    await writeFile(world.path('hub.git/hooks/update'), '#!/bin/sh\ntest "$1" != refs/heads/main\n', { mode: 0o755 })
    const made = await commit('two')
    assert.match((await push()).stderr, /^error REMOTE_REFUSED: /m)
    await world.git('hub.git', 'notes', '--ref=ai-vcs', 'list', made)
  })

  it('never overwrites records that were not sent, whatever it has, and bytes of others stay as they are', async () => {
    await push()
    const own = await commit('two')
    await world.git('.', 'clone', '-q', 'hub.git', 'bob')
    await world.git('bob', 'fetch', '-q', 'origin', 'refs/notes/*:refs/notes/*')
    const odd = Buffer.from('by bob: \xff\xfe\n', 'latin1')
    await writeFile(world.path('odd'), odd)
    await world.git('bob', 'notes', '--ref=ai-vcs', 'add', '-f', '-F', world.path('odd'), 'HEAD')
    await world.git('bob', 'push', '-q', 'origin', 'refs/notes/ai-vcs')
    await world.git('ada', 'fetch', '-q')
    await world.git('ada', 'notes', '--ref=ai-vcs', 'show', own)
    const pulled = await world.here(['pull'], { folder: 'ada' })
    assert.equal(pulled.status, 0, pulled.stderr)
    await world.git('ada', 'notes', '--ref=ai-vcs', 'show', own)
    assert.equal((await push()).status, 0)
    const blob = (await world.git('hub.git', 'notes', '--ref=ai-vcs', 'list', `${own}~1`)).split(' ')[0]!
    const found = await world.run('sh', ['-c', `git cat-file blob ${blob} | od -An -tx1`], { folder: 'hub.git' })
    assert.match(found.stdout.replace(/\s+/g, ' '), /20 ff fe 0a/)
  })

  it('whose URL would run a program, or is of a kind that the user has forbidden, is not spoken to', async () => {
    await world.git('ada', 'config', 'protocol.ext.allow', 'always')
    await world.git('ada', 'remote', 'set-url', 'origin', `ext::sh -c touch% ${world.path('owned')}`)
    const { status, stderr } = await push()
    assert.equal(status, 70)
    assert.match(stderr, /^error REMOTE_UNSUPPORTED: git fetch: transport 'ext' not allowed/m)
    await assert.rejects(world.git('.', 'hash-object', 'owned'))
    await world.git('ada', 'remote', 'set-url', 'origin', `file://${world.path('hub.git')}`)
    await world.git('ada', 'config', 'protocol.file.allow', 'never')
    assert.match((await push()).stderr, /^error REMOTE_UNSUPPORTED: git fetch: transport 'file' not allowed/m)
  })

  it('that somebody has given a note that is none goes on as before; `verify` tells it', async () => {
    assert.equal((await push()).status, 0)
    const made = await world.git('ada', 'rev-parse', 'HEAD')
    const tree = await world.run('git', ['mktree'], { folder: 'hub.git', input: `160000 commit ${made}\t${made}\n` })
    const args = ['commit-tree', '-p', 'refs/notes/ai-vcs', '-m', 'odd', tree.stdout.trim()]
    await world.git('hub.git', 'update-ref', 'refs/notes/ai-vcs', await world.git('hub.git', ...args))
    for (const args of [['pull'], ['log'], ['show'], ['reindex'], ['reattach']]) {
      const { status, stderr } = await world.here(args, { folder: 'ada' })
      assert.equal(status, 0, `${args[0]}: ${stderr}`)
    }
    const { stdout } = await world.here(['verify'], { folder: 'ada' })
    assert.match(stdout, /A commit lies where the note of/)
    await commit('two')
    assert.equal((await push()).status, 0)
  })

  it('whose refs for records are no commits is told, and these are left alone', async () => {
    const { stdout } = await world.run('git', ['hash-object', '-w', '--stdin'], { folder: 'hub.git', input: 'odd' })
    for (const ref of ['refs/notes/ai-vcs', 'refs/ai-vcs/meta'])
      await world.git('hub.git', 'update-ref', ref, stdout.trim())
    for (const verb of ['pull', 'push']) {
      const { status, stderr } = await world.here([verb, ...(verb === 'push' ? ['--yes'] : [])], { folder: 'ada' })
      assert.equal(status, 0, stderr)
      for (const ref of ['refs/notes/ai-vcs', 'refs/ai-vcs/meta'])
        assert.ok(stderr.includes(`warning: ${ref} of origin is no commit`), stderr)
    }
    assert.equal(await world.git('hub.git', 'rev-parse', 'main'), await world.git('ada', 'rev-parse', 'main'))
    assert.equal(await world.git('hub.git', 'rev-parse', 'refs/notes/ai-vcs'), stdout.trim())
  })

  it('whose name in the settings would be an option of git is none', async () => {
    await writeFile(world.path('run'), `#!/bin/sh\ntouch ${world.path('owned')}\n`, { mode: 0o755 })
    for (const setting of ['branch.main.remote', 'branch.main.pushRemote']) {
      await world.git('ada', 'config', setting, `--upload-pack=${world.path('run')}`)
      const verb = setting.endsWith('pushRemote') ? 'push' : 'pull'
      const { status, stderr } = await world.here([verb], { folder: 'ada' })
      assert.equal(status, 2, stderr)
      assert.match(stderr, /^error USAGE: --upload-pack=.* is no remote/m)
    }
    await assert.rejects(world.git('.', 'hash-object', 'owned'))
  })

  it('that wants a password is not waited for: nobody is asked', async () => {
    await using remote = await HttpRemote.start(world.root, { password: 'secret' })
    await world.git('hub.git', 'config', 'http.receivepack', 'true')
    await world.git('ada', 'remote', 'set-url', 'origin', `${remote.url}/hub.git`)
    const { status, stderr } = await push()
    assert.equal(status, 4)
    assert.match(stderr, /^error REMOTE_REFUSED: git fetch: could not read Username/m)
    const helper = '!f() { echo username=ada; echo password=secret; }; f'
    await world.git('ada', 'config', 'credential.helper', helper)
    assert.equal((await push()).status, 0)
  })

  describe('over ssh', () => {
    before(needsProgram('sshd'))

    it('that is not known, or that does not know the key, is not waited for either', async () => {
      await using remote = await SshRemote.start(world.path('sshd'))
      await world.git('ada', 'remote', 'set-url', 'origin', remote.url(world.path('hub.git')))
      const as = (command: string) =>
        world.here(['push', '--yes'], { folder: 'ada', env: { GIT_SSH_COMMAND: command } })
      const strange = await as(remote.strangersCommand)
      assert.equal(strange.status, 4)
      assert.match(strange.stderr, /^error REMOTE_REFUSED: git fetch: Host key verification failed/m)
      const outside = await as(remote.outsidersCommand)
      assert.equal(outside.status, 4)
      assert.match(outside.stderr, /^error REMOTE_REFUSED: git fetch: .*Permission denied/m)
      assert.equal((await as(remote.command)).status, 0)
    })
  })
})
