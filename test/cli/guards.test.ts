import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { needsProgram } from '../support/needs.ts'
import { projectRoot } from '../support/project.ts'
import { until } from '../support/until.ts'
import { CliWorld } from './cli-world.ts'

/** Complains of names that are used and not declared, in its own words, as a type check would. */
const checkNames = `
const { readdirSync, readFileSync } = require('node:fs')
const files = readdirSync('.').filter((name) => name.endsWith('.txt'))
const texts = files.map((name) => [name, readFileSync(name, 'utf8')])
const declared = new Set(texts.flatMap(([, text]) => [...text.matchAll(/declare (\\w+)/g)].map((found) => found[1])))
let failures = 0
for (const [name, text] of texts)
  for (const [at, line] of text.split('\\n').entries()) {
    const used = /use (\\w+)/.exec(line)?.[1]
    if (used && !declared.has(used)) {
      console.log(name + ':' + (at + 1) + ': no ' + used)
      failures++
    }
  }
console.log(failures + ' failures')
process.exit(failures ? 1 : 0)
`

describe('`ai-vcs merge --test-check`', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  beforeEach(async () => {
    world = await CliWorld.make()
    await world.repository('repo', { 'names.txt': 'declare one\n', 'notes.txt': 'x\n', 'zoo.txt': 'x\n' })
    await world.here(['init'], { folder: 'repo' })
    await writeFile(world.path('check.cjs'), checkNames)
    await git('add', '-A')
    await git('commit', '-q', '-m', 'init')
  })
  afterEach(() => world?.close())

  const run = (...args: readonly string[]) => world.here(args, { folder: 'repo' })
  const git = (...args: readonly string[]) => world.git('repo', ...args)
  const content = (path: string) => readFile(world.path('repo', path), 'utf8')
  const runs = async () => (await readFile(world.path('runs'), 'utf8').catch(() => '')).split('\n').filter(Boolean)
  const own = (yaml: string) => writeFile(world.path('home/.anvcs/config.yaml'), yaml)
  const checked = () =>
    own(`guards:\n  names: 'echo run >> "${world.path('runs')}" && node "${world.path('check.cjs')}"'\n`)
  const commit = async (changes: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(changes)) await writeFile(world.path('repo', path), text)
    await git('add', '-A')
    await git('commit', '-q', '-m', 'change')
  }
  /** One side gives a name away, the other one uses it: lines merge. */
  const diverge = async (
    side: Readonly<Record<string, string>> = { 'a.txt': 'x\n', 'user.txt': 'use one\n', 'z.txt': 'x\n' },
    main: Readonly<Record<string, string>> = { 'names.txt': 'declare uno\n' },
  ) => {
    await git('checkout', '-q', '-b', 'side')
    await commit(side)
    await git('checkout', '-q', 'main')
    await commit(main)
  }
  const merge = async (...more: readonly string[]) => {
    const { status, stdout, stderr } = await run('merge', 'side', '--test-check', '--json', ...more)
    return { status, stderr, report: stdout ? JSON.parse(stdout) : undefined }
  }
  const leftScratch = async () => {
    const names = await readdir(tmpdir())
    const open = await Promise.all(
      names
        .filter((name) => name.startsWith('ai-vcs-scratch-'))
        .map((name) =>
          readFile(`${tmpdir()}/${name}/.git/objects/info/alternates`, 'utf8').then(
            (text) => (text.includes(world.root) ? [name] : []),
            () => [],
          ),
        ),
    )
    return open.flat()
  }

  it('refuses what is right on both sides and wrong together, and names the file', async () => {
    await diverge()
    await checked()
    const head = await git('rev-parse', 'main')
    const { status, report } = await merge()
    assert.equal(status, 5)
    const [guard] = report.guards
    assert.deepEqual([report.outcome, report.isBegun, guard.name, guard.outcome], ['refused', true, 'names', 'failed'])
    assert.deepEqual([guard.exitStatus, guard.suspects], [1, ['user.txt']])
    assert.match(guard.output, /user\.txt:1: no one/)
    // Nothing is committed; the merge lies in the files, and can be mended and committed.
    assert.equal(await git('rev-parse', 'main'), head)
    assert.equal(await content('user.txt'), 'use one\n')
    await writeFile(world.path('repo', 'user.txt'), 'use uno\n')
    await git('commit', '-q', '-a', '-m', 'mended')
    assert.equal((await git('log', '-1', '--format=%P')).split(' ').length, 2)
    assert.deepEqual(await leftScratch(), [])
  })

  it('tells in a preview what guards would say, of files that are stored nowhere, and changes nothing', async () => {
    const lines = '\n1\n2\n3\n4\n'
    await commit({ 'names.txt': `declare one\n${lines}` })
    await diverge(
      { 'user.txt': 'use one\n', 'names.txt': `declare one\n${lines}end\n` },
      { 'names.txt': `declare uno\n${lines}` },
    )
    await own(`guards:\n  names: 'git show :names.txt && node "${world.path('check.cjs')}"'\n`)
    const state = async () => [
      await git('rev-parse', 'main'),
      await git('status', '--porcelain'),
      await git('count-objects', '-v'),
    ]
    const before = await state()
    const { status, report } = await merge('--preview')
    assert.deepEqual([status, report.outcome, report.guards[0].suspects], [5, 'refused', ['user.txt']])
    assert.match(report.guards[0].output, /^declare uno\n[^]*\nend\n[^]*user\.txt:1: no one/)
    assert.deepEqual(await state(), before)
    assert.deepEqual(await leftScratch(), [])
    await git('checkout', '-q', '--detach')
    const { stdout } = await run('merge', 'side', 'into', 'side', '--preview', '--test-check')
    assert.match(stdout, /holds side already/)
  })

  it('leaves a merge that git can take back', async () => {
    await diverge()
    await checked()
    const { status, stdout, stderr } = await run('merge', 'side', '--test-check')
    assert.equal(status, 5)
    assert.match(stdout, /guard names: fails on the merge, and not so on either side \(exit status 1\)/)
    assert.match(stdout, /by user\.txt/)
    assert.match(stderr, /git merge --abort/)
    await git('merge', '--abort')
    assert.equal(await git('status', '--porcelain'), '')
    assert.equal(await content('names.txt'), 'declare uno\n')
  })

  it('touches nothing where the branch is not checked out', async () => {
    await diverge()
    await checked()
    await git('checkout', '-q', '-b', 'other')
    const before = await git('rev-parse', 'main')
    const { status, report } = await merge('into', 'main')
    assert.deepEqual([status, report.outcome, report.isBegun], [5, 'refused', false])
    assert.equal(await git('rev-parse', 'main'), before)
    assert.equal(await git('status', '--porcelain'), '')
  })

  it('commits what passes, with the guards in its record, and runs none again on a tree that passed', async () => {
    await diverge({ 'user.txt': 'use one\n' }, { 'more.txt': 'declare two\n' })
    await checked()
    const { status, report } = await merge()
    assert.deepEqual([status, report.outcome, report.guards[0].outcome], [0, 'merged', 'passed'])
    assert.equal((await runs()).length, 3)
    const note = JSON.parse((await git('notes', '--ref', 'ai-vcs', 'show', 'HEAD')).split('\n')[0]!)
    assert.deepEqual(note.ai_meta.guards, [{ name: 'names', passed: true }])
    assert.equal((await run('verify', 'HEAD')).status, 0)
    // The tree of our side is the one that was made; the other one is new.
    await git('checkout', '-q', '-b', 'next', 'side')
    await commit({ 'next.txt': 'use one\n' })
    await git('checkout', '-q', 'main')
    assert.equal((await run('merge', 'next', '--test-check')).status, 0)
    assert.equal((await runs()).length, 5)
  })

  it('runs guards before hooks, which see the merge as ever', async () => {
    await diverge({ 'user.txt': 'use one\n' }, { 'more.txt': 'declare two\n' })
    await checked()
    const hook = world.path('repo/.git/hooks/pre-merge-commit')
    await writeFile(hook, `#!/bin/sh\necho hook >> '${world.path('runs')}'\n`, { mode: 0o755 })
    assert.equal((await merge()).status, 0)
    assert.deepEqual(await runs(), ['run', 'run', 'run', 'hook'])
    const note = JSON.parse((await git('notes', '--ref', 'ai-vcs', 'show', 'HEAD')).split('\n')[0]!)
    assert.deepEqual(note.ai_meta.guards, [{ name: 'names', passed: true }])
  })

  it('does not count what a side fails in already, and says so', async () => {
    await diverge({ 'user.txt': 'use none\n' }, { 'more.txt': 'declare two\n' })
    await checked()
    const { status, report, stderr } = await merge()
    assert.deepEqual([status, report.outcome, report.guards[0].outcome], [0, 'merged', 'failed before'])
    assert.match(stderr, /fails on a side already/)
  })

  it('does not count that each side had a failure of its own, though the exit status is another', async () => {
    await diverge({ 'user.txt': 'use none\n' }, { 'more.txt': 'use nothing\n' })
    await own(`guards:\n  names: 'node "${world.path('check.cjs')}"; exit $(grep -l use *.txt | wc -l)'\n`)
    const { status, report } = await merge()
    const [{ outcome, exitStatus }] = report.guards
    assert.deepEqual([status, outcome, exitStatus], [0, 'failed before', 2])
  })

  it('goes by the exit status where a guard prints nothing', async () => {
    await diverge({ 'user.txt': 'x\n' }, { 'more.txt': 'x\n' })
    await own(`guards:\n  count: '[ ! -f user.txt ] || exit $(ls user.txt more.txt 2>/dev/null | wc -l)'\n`)
    const { status, report } = await merge()
    assert.deepEqual([status, report.guards[0].outcome, report.guards[0].suspects], [5, 'failed', ['user.txt']])
  })

  it('counts a failure that is new beside an old one', async () => {
    await diverge({ 'user.txt': 'use one\nuse none\n' })
    await checked()
    const { status, report } = await merge()
    assert.deepEqual([status, report.guards[0].outcome, report.guards[0].suspects], [5, 'failed', ['user.txt']])
  })

  it('runs nothing of a repository before its user has seen just that', async () => {
    await diverge()
    const listed = (line: string) => commit({ 'ai-vcs.config.yaml': `guards:\n  names: ${line}\n` })
    const line = `echo listed >> '${world.path('runs')}'`
    await listed(line)
    const refused = await merge()
    assert.equal(refused.status, 4)
    assert.match(refused.stderr, /GUARDS_UNTRUSTED/)
    const shown = await run('config', 'trust-guards', '--json')
    assert.equal(shown.status, 2)
    const { digest, guards } = JSON.parse(shown.stdout)
    assert.deepEqual(guards[0].run, line)
    assert.equal((await run('config', 'trust-guards', '--digest', '0'.repeat(64))).status, 4)
    assert.deepEqual(await runs(), [])
    assert.equal((await run('config', 'trust-guards', '--digest', digest)).status, 0)
    await listed(`${line}; true`)
    assert.equal((await merge()).status, 4)
    assert.deepEqual(await runs(), [])
    await git('reset', '-q', '--hard', 'HEAD~1')
    assert.equal((await merge()).status, 0)
    assert.equal((await runs()).length, 3)
  })

  it('runs no guard of a repository in the place of a trusted one elsewhere', async () => {
    await diverge()
    await commit({ 'ai-vcs.config.yaml': 'guards:\n  names: "true"\n' })
    const { digest } = JSON.parse((await run('config', 'trust-guards', '--json')).stdout)
    await run('config', 'trust-guards', '--digest', digest)
    await world.git('.', 'clone', '-q', 'repo', 'copy')
    const { status, stdout } = await world.here(['config', 'trust-guards', '--json'], { folder: 'copy' })
    assert.deepEqual([status, JSON.parse(stdout).isTrusted], [2, false])
  })

  it('ends a guard that takes too long, with all that it has started', async () => {
    await diverge()
    const pid = world.path('pid')
    await own(
      `guards:\n  slow:\n    run: 'sleep 1000 & echo $! >> "${pid}"; [ -f user.txt -a -n "$(grep uno names.txt)" ] || exit 0; trap "" TERM; sleep 1000'\n    timeoutSeconds: 1\n`,
    )
    const { status, report } = await merge()
    assert.deepEqual([status, report.guards[0].isTimedOut, report.guards[0].exitStatus], [5, true, null])
    const started = (await readFile(pid, 'utf8')).trim().split('\n').map(Number)
    for (const one of started) assert.throws(() => process.kill(one, 0), /ESRCH/)
  })

  it('keeps the end of what a guard prints, however much that is', async () => {
    await diverge({ 'user.txt': 'x\n' })
    await own(`guards:\n  loud: 'head -c 30000000 /dev/zero | tr "\\0" x | fold; echo end; exit 1'\n`)
    const { status, report } = await merge()
    assert.deepEqual([status, report.guards[0].outcome], [0, 'failed before'])
    const { output } = report.guards[0]
    assert.ok(output.length > 60_000 && output.length <= 1 << 16 && output.endsWith('xend\n'), String(output.length))
  })

  it('lets the compiler of TypeScript find a call of what takes another type', async () => {
    const library = (type: string) => `export function size(a: ${type}): ${type} {\n  return a\n}\n`
    const main = (given: string) => `import { size } from './library'\nexport const one = size(${given})\n`
    await commit({
      'library.ts': library('number'),
      'main.ts': main('1'),
      'odd.ts': "export const odd: number = 'x'\n",
    })
    await diverge(
      { 'other.ts': "import { size } from './library'\nexport const two = size(2)\n" },
      { 'library.ts': library('string'), 'main.ts': main("'1'") },
    )
    const compiler = join(projectRoot, 'node_modules/.bin/tsc')
    await own(`guards:\n  types:\n    run: '${compiler} --noEmit --ignoreConfig *.ts'\n    when: ['*.ts']\n`)
    const { status, report } = await merge()
    const [{ outcome, suspects, output }] = report.guards
    // The error that both sides have is not what it is refused for.
    assert.deepEqual([status, outcome, suspects], [5, 'failed', ['other.ts']], output)
    assert.match(output, /odd\.ts[^]*other\.ts\(2,25\): error TS2345/)
  })

  it('guards a merge where there is no git program, which begins none then', async () => {
    await diverge()
    await writeFile(world.path('check.sh'), `exec '${process.execPath}' '${world.path('check.cjs')}'\n`)
    await own(`guards:\n  names: ['/bin/sh', '${world.path('check.sh')}']\n`)
    const alone = { folder: 'repo', env: { PATH: '/nonexistent' } }
    const before = await git('rev-parse', 'main')
    const { status, stdout, stderr } = await world.here(['merge', 'side', '--test-check', '--json'], alone)
    assert.equal(status, 5, stderr)
    const { isBegun, guards } = JSON.parse(stdout)
    assert.deepEqual([isBegun, guards[0].outcome, guards[0].suspects], [false, 'failed', ['user.txt']])
    assert.equal(await git('rev-parse', 'main'), before)
    assert.equal(await git('status', '--porcelain'), '')
  })

  it('runs in a work tree of its own, where git knows the files and no branch', async () => {
    await diverge({ 'user.txt': 'x\n' })
    await own(
      `guards:\n  git: 'git ls-files > "${world.path('list')}" && git show :names.txt && ! git rev-parse main && echo changed > names.txt && git add -A'\n`,
    )
    const { status, report } = await merge()
    assert.deepEqual([status, report.guards[0].outcome], [0, 'passed'])
    assert.equal(await readFile(world.path('list'), 'utf8'), await git('ls-files').then((text) => `${text}\n`))
    assert.equal(await git('status', '--porcelain'), '')
    assert.equal(await content('names.txt'), 'declare uno\n')
    assert.deepEqual(await leftScratch(), [])
  })

  it('runs a guard only for the paths that it is about', async () => {
    await diverge()
    await own(`guards:\n  code:\n    run: 'exit 1'\n    when: ['*.ts', 'src/']\n`)
    const { status, report } = await merge()
    assert.deepEqual([status, report.guards[0].outcome], [0, 'not concerned'])
    const note = JSON.parse((await git('notes', '--ref', 'ai-vcs', 'show', 'HEAD')).split('\n')[0]!)
    assert.equal(note.ai_meta.guards, undefined)
  })

  it('asks for guards where there are none, and tells of what is none by its line', async () => {
    await diverge()
    assert.equal((await merge()).status, 2)
    for (const [yaml, place] of [
      ['guards:\n  names: 1\n', ':2:'],
      ['guards:\n  "a b": make\n', ':2:'],
      ['guards:\n  names:\n    run: make\n    shell: bash\n', ':2:'],
      ['guards:\n  names:\n    run: []\n', ':2:'],
      ['guards:\n  names:\n    run: make\n    timeoutSeconds: 0\n', ':2:'],
    ] as const) {
      await own(yaml)
      const { status, stderr } = await merge()
      assert.equal(status, 2)
      assert.ok(stderr.includes('CONFIG_INVALID') && stderr.includes(place), stderr)
    }
    assert.match((await run('merge', 'side', '--auto', '--preview')).stderr, /asks no proposer/)
  })

  for (const [name, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    it(`leaves nothing behind where it is ended by ${name}`, async () => {
      await diverge()
      const pid = world.path('pid')
      await own(`guards:\n  slow: 'echo $$ > "${pid}"; sleep 1000'\n`)
      const head = await git('rev-parse', 'main')
      const running = world.startAi(['merge', 'side', '--test-check'], { folder: 'repo' })
      await until(() => existsSync(pid) && running.ended !== undefined)
      assert.equal(await running.interrupt(name), status)
      const started = Number(await readFile(pid, 'utf8'))
      assert.throws(() => process.kill(started, 0), /ESRCH/)
      assert.equal(await git('rev-parse', 'main'), head)
      assert.equal(await git('status', '--porcelain'), '')
      assert.deepEqual(await leftScratch(), [])
    })

  it('leaves the repository clean where it is killed, and removes what is left the next time', async () => {
    await diverge()
    const pid = world.path('pid')
    await own(`guards:\n  slow: 'echo $$ > "${pid}"; exec sleep 1000'\n`)
    const running = world.startAi(['merge', 'side', '--test-check'], { folder: 'repo' })
    await until(async () => (await readFile(pid, 'utf8').catch(() => '')).endsWith('\n'))
    await running.interrupt('SIGKILL')
    process.kill(Number(await readFile(pid, 'utf8')), 'SIGKILL')
    assert.equal(await git('status', '--porcelain'), '')
    assert.equal((await leftScratch()).length, 1)
    await checked()
    assert.equal((await merge()).status, 5)
    assert.deepEqual(await leftScratch(), [])
  })
})
