import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateHelpTextForAllCommands } from '@stricli/core'
import { createApp } from '../../src/cli/app.ts'
import { needsProgram } from '../support/needs.ts'
import { projectRoot } from '../support/project.ts'
import { cliDocument } from '../../tools/cli-doc.ts'
import { CliWorld } from './cli-world.ts'

describe('the program ai-vcs', function () {
  this.timeout(240_000)
  let world: CliWorld

  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('repo')
    assert.equal((await world.here(['init'], { folder: 'repo' })).status, 0)
    await writeFile(world.path('repo/a.txt'), 'two\n')
    assert.equal((await world.here(['commit', '-am', 'second', '--agent', 'foo'], { folder: 'repo' })).status, 0)
  })
  after(() => world.close())

  it('prints one JSON value with its schema version for every command that looks', async () => {
    const lines = [
      'status', 'log', 'log -n 1 --oneline', 'show', 'diff HEAD~1', 'graph --all', 'branch', 'verify', 'doctor', 'config list',
      'config get room.follow', 'key show', 'key export', 'key export --format allowed-signers', 'completion bash', 'init',
    ] // prettier-ignore
    for (const line of lines) {
      const { status, stdout, stderr } = await world.here([...line.split(' '), '--json'], { folder: 'repo' })
      assert.equal(status, 0, `${line}: ${stderr}`)
      assert.equal((JSON.parse(stdout) as { schemaVersion: number }).schemaVersion, 1, line)
      assert.equal(stderr, '', line)
    }
  })

  it('prints one JSON value for every command that changes something', async () => {
    await writeFile(world.path('repo/b.txt'), 'b\n')
    const lines = [
      'add b.txt',
      'commit -m third',
      'undo',
      'branch other',
      'checkout other',
      'checkout main',
      'branch -d other',
    ]
    for (const line of lines) {
      const { status, stdout, stderr } = await world.here([...line.split(' '), '--json'], { folder: 'repo' })
      assert.equal(status, 0, `${line}: ${stderr}`)
      assert.equal((JSON.parse(stdout) as { schemaVersion: number }).schemaVersion, 1, line)
    }
  })

  it('undoes step after step, though undos were killed before they moved the branch, and commits were logged twice', async () => {
    await world.repository('steps')
    const [log, ref] = [world.path('steps/.git/logs/refs/heads/main'), world.path('steps/.git/refs/heads/main')]
    const head = () => world.git('steps', 'log', '-1', '--format=%s')
    const ai = async (...args: readonly string[]) => {
      const { status, stderr } = await world.here(args, { folder: 'steps' })
      assert.equal(status, 0, stderr)
    }
    const first = await head()
    for (const name of ['second', 'third']) await ai('commit', '--allow-empty', '-m', name)
    const lines = (await readFile(log, 'utf8')).split('\n')
    // As a recovery of earlier versions has left it.
    await writeFile(log, [...lines.slice(0, 2), lines[1]!, lines[2]!, lines[2]!, ''].join('\n'))
    const third = await readFile(ref)
    await ai('undo')
    assert.equal(await head(), 'second')
    await writeFile(ref, third)
    await ai('undo')
    assert.equal(await head(), 'second')
    await ai('undo')
    assert.equal(await head(), first)
  })

  it('tells of commits in JSON what it tells in words', async () => {
    const { stdout } = await world.here(['log', '--filter', 'agent:foo', '--json'], { folder: 'repo' })
    const { commits } = JSON.parse(stdout) as { commits: Record<string, unknown>[] }
    assert.equal(commits.length, 1)
    assert.equal(commits[0]!['subject'], 'second')
    assert.equal(commits[0]!['recordStatus'], 'bound')
    assert.equal((commits[0]!['signature'] as { principal: string }).principal, 'ada@example.org')
    assert.equal((commits[0]!['record'] as { agent: string }).agent, 'foo')
  })

  it('has an example in the help of every command', () => {
    const app = createApp()
    const texts = generateHelpTextForAllCommands(app as never)
    assert.ok(texts.length > 25)
    const without = texts.filter(([, help]) => !/EXAMPLES\n\s+\S*.*ai-vcs/.test(help) || !help.includes('--json'))
    assert.deepEqual(
      without.map(([route]) => route),
      [],
    )
  })

  it('has its help in docs/cli.md', () => {
    assert.equal(readFileSync(join(projectRoot, 'docs/cli.md'), 'utf8'), cliDocument(), 'run `npm run docs:cli`')
  })

  it('uses no color without a terminal, under NO_COLOR, or in CI, and does under FORCE_COLOR', async () => {
    const ask = async (env: Record<string, string>) =>
      (await world.ai(['log', '--oneline'], { folder: 'repo', env })).stdout
    assert.ok(!(await ask({})).includes('\u001b'))
    assert.ok((await ask({ FORCE_COLOR: '1' })).includes('\u001b'))
    assert.ok(!(await ask({ FORCE_COLOR: '1', NO_COLOR: '1' })).includes('\u001b'))
  })

  it('ends quietly when its reader has seen enough', async () => {
    const script = 'ai-vcs log | head -1; echo "${PIPESTATUS[0]}"'
    const { stdout, stderr } = await world.run('bash', ['-c', script], { folder: 'repo' })
    assert.equal(stderr, '')
    assert.match(stdout, /^commit [0-9a-f]{40}.*\n0\n$/)
  })

  it('is interrupted with 130 and closes what it has open', async () => {
    const running = world.startAi(['signal'], { folder: 'repo' })
    const { url } = await running.fact(({ event }) => event === 'listening')
    assert.match(String(url), /^ws:\/\/127\.0\.0\.1:\d+$/)
    assert.equal(await running.interrupt(), 130)
    assert.equal(running.facts.at(-1)!.event, 'stopped')
    assert.equal(running.stderr, '')
  })

  it('ends with 0 where a service manager stops what runs until it is ended, else with 143', async () => {
    const running = world.startAi(['signal'], { folder: 'repo' })
    await running.fact(({ event }) => event === 'listening')
    assert.equal(await running.interrupt('SIGTERM'), 0)
    assert.equal(running.facts.at(-1)!.event, 'stopped')
    for (const [signal, status] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const reading = world.startAi(['commit', '--allow-empty', '-m', '-'], { folder: 'repo' })
      await reading.untilItReads()
      assert.equal(await reading.interrupt(signal), status)
      assert.match(reading.stderr, /"code":"ABORTED"/)
    }
  })

  it('takes short options with their values in one word, as git does', async () => {
    await world.repository('short')
    const run = async (...line: readonly string[]) => (await world.here(line, { folder: 'short' })).stdout
    for (const [line, subject] of [
      [['-amfix: one'], 'fix: one'],
      [['-mamen'], 'amen'],
      [['-am', '- a list'], '- a list'],
    ] as const) {
      await writeFile(world.path('short/a.txt'), subject)
      if (!line[0].startsWith('-a')) await world.git('short', 'add', 'a.txt')
      await run('commit', ...line)
      assert.equal(await world.git('short', 'log', '-1', '--format=%s'), subject)
    }
    for (const count of ['-n2', '-2'])
      assert.equal((await run('log', '--oneline', count)).trim().split('\n').length, 2, count)
    await writeFile(world.path('short/-ab'), 'a file\n')
    assert.equal(await run('add', '--', '-ab'), 'staged  -ab\n')
    assert.match(await run('diff', '--cached'), /^\+a file$/m)
    const { stderr } = await world.here(['commit', '--amend', '-m', 'x'], { folder: 'short' })
    assert.match(stderr, /^error USAGE: .*--amend.*\nhint: .*`git commit --amend`/)
    const sides = await world.here(['resolve', 'a.txt', '--ours'], { folder: 'short' })
    assert.match(sides.stderr, /^error USAGE: .*--ours.*\nhint: `--left` takes ours/)
  })

  it('tells of commits that are on no branch any more', async () => {
    await world.repository('left')
    await world.git('left', 'checkout', '-q', '--detach')
    await world.git('left', 'commit', '-q', '--allow-empty', '-m', 'alone')
    const alone = await world.git('left', 'rev-parse', 'HEAD')
    const leave = async () => (await world.here(['checkout', 'main'], { folder: 'left' })).stderr
    assert.match(await leave(), new RegExp(`git branch NAME ${alone.slice(0, 10)}`))
    await world.git('left', 'checkout', '-q', 'HEAD@{1}')
    await world.git('left', 'tag', 'kept')
    assert.equal(await leave(), '')
  })

  it('says so where its folder was removed', async () => {
    const script = 'mkdir gone; cd gone; rmdir ../gone; exec ai-vcs status --json'
    const { status, stderr } = await world.run('sh', ['-c', script])
    assert.equal(status, 2)
    const [line] = stderr.split('\n').filter((text) => text.startsWith('{'))
    assert.equal((JSON.parse(line!) as { error: { code: string } }).error.code, 'NOT_A_REPOSITORY')
  })

  it('takes `help` for `--help`, with a command and without', async () => {
    for (const command of [[], ['commit'], ['collab'], ['collab', 'start']]) {
      const { status, stdout, stderr } = await world.here(['help', ...command])
      assert.equal(status, 0, stderr)
      assert.equal(stdout, (await world.here([...command, '--help'])).stdout)
    }
    const { status, stderr } = await world.here(['help', 'comit'])
    assert.equal(status, 2)
    assert.match(stderr, /Did you mean `commit`/)
  })
})

