import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { HttpRemote } from '../support/http-remote.ts'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

describe('ai-vcs in odd repositories', function () {
  this.timeout(60_000)
  let world: CliWorld
  before(needsProgram('git'))
  before(needsProgram('ssh-keygen'))
  beforeEach(async () => {
    world = await CliWorld.make()
    await world.repository('repo')
    const { status, stderr } = await world.here(['key', 'create'])
    assert.equal(status, 0, stderr)
  })
  afterEach(() => world.close())

  /** Stores a commit as it is given, on top of HEAD. */
  async function oddCommit(persons: string): Promise<void> {
    const [tree, head] = (await world.git('repo', 'rev-parse', 'HEAD^{tree}', 'HEAD')).split('\n')
    const args = ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally']
    const input = `tree ${tree}\nparent ${head}\n${persons}\nodd\n`
    const id = execFileSync('git', args, { cwd: world.path('repo'), env: world.env(), input, encoding: 'utf8' })
    await world.git('repo', 'update-ref', 'refs/heads/main', id.trim())
  }

  it('lists, shows and draws commits whose persons git can hardly read', async () => {
    const good = 'Ada <ada@example.org> 1700000000 +0000'
    await oddCommit(`author Old Program 1700000000 +0100\ncommitter ${good}\n`)
    await oddCommit(`author Ada<ada@example.org> 0000000012 +9999\ncommitter ${good}\n`)
    await oddCommit(`author ${good}\nauthor ${good}\ncommitter ${good}\n`)
    await oddCommit('')
    const log = await world.here(['log', '--json'], { folder: 'repo' })
    assert.equal(log.status, 0, log.stderr)
    const { commits } = JSON.parse(log.stdout) as { commits: { author: { name: string; time: string } }[] }
    assert.deepEqual(
      commits.map(({ author }) => author.name),
      ['', 'Ada', 'Ada', 'Old Program', 'Ada'],
    )
    assert.ok(commits.every(({ author }) => !Number.isNaN(Date.parse(author.time))))
    for (const args of [['graph'], ['show'], ['log', '-n', '2'], ['show', 'HEAD~3'], ['verify', 'HEAD~4..HEAD']]) {
      const { stderr } = await world.here(args, { folder: 'repo' })
      assert.doesNotMatch(stderr, /OBJECT_INVALID|INTERNAL/, args.join(' '))
    }
  })

  it('looks back in a bare repository and in a git folder as in a clone', async () => {
    await writeFile(world.path('repo/other.txt'), 'other\n')
    await world.here(['add', '.'], { folder: 'repo' })
    const { status } = await world.here(['commit', '-m', 'second'], { folder: 'repo' })
    assert.equal(status, 0)
    await world.git('.', 'clone', '-q', '--mirror', 'repo', 'bare.git')
    const key = (await world.git('repo', 'config', 'gpg.ssh.allowedSignersFile').catch(() => '')).trim()
    if (key) await world.git('bare.git', 'config', 'gpg.ssh.allowedSignersFile', key)
    const questions = [
      ['log'],
      ['log', '-n1', 'HEAD^!'],
      ['log', '--', '*.txt'],
      ['log', 'HEAD', 'other.txt'],
      ['show'],
      ['graph'],
      ['verify'],
      ['branch'],
      ['diff', 'HEAD~1..', '--json'],
      ['diff', 'HEAD^!', '--semantic'],
    ]
    for (const words of questions)
      for (const folder of ['bare.git', 'bare.git/refs', 'repo/.git']) {
        const [there, here] = [await world.here(words, { folder }), await world.here(words, { folder: 'repo' })]
        assert.equal(there.stdout, here.stdout, `${words.join(' ')} in ${folder}: ${there.stderr}`)
        assert.equal(there.status, here.status)
      }
    for (const words of [
      ['diff'],
      ['diff', 'HEAD'],
      ['diff', '--staged', 'HEAD~1'],
      ['status'],
      ['commit', '-m', 'x'],
      ['add', '.'],
    ]) {
      const { stderr } = await world.here(words, { folder: 'bare.git' })
      assert.match(stderr, /^error WORK_TREE_MISSING/, words.join(' '))
    }
    assert.match((await world.here(['log', 'other.txt'], { folder: 'bare.git' })).stderr, /^error USAGE/)
  })

  it('names files in JSON by their bytes, and pushes the branch that HEAD is on', async () => {
    const name = Buffer.concat([Buffer.from(`${world.path('repo')}/`), Buffer.from([0x62, 0xff])])
    await writeFile(name, 'x\n')
    await world.git('repo', 'add', '-A')
    for (const words of [
      ['diff', '--staged', '--json'],
      ['show', '--json'],
    ]) {
      const { stdout } = await world.here(words, { folder: 'repo' })
      const { files } = JSON.parse(stdout) as { files: readonly { path: string }[] }
      assert.deepEqual(
        files.map(({ path }) => path),
        ['b\udcff'],
      )
      if (words[0] === 'diff') await world.git('repo', 'commit', '-q', '-m', 'odd')
    }
    await world.git('.', 'init', '-q', '--bare', 'hub.git')
    await world.git('repo', 'remote', 'add', 'hub', world.path('hub.git'))
    const { status, stderr } = await world.here(['push', 'hub', 'HEAD', '--yes'], { folder: 'repo' })
    assert.equal(status, 0, stderr)
    assert.equal(await world.git('hub.git', 'rev-parse', 'main'), await world.git('repo', 'rev-parse', 'HEAD'))
  })

  it('waits for the lock of another program to stage and to check out', async () => {
    const lock = world.path('repo/.git/index.lock')
    await writeFile(world.path('repo/new.txt'), 'new\n')
    for (const words of [
      ['add', 'new.txt'],
      ['checkout', '-b', 'other'],
    ]) {
      await writeFile(lock, '', { flag: 'wx' })
      const [{ status, stderr }] = await Promise.all([
        world.here(words, { folder: 'repo' }),
        setTimeout(300).then(() => rm(lock)),
      ])
      assert.equal(status, 0, stderr)
    }
    assert.equal(await world.git('repo', 'status', '--porcelain', '--branch'), '## other\nA  new.txt')
  })

  it('has no history without git where commits are replaced', async () => {
    await world.git('repo', 'commit', '-q', '--allow-empty', '-m', 'second')
    await world.git('repo', 'replace', '--graft', 'HEAD')
    const alone = { PATH: '/nonexistent' }
    const asked = () => world.here(['log', '--oneline'], { folder: 'repo', env: alone })
    assert.match((await asked()).stderr, /^error GIT_MISSING: Commits are replaced/)
    await world.git('repo', 'replace', '-d', 'HEAD')
    assert.equal((await asked()).stdout.split('\n').length, 3)
  })

  it('shows commits of a clone without blobs, which come over HTTP when they are needed', async () => {
    await world.git('repo', 'commit', '-q', '--allow-empty', '-m', 'second')
    await world.git('.', 'clone', '-q', '--bare', 'repo', 'hub.git')
    await world.git('hub.git', 'config', 'uploadpack.allowFilter', 'true')
    await using remote = await HttpRemote.start(world.root)
    await world.git('.', 'clone', '-q', '--no-checkout', '--filter=blob:none', `${remote.url}/hub.git`, 'part')
    const [here, there] = [
      await world.here(['show', 'HEAD~1'], { folder: 'part' }),
      await world.here(['show', 'HEAD~1'], { folder: 'repo' }),
    ]
    assert.equal(here.status, 0, here.stderr)
    assert.equal(here.stdout, there.stdout)
    await world.git('.', 'clone', '-q', '--no-checkout', '--filter=blob:none', `${remote.url}/hub.git`, 'other')
    await world.git('other', 'config', 'protocol.http.allow', 'never')
    assert.match((await world.here(['show', 'HEAD~1'], { folder: 'other' })).stderr, /transport 'http' not allowed/)
  })

  it('tidies messages as git does, by commit.cleanup', async () => {
    const messages = [
      ['  lead', ' two \n\n\n  three\t\n'],
      ['\n\n# no comment\n  x\n'],
      ['a', '', ' b'],
      ['x\r\n\r\ny '],
    ]
    const written = async () =>
      (await world.git('repo', 'log', '-1', '--format=%B')).replace(/^AI-.*(?:\n|$)/gm, '').trimEnd()
    for (const mode of ['default', 'whitespace', 'strip', 'verbatim', 'scissors', undefined])
      for (const message of messages) {
        if (mode) await world.git('repo', 'config', 'commit.cleanup', mode)
        const args = ['commit', '--allow-empty', ...message.flatMap((part) => ['-m', part])]
        const { status, stderr } = await world.here(args, { folder: 'repo' })
        assert.equal(status, 0, stderr)
        const ours = await written()
        await world.git('repo', ...args)
        assert.equal(ours, await written(), `${mode}: ${JSON.stringify(message)}`)
        if (mode) await world.git('repo', 'config', '--unset', 'commit.cleanup')
      }
    await world.git('repo', 'config', 'commit.cleanup', 'scrub')
    const { stderr } = await world.here(['commit', '--allow-empty', '-m', 'x'], { folder: 'repo' })
    assert.match(stderr, /^error CONFIG_INVALID: commit\.cleanup is scrub/)
  })

  it('shows untracked files as status.showUntrackedFiles says', async () => {
    await mkdir(world.path('repo/new'))
    for (const name of ['one', 'two']) await writeFile(world.path('repo/new', name), '')
    const untracked = async () => {
      const { stdout } = await world.here(['status', '--json'], { folder: 'repo' })
      return (JSON.parse(stdout) as { untracked: string[] }).untracked
    }
    assert.deepEqual(await untracked(), ['new/one', 'new/two'])
    for (const [value, shown] of [
      ['no', []],
      ['normal', ['new/']],
      ['all', ['new/one', 'new/two']],
    ] as const) {
      await world.git('repo', 'config', 'status.showUntrackedFiles', value)
      assert.deepEqual(await untracked(), shown)
    }
  })

  it('takes its lines out of a remote that has been renamed', async () => {
    await world.git('repo', 'remote', 'add', 'origin', '../hub.git')
    assert.equal((await world.here(['init'], { folder: 'repo' })).status, 0)
    await world.git('repo', 'remote', 'rename', 'origin', 'upstream')
    await world.git('repo', 'remote', 'add', 'origin', '../other.git')
    assert.equal((await world.here(['init'], { folder: 'repo' })).status, 0)
    assert.equal((await world.here(['uninit'], { folder: 'repo' })).status, 0)
    assert.equal(
      await world.git('repo', 'config', '--get-regexp', String.raw`^remote\..*\.fetch`),
      ['upstream', 'origin'].map((name) => `remote.${name}.fetch +refs/heads/*:refs/remotes/${name}/*`).join('\n'),
    )
  })

  it('is told what cannot be named: a path that is not UTF-8, of a repository and of a file', async () => {
    const sh = (script: string) => world.run('sh', ['-c', `name=$(printf 'caf\\351'); ${script}`])
    const made = [
      'mkdir "$name" && cd "$name" && git init -q inside && cd inside && git commit -q --allow-empty -m x',
      'git worktree add -q ../../linked && cd ../.. && mkdir plain && ln -s "$name" link',
      'git init -q --separate-git-dir "$name/elsewhere" apart && cd repo && echo 1 > "$name"',
    ]
    const { status, stderr } = await sh(made.join(' && '))
    assert.equal(status, 0, stderr)
    const refused = /^error REPOSITORY_UNSUPPORTED: The repository uses a path that is not UTF-8/m
    for (const folder of ['"$name/inside"', 'linked', 'link/inside', 'apart'])
      for (const command of ['status', 'init', 'commit --allow-empty -m x'])
        assert.match((await sh(`cd ${folder} && ai-vcs ${command}`)).stderr, refused, `${folder} ${command}`)
    const left = await sh('find "$name" linked apart -name ai-vcs -o -name ai-vcs.config.yaml')
    assert.equal(left.stdout, '')
    for (const command of ['add', 'commit -m x', 'diff'])
      assert.match(
        (await sh(`cd repo && ai-vcs ${command} "$name"`)).stderr,
        /^error USAGE: .* is not in UTF-8/m,
        command,
      )
    assert.equal((await sh('cd repo && ai-vcs add . && ai-vcs commit -m named')).status, 0)
    assert.equal(await world.git('repo', 'show', '--format=', '--name-only'), String.raw`"caf\351"`)
    assert.equal(await world.git('repo', 'status', '--porcelain'), '')
  })

  it('lists, draws and shows commits whatever the user likes to see in the log', async () => {
    await writeFile(world.path('repo/a.txt'), 'two\n')
    await world.here(['commit', '-a', '-m', 'two'], { folder: 'repo' })
    const commands = [
      ['log', '--json'],
      ['log', '--json', '--', 'a.txt'],
      ['graph', '--json'],
      ['show', '--json'],
      ['diff', 'HEAD~', '--json'],
      ['status', '--json'],
    ]
    const outputs = async () => {
      const results = []
      for (const args of commands) results.push(await world.here(args, { folder: 'repo' }))
      return results.map(({ stdout }) => stdout)
    }
    const before = await outputs()
    const liked = [
      'log.showSignature=true',
      'log.follow=true',
      'log.decorate=full',
      'log.date=human',

      'log.diffMerges=off',
    ]
    const more = [
      'format.pretty=fuller',
      'color.ui=always',

      'diff.external=false',
      'status.short=true',
      'status.branch=false',
      'status.aheadBehind=false',
    ]
    for (const setting of [...liked, ...more]) {
      const [name, value] = setting.split('=') as [string, string]
      await world.git('repo', 'config', name, value)
    }
    assert.deepEqual(await outputs(), before)
  })

  it('merges a signed tag as git does: the tag is in the commit', async () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', world.path('key')])
    await world.git('repo', 'config', 'gpg.format', 'ssh')
    await world.git('repo', 'config', 'user.signingKey', world.path('key'))
    await world.git('repo', 'checkout', '-q', '-b', 'other')
    await world.git('repo', 'commit', '-q', '--allow-empty', '-m', 'other')
    await world.git('repo', 'tag', '-s', '-m', 'the tag\n\nwith lines', 'v1')
    await world.git('repo', 'checkout', '-q', 'main')
    const header = async () =>
      /^mergetag [^]*?\n(?! )/m.exec(await world.git('repo', 'cat-file', 'commit', 'HEAD'))?.[0]
    await world.git('repo', 'merge', '-q', '--no-ff', '--no-commit', 'v1')
    assert.equal((await world.here(['commit', '-m', 'merged'], { folder: 'repo' })).status, 0)
    const ours = await header()
    assert.match(ours!, / -----END SSH SIGNATURE-----\n$/)
    await world.git('repo', 'fsck', '--strict')
    const verified = await world.here(['verify', 'HEAD', '--json'], { folder: 'repo' })
    assert.match(verified.stdout, /"signature":\{"status":"unknown key"/)
    await world.git('repo', 'reset', '-q', '--hard', 'HEAD~')
    await world.git('repo', 'merge', '-q', '--no-ff', '-m', 'merged', 'v1')
    assert.equal(ours, await header())
  })
})