describe('shell completion', function () {
  this.timeout(240_000)
  let world: CliWorld

  before(async () => {
    world = await CliWorld.make()
    await world.repository('repo')
    await world.git('repo', 'branch', 'feature')
  })
  after(() => world.close())

  it('completes commands, flags and branches in bash', async () => {
    const complete = async (line: string) => {
      const script = `source <(ai-vcs completion bash)
COMP_WORDS=(${line.endsWith(' ') ? `${line}""` : line}); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
_ai_vcs; printf '%s\\n' "\${COMPREPLY[@]}"`
      return (await world.run('bash', ['-c', script], { folder: 'repo' })).stdout.split('\n').filter(Boolean)
    }
    assert.deepEqual(await complete('ai-vcs com'), ['commit', 'completion'])
    assert.deepEqual(await complete('ai-vcs collab pa'), ['pause'])
    assert.ok((await complete('ai-vcs commit --pro')).includes('--prompt'))
    assert.deepEqual(await complete('ai-vcs checkout fea'), ['feature'])
  })
})

for (const [shell, needed, load] of [
  ['bash', needsProgram('bash'), 'source SCRIPT; complete -p ai-vcs'],
  ['zsh', needsProgram('zsh'), 'autoload -Uz compinit; compinit -u -D; source SCRIPT; print $_comps[ai-vcs]'],
  ['fish', needsProgram('fish'), 'function ai-vcs; node PROGRAM $argv; end; source SCRIPT; complete -C "ai-vcs comp"'],
] as const)
  describe(`completion in ${shell}`, function () {
    this.timeout(60_000)
    let world: CliWorld

    before(needed)
    before(async () => {
      world = await CliWorld.make()
    })
    after(() => world?.close())

    it('is a script that the shell takes and then asks', async () => {
      const { stdout, status } = await world.ai(['completion', shell])
      assert.equal(status, 0)
      // From a file: Node's pipes are sockets, which fish does not read.
      await writeFile(world.path('script'), stdout)
      const checked = await world.run(shell, ['-n', world.path('script')])
      assert.equal(checked.status, 0, checked.stderr)
      const program = join(projectRoot, 'dist/bundle/cli/main.cjs')
      const asked = load.replace('SCRIPT', world.path('script')).replace('PROGRAM', program)
      const loaded = await world.run(shell, ['-c', asked])
      assert.equal(loaded.stderr, '')
      assert.match(loaded.stdout, shell === 'fish' ? /^completion\t/ : /_ai_vcs/)
    })
  })

describe('init and uninit', function () {
  this.timeout(240_000)
  let world: CliWorld

  before(async () => {
    world = await CliWorld.make()
  })
  after(() => world.close())

  it('leave the repository as it was, byte for byte', async () => {
    await world.repository('repo')
    await world.git('repo', 'remote', 'add', 'origin', '../hub.git')
    await mkdir(world.path('repo/.git/hooks'), { recursive: true })
    await writeFile(world.path('repo/.git/hooks/pre-push'), '#!/bin/sh\nexit 0\n')
    const config = await world.git('repo', 'config', '--list')
    const before = snapshot(world.path('repo'))
    assert.equal((await world.here(['init'], { folder: 'repo' })).status, 0)
    assert.notDeepEqual(snapshot(world.path('repo')), before)
    assert.equal((await world.here(['uninit'], { folder: 'repo' })).status, 0)
    assert.deepEqual(snapshot(world.path('repo')), before)
    assert.equal(await world.git('repo', 'config', '--list'), config)
  })

  it('leave nothing of ours behind after a commit but the commit and its record', async () => {
    await world.repository('used')
    assert.equal((await world.here(['init'], { folder: 'used' })).status, 0)
    assert.equal((await world.here(['commit', '--allow-empty', '-m', 'second'], { folder: 'used' })).status, 0)
    assert.equal((await world.here(['uninit'], { folder: 'used' })).status, 0)
    assert.ok(!existsSync(world.path('used/.git/ai-vcs')))
    assert.ok(await world.git('used', 'rev-parse', 'refs/notes/ai-vcs'))
  })

  it('keep what the user has changed or had before', async () => {
    await world.repository('own')
    await world.git('own', 'config', 'notes.displayRef', 'refs/notes/mine')
    await world.git('own', 'config', 'gpg.ssh.allowedSignersFile', '/dev/null')
    await writeFile(world.path('own/ai-vcs.config.yaml'), 'room:\n  autoMerge: offer\n')
    assert.match(
      (await world.here(['init'], { folder: 'own' })).stderr,
      /^warning: Git uses a list of signers of your own/,
    )
    assert.equal((await world.here(['uninit'], { folder: 'own' })).status, 0)
    assert.equal(await world.git('own', 'config', '--get-all', 'notes.displayRef'), 'refs/notes/mine')
    assert.equal(await world.git('own', 'config', 'gpg.ssh.allowedSignersFile'), '/dev/null')
    assert.equal(await readFile(world.path('own/ai-vcs.config.yaml'), 'utf8'), 'room:\n  autoMerge: offer\n')
  })

  it("leave the user's own `.ai` alone, and in sight of git", async () => {
    await world.repository('rules')
    await mkdir(world.path('rules/.ai'))
    await writeFile(world.path('rules/.ai/rules.md'), 'rules\n')
    await world.git('rules', 'add', '-A')
    await world.git('rules', 'commit', '-q', '-m', 'rules')
    assert.equal((await world.here(['init'], { folder: 'rules' })).status, 0)
    await writeFile(world.path('rules/.ai/draft.md'), 'draft\n')
    assert.equal((await world.here(['commit', '--allow-empty', '-m', 'next'], { folder: 'rules' })).status, 0)
    assert.equal(readdirSync(world.path('rules/.ai/meta')).length, 2)
    assert.equal(await world.git('rules', 'status', '--short', '.ai'), '?? .ai/draft.md')
    assert.equal((await world.here(['uninit'], { folder: 'rules' })).status, 0)
    assert.deepEqual(readdirSync(world.path('rules/.ai')).sort(), ['draft.md', 'rules.md'])
  })

  it('write and remove nothing through a link that lies where our folder is expected', async () => {
    await world.repository('linked')
    await mkdir(world.path('elsewhere/meta'), { recursive: true })
    await writeFile(world.path('elsewhere/meta', 'a'.repeat(40)), 'precious\n')
    const before = [snapshot(world.path('elsewhere')), await world.git('linked', 'config', '--list')]
    const now = async () => [snapshot(world.path('elsewhere')), await world.git('linked', 'config', '--list')]
    for (const target of ['../elsewhere', '../nowhere']) {
      await symlink(target, world.path('linked/.ai'))
      const { status, stderr } = await world.here(['init'], { folder: 'linked' })
      assert.notEqual(status, 0)
      assert.match(stderr, /^error PATH_ESCAPES_TREE: /)
      await rm(world.path('linked/.ai'))
    }
    await writeFile(world.path('linked/.ai'), 'a file\n')
    assert.match((await world.here(['init'], { folder: 'linked' })).stderr, /^error PATH_ESCAPES_TREE: /)
    await rm(world.path('linked/.ai'))
    assert.deepEqual(await now(), before)

    assert.equal((await world.here(['init'], { folder: 'linked' })).status, 0)
    await writeFile(world.path('elsewhere/meta/.gitignore'), '*\n')
    await rm(world.path('linked/.ai'), { recursive: true })
    await symlink('../elsewhere', world.path('linked/.ai'))
    assert.equal((await world.here(['uninit'], { folder: 'linked' })).status, 0)
    await rm(world.path('elsewhere/meta/.gitignore'))
    assert.deepEqual(await now(), before)
  })

  it('do not break a plain `git fetch` from a remote without records', async () => {
    await world.repository('hub')
    await world.git('.', 'clone', '-q', 'hub', 'clone')
    assert.equal((await world.here(['init'], { folder: 'clone' })).status, 0)
    await world.git('clone', 'fetch')
  })

  it('purge only when it is meant, and then everything', async () => {
    await world.repository('purge')
    await world.here(['init'], { folder: 'purge' })
    const room = world.startAi(['collab', 'start', '--no-listen'], { folder: 'purge' })
    await room.fact(({ event }) => event === 'room')
    await room.interrupt()
    await writeFile(world.path('purge/a.txt'), 'two\n')
    await world.here(['commit', '-am', 'second'], { folder: 'purge' })
    const refused = await world.here(['uninit', '--purge'], { folder: 'purge' })
    assert.equal(refused.status, 2)
    assert.match(refused.stderr, /record of [0-9a-f]{10}/)
    await world.git('purge', 'rev-parse', '--verify', 'refs/notes/ai-vcs')
    assert.equal((await world.here(['uninit', '--purge', '--yes'], { folder: 'purge' })).status, 0)
    assert.equal(await world.git('purge', 'for-each-ref', '--format=%(refname)'), 'refs/heads/main')
    const names = readdirSync(world.path('purge/.git'), { recursive: true, encoding: 'utf8' })
    const ours = (name: string): boolean => !name.startsWith('objects/') && /ai-vcs|notes|[0-9a-f]{32}/.test(name)
    assert.deepEqual(names.filter(ours), [])
  })
})

/** Every file of a folder and the hash of what it holds; the index and logs are Git's own book-keeping. */
function snapshot(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  return Object.fromEntries(
    names
      .filter((name) => !/^\.git\/index$/.test(name))
      .map((name) => {
        const path = join(folder, name)
        return [
          name,
          statSync(path).isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'folder',
        ]
      }),
  )
}
