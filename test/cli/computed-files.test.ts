import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasWebrtc } from '../support/has-webrtc.ts'
import { needs, needsProgram } from '../support/needs.ts'
import { until } from '../support/until.ts'
import { CliWorld } from './cli-world.ts'

type Files = Readonly<Record<string, string>>

/** A lock file's way: keeps the versions that it finds for what is wanted, takes the newest for the rest, and keeps nothing else. */
const lockScript = `
const { readFileSync, writeFileSync } = require('node:fs')
const wanted = readFileSync('wanted.txt', 'utf8').split('\\n').filter(Boolean)
const locked = new Map([...readFileSync('locked.txt', 'utf8').matchAll(/^(\\w+) (\\d+)$/gm)].map(([, name, version]) => [name, version]))
writeFileSync('locked.txt', wanted.sort().map((name) => name + ' ' + (locked.get(name) ?? '1') + '\\n').join(''))
`

describe('a guard that computes files of a merge', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  beforeEach(async () => {
    world = await CliWorld.make()
    await world.repository('repo', { 'wanted.txt': 'a\nm\nz\n', 'locked.txt': 'a 1\nm 1\nz 1\n', 'code.txt': 'x\n' })
    await world.here(['init'], { folder: 'repo' })
    await writeFile(world.path('lock.cjs'), lockScript)
    await git('add', '-A')
    await git('commit', '-q', '-m', 'init')
  })
  afterEach(() => world?.close())

  const run = (...args: readonly string[]) => world.here(args, { folder: 'repo' })
  const git = (...args: readonly string[]) => world.git('repo', ...args)
  const content = (path: string) => readFile(world.path('repo', path), 'utf8')
  const runs = async () => (await readFile(world.path('runs'), 'utf8').catch(() => '')).split('\n').filter(Boolean)
  const own = (yaml: string) => writeFile(world.path('home/.anvcs/config.yaml'), yaml)
  /** Guards by name; each says that it ran. */
  const guards = (lines: Files, writes: Readonly<Record<string, readonly string[]>> = { lock: ['locked.txt'] }) =>
    own(
      JSON.stringify({
        guards: Object.fromEntries(
          Object.entries(lines).map(([name, line]) => [
            name,
            { run: `echo ${name} >> '${world.path('runs')}'; ${line}`, ...(writes[name] && { writes: writes[name] }) },
          ]),
        ),
      }),
    )
  const lock = () => `'${process.execPath}' '${world.path('lock.cjs')}'`
  const commit = async (changes: Files) => {
    for (const [path, text] of Object.entries(changes)) await writeFile(world.path('repo', path), text)
    await git('add', '-A')
    await git('commit', '-q', '-m', 'change')
  }
  /** Both sides want one thing more, at places that merge; their lock files do not. */
  const diverge = async (side: Files = {}, main: Files = {}) => {
    await git('checkout', '-q', '-b', 'side')
    await commit({ 'wanted.txt': 'a\nb\nm\nz\n', 'locked.txt': 'a 1\nb 1\nm 1\nz 1\n', ...side })
    await git('checkout', '-q', 'main')
    await commit({ 'wanted.txt': 'a\nm\ny\nz\n', 'locked.txt': 'a 1\nm 1\ny 1\nz 1\n', ...main })
  }
  const conflicting = () => diverge({ 'locked.txt': 'a 1\nb 1\nm 2\nz 1\n' }, { 'locked.txt': 'a 1\nm 3\ny 1\nz 1\n' })
  /** As `diverge`, with a line at the end of the lock file that each side counts for itself. */
  const counted = async () => {
    await writeFile(
      world.path('lock.cjs'),
      `${lockScript}\nwriteFileSync('locked.txt', readFileSync('locked.txt', 'utf8') + '# ' + wanted.length + '\\n')\n`,
    )
    const lines = (...names: readonly string[]) => names.map((name) => `${name} 1\n`).join('')
    await commit({ 'locked.txt': `${lines('a', 'm', 'z')}# 3\n` })
    await diverge(
      { 'locked.txt': `${lines('a', 'b', 'm', 'z')}# 4b\n` },
      { 'locked.txt': `${lines('a', 'm', 'y', 'z')}# 4y\n` },
    )
    return `${lines('a', 'b', 'm', 'y', 'z')}# 5\n`
  }
  const merge = async (...more: readonly string[]) => {
    const { status, stdout, stderr } = await run('merge', 'side', '--test-check', '--json', ...more)
    return { status, stderr, report: stdout ? JSON.parse(stdout) : undefined }
  }
  const note = async () => JSON.parse((await git('notes', '--ref', 'ai-vcs', 'show', 'HEAD')).split('\n')[0]!)
  const stages = () => git('ls-files', '-u')
  /** The merge stands as git leaves one that conflicts. */
  const assertConflict = async (head: string) => {
    assert.equal(await git('rev-parse', 'main'), head)
    assert.equal((await stages()).split('\n').length, 3)
    assert.match(await content('locked.txt'), /^<{7} /m)
    await git('merge', '--abort')
    assert.equal(await git('status', '--porcelain'), '')
    const left = (await readdir(tmpdir())).filter(
      (name) => name.startsWith(`ai-vcs-scratch-`) && name.includes(`-${process.pid}-`),
    )
    assert.deepEqual(left, [])
  }

  it('settles a conflict in its file, and the record says by which guard', async () => {
    const expected = await counted()
    await guards({ lock: lock() })
    const { report: preview } = await merge('--preview')
    assert.deepEqual([preview.outcome, preview.conflicts, preview.guards[0].computed], ['merged', [], ['locked.txt']])
    const { status, report, stderr } = await merge()
    assert.equal(status, 0, stderr)
    assert.deepEqual([report.outcome, report.conflicts], ['merged', []])
    const [{ name, outcome, computed }] = report.guards
    assert.deepEqual([name, outcome, computed], ['lock', 'passed', ['locked.txt']])
    assert.equal(await content('locked.txt'), expected)
    assert.equal(await git('status', '--porcelain'), '')
    assert.equal((await git('log', '-1', '--format=%P')).split(' ').length, 2)
    const { ai_meta: meta } = await note()
    assert.deepEqual(meta.guards, [{ name: 'lock', passed: true }])
    assert.deepEqual(meta.merge.certificates, [{ path: 'locked.txt', certificate: 'guard lock' }])
    assert.equal((await run('verify', 'HEAD')).status, 0)
  })

  it('is told in words', async () => {
    await counted()
    await guards({ lock: lock() })
    const { status, stdout } = await run('merge', 'side', '--test-check')
    assert.equal(status, 0)
    assert.match(stdout, /^ {2}guard lock: computed locked\.txt$/m)
  })

  it('has other guards look at what it computed, before there is a commit', async () => {
    await counted()
    await guards({ check: '! { grep -q b locked.txt && grep -q y locked.txt; }', lock: lock() })
    const head = await git('rev-parse', 'main')
    const { status, report } = await merge()
    assert.deepEqual([status, report.outcome, report.isBegun], [5, 'refused', true])
    assert.deepEqual(
      report.guards.map((guard: { name: string; outcome: string }) => [guard.name, guard.outcome]),
      [
        ['lock', 'passed'],
        ['check', 'failed'],
      ],
    )
    assert.equal(await git('rev-parse', 'main'), head)
    // The merge that was refused is the one that lies there.
    assert.match(await content('locked.txt'), /^b 1$[^]*^y 1$[^]*^# 5$/m)
    assert.equal(await stages(), '')
    await git('merge', '--abort')
    assert.equal(await git('status', '--porcelain'), '')
  })

  it('leaves the conflict where the file depends on the side that it starts from, as something would be lost', async () => {
    await conflicting()
    await guards({ lock: lock() })
    const head = await git('rev-parse', 'main')
    const { status, report, stderr } = await merge()
    assert.deepEqual([status, report.outcome, report.conflicts], [1, 'conflict', ['locked.txt']])
    const [{ outcome, reason, computed }] = report.guards
    assert.deepEqual([outcome, computed], ['failed', []])
    assert.match(reason, /locked\.txt comes out in another way from each side's file/)
    assert.match(stderr, /run its command by hand/)
    await assertConflict(head)
  })

  for (const [what, line, reason] of [
    ['fails', 'echo no network; exit 3', /exit status 3/],
    ['writes nothing', 'true', /did not write locked\.txt/],
    ['removes its file', 'rm locked.txt', /locked\.txt is gone/],
    ['leaves a link in the place of its file', 'ln -sf /etc/passwd locked.txt', /no plain file/],
    ['makes its file one to be run', 'echo same > locked.txt; chmod +x locked.txt', /another mode/],
    ['writes more than there may be', 'echo same > locked.txt; truncate -s 70000000 locked.txt', /more than \d+ bytes/],
    ['is no program', undefined, /could not be run/],
  ] as const)
    it(`leaves the conflict where it ${what}`, async () => {
      await counted()
      if (line === undefined) await own('guards: {lock: {run: [/nonexistent/program], writes: [locked.txt]}}\n')
      else await guards({ lock: line, check: 'true' })
      const head = await git('rev-parse', 'main')
      const { status, report } = await merge()
      assert.deepEqual([status, report.outcome, report.conflicts], [1, 'conflict', ['locked.txt']])
      assert.equal(report.guards.length, 1)
      assert.match(report.guards[0].reason, reason)
      assert.ok(!(await runs()).includes('check'))
      await assertConflict(head)
    })

  it('shows what it said where it fails', async () => {
    await counted()
    await guards({ lock: 'echo no network; exit 3' })
    const { status, stdout } = await run('merge', 'side', '--test-check')
    assert.equal(status, 1)
    assert.match(stdout, /guard lock: computed nothing that could be taken: exit status 3\n {4}\| no network/)
  })

  it('leaves the conflict where it takes too long', async () => {
    await counted()
    await own(`guards: {lock: {run: 'sleep 1000', writes: [locked.txt], timeoutSeconds: 1}}\n`)
    const head = await git('rev-parse', 'main')
    const { status, report } = await merge()
    assert.deepEqual([status, report.guards[0].isTimedOut, report.guards[0].reason], [1, true, 'it took too long'])
    await assertConflict(head)
  })

  it('takes the files that its patterns name and nothing else of what it writes', async () => {
    await counted()
    await commit({ '.gitignore': '*.log\n' })
    const write =
      'echo changed > code.txt; mkdir -p out; for name in new.lock b.log; do echo new > out/$name; done; echo other > other.txt; ln -s code.txt link'
    await guards(
      { lock: `${lock()}; ${write}; mkdir -p .git/hooks; echo x > .git/config` },
      { lock: ['locked.txt', 'out/'] },
    )
    const { status, report, stderr } = await merge()
    assert.equal(status, 0, stderr)
    assert.deepEqual(report.guards[0].computed.toSorted(), ['locked.txt', 'out/new.lock'])
    const changed = await git('diff', '--name-only', 'HEAD^1', 'HEAD')
    assert.deepEqual(changed.split('\n'), ['locked.txt', 'out/new.lock', 'wanted.txt'])
  })

  it('writes through no link that it has put in the place of a folder', async () => {
    await mkdir(world.path('repo/web'))
    await commit({ 'web/locked.txt': 'one\n' })
    await git('checkout', '-q', '-b', 'side')
    await commit({ 'web/locked.txt': 'two\n' })
    await git('checkout', '-q', 'main')
    await commit({ 'web/locked.txt': 'three\n' })
    await mkdir(world.path('outside'))
    await writeFile(world.path('outside/locked.txt'), 'outside\n')
    await guards({ lock: `rm -r web; ln -s '${world.path('outside')}' web` })
    const { status, report } = await merge()
    assert.deepEqual([status, report.outcome], [1, 'conflict'])
    assert.match(report.guards[0].reason, /web\/locked\.txt is/)
    assert.ok(!(await git('rev-list', '--objects', '--all')).includes('outside'))
  })

  it('is not run where something else conflicts, or a side has no such file', async () => {
    await diverge({ 'locked.txt': 'a\n', 'code.txt': 'y\n' }, { 'locked.txt': 'b\n', 'code.txt': 'z\n' })
    await guards({ lock: lock() })
    const both = await merge()
    assert.deepEqual([both.status, both.report.conflicts, both.report.guards], [1, ['code.txt', 'locked.txt'], []])
    await git('merge', '--abort')
    await git('checkout', '-q', 'side')
    await git('rm', '-q', 'locked.txt')
    await commit({ 'code.txt': 'z\n' })
    await git('checkout', '-q', 'main')
    const gone = await merge()
    assert.deepEqual([gone.status, gone.report.conflicts, gone.report.guards], [1, ['locked.txt'], []])
    assert.deepEqual(await runs(), [])
  })

  it('is not run where only one side changed its file', async () => {
    await git('checkout', '-q', '-b', 'side')
    await commit({ 'locked.txt': 'a 2\n' })
    await git('checkout', '-q', 'main')
    await commit({ 'code.txt': 'y\n' })
    await guards({ lock: 'exit 1' })
    const { status, report } = await merge()
    assert.deepEqual([status, report.outcome, report.guards], [0, 'merged', []])
    assert.deepEqual(await runs(), [])
  })

  it('computes what lines would merge from their result, and keeps what only the file of a side says', async () => {
    // `b` and `y` are new, `a` and `z` were raised in the lock file alone, and a merge of lines has the items out of order.
    await diverge(
      { 'wanted.txt': 'a\nm\nz\nb\n', 'locked.txt': 'a 7\nb 1\nm 1\nz 1\n' },
      { 'locked.txt': 'a 1\nm 1\nz 9\n', 'wanted.txt': 'y\na\nm\nz\n' },
    )
    await guards({ lock: lock() })
    const { status, report, stderr } = await merge()
    assert.equal(status, 0, stderr)
    assert.deepEqual([report.outcome, report.guards[0].computed, (await runs()).length], ['merged', ['locked.txt'], 1])
    assert.equal(await content('locked.txt'), 'a 7\nb 1\nm 1\ny 1\nz 9\n')
    assert.equal(await git('status', '--porcelain'), '')
  })

  it('says of a file that lines merged to just what it computes that it passed', async () => {
    await diverge()
    await guards({ lock: lock() })
    const { status, report } = await merge()
    assert.deepEqual([status, report.guards[0].outcome, report.guards[0].computed], [0, 'passed', []])
    assert.equal(await content('locked.txt'), 'a 1\nb 1\nm 1\ny 1\nz 1\n')
    assert.equal((await note()).ai_meta.merge, undefined)
  })

  it('refuses a merge in which lines merged and it fails', async () => {
    await diverge()
    await guards({ lock: 'echo broken; exit 1', check: 'true' })
    const head = await git('rev-parse', 'main')
    const { status, report } = await merge()
    assert.deepEqual([status, report.outcome, report.isBegun, report.guards.length], [5, 'refused', true, 1])
    assert.equal(await git('rev-parse', 'main'), head)
    await git('merge', '--abort')
    assert.equal(await git('status', '--porcelain'), '')
  })

  it('runs one after the other, each on what the one before has computed, all or none', async () => {
    await counted()
    const last = (name: string) => `tail -n 1 locked.txt > ${name}.sum`
    await git('checkout', '-q', 'side')
    await commit({ 'x.sum': 'side\n' })
    await git('checkout', '-q', 'main')
    await commit({ 'x.sum': 'main\n' })
    await guards({ lock: lock(), sum: 'exit 1' }, { lock: ['locked.txt'], sum: ['*.sum'] })
    const failed = await merge()
    assert.deepEqual([failed.status, failed.report.conflicts], [1, ['locked.txt', 'x.sum']])
    assert.deepEqual(
      failed.report.guards.map((guard: { computed: unknown }) => guard.computed),
      [[], []],
    )
    await git('merge', '--abort')
    await guards({ lock: lock(), sum: last('x') }, { lock: ['locked.txt'], sum: ['*.sum'] })
    const { status, stderr } = await merge()
    assert.equal(status, 0, stderr)
    assert.equal(await content('x.sum'), '# 5\n')
  })

  it('shows hooks the merge with what it computed', async () => {
    const expected = await counted()
    await guards({ lock: lock() })
    const hook = world.path('repo/.git/hooks/pre-merge-commit')
    await writeFile(
      hook,
      `#!/bin/sh\ngit diff --cached --quiet HEAD -- locked.txt || cp locked.txt '${world.path('seen')}'\n`,
      {
        mode: 0o755,
      },
    )
    const { status, stderr } = await merge()
    assert.equal(status, 0, stderr)
    assert.equal(await readFile(world.path('seen'), 'utf8'), expected)
    assert.equal(await git('show', 'HEAD:locked.txt'), expected.trim())
    assert.equal(await git('status', '--porcelain'), '')
    assert.deepEqual((await note()).ai_meta.merge.certificates, [{ path: 'locked.txt', certificate: 'guard lock' }])
  })

  it('goes back to before the merge where a hook refuses it', async () => {
    await counted()
    await guards({ lock: lock() })
    await writeFile(world.path('repo/.git/hooks/pre-merge-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    const head = await git('rev-parse', 'main')
    const { status, stderr } = await merge()
    assert.notEqual(status, 0)
    assert.match(stderr, /HOOK_REFUSED/)
    assert.equal(await git('rev-parse', 'main'), head)
    assert.equal(await git('status', '--porcelain'), '')
  })

  it('computes for a branch that is not checked out, and touches no file', async () => {
    const expected = await counted()
    await guards({ lock: lock() })
    await git('checkout', '-q', '-b', 'other')
    assert.equal((await merge('into', 'main')).status, 0)
    assert.equal(await git('show', 'main:locked.txt'), expected.trim())
    assert.equal(await git('status', '--porcelain'), '')
  })

  it('keeps a file that is run one that is run, and stores it as attributes say', async () => {
    await commit({ '.gitattributes': 'locked.txt text eol=crlf\n' })
    await git('update-index', '--chmod=+x', 'locked.txt')
    await git('commit', '-q', '-m', 'run')
    await git('checkout', '-q', '--', '.')
    await git('reset', '-q', '--hard')
    const expected = await counted()
    await guards({ lock: lock() })
    const { status, stderr } = await merge()
    assert.equal(status, 0, stderr)
    assert.equal(await git('show', 'HEAD:locked.txt'), expected.trim())
    assert.match(await git('ls-tree', 'HEAD', 'locked.txt'), /^100755 /)
    assert.ok((await stat(world.path('repo/locked.txt'))).mode & 0o100)
    assert.equal(await content('locked.txt'), expected.replaceAll('\n', '\r\n'))
  })

  it('runs under --auto, too, without a proposer', async () => {
    const expected = await counted()
    await guards({ lock: lock() })
    assert.equal((await run('merge', 'side', '--auto')).status, 0)
    assert.equal(await content('locked.txt'), expected)
  })

  it('is never run by a merge that does not ask for guards', async () => {
    await counted()
    await guards({ lock: lock() })
    assert.equal((await run('merge', 'side')).status, 1)
    assert.deepEqual(await runs(), [])
  })

  it('runs nothing of a repository whose patterns have changed since its user said yes', async () => {
    await counted()
    const listed = (writes: string) =>
      commit({ 'ai-vcs.config.yaml': JSON.stringify({ guards: { lock: { run: lock(), writes: [writes] } } }) })
    await listed('locked.txt')
    assert.match((await run('config', 'trust-guards', '--json')).stdout, /"writes":\s*\["locked\.txt"\]/)
    const { digest } = JSON.parse((await run('config', 'trust-guards', '--json')).stdout)
    assert.match((await run('config', 'trust-guards')).stdout, /writes locked\.txt/)
    await run('config', 'trust-guards', '--digest', digest)
    await listed('*')
    assert.equal((await merge()).status, 4)
    await git('reset', '-q', '--hard', 'HEAD~1')
    assert.equal((await merge()).status, 0)
  })

  it('is not described by patterns for what it reads and what it writes', async () => {
    for (const facts of [{ writes: [] }, { writes: ['a'], when: ['b'] }, { writes: 'a' }]) {
      await own(JSON.stringify({ guards: { lock: { run: 'true', ...facts } } }))
      const { status, stderr } = await merge()
      assert.equal(status, 2)
      assert.match(stderr, /CONFIG_INVALID/)
    }
  })

  it('leaves nothing behind at Ctrl-C', async () => {
    await counted()
    const pid = world.path('pid')
    await own(`guards: {lock: {run: 'echo $$ > "${pid}"; sleep 1000', writes: [locked.txt]}}\n`)
    const head = await git('rev-parse', 'main')
    const running = world.startAi(['merge', 'side', '--test-check'], { folder: 'repo' })
    await until(async () => (await readFile(pid, 'utf8').catch(() => '')).endsWith('\n'))
    assert.equal(await running.interrupt('SIGINT'), 130)
    const started = Number(await readFile(pid, 'utf8'))
    assert.throws(() => process.kill(started, 0), /ESRCH/)
    assert.equal(await git('rev-parse', 'main'), head)
    assert.equal(await git('status', '--porcelain'), '')
    assert.deepEqual(
      (await readdir(world.path('repo/.git/ai-vcs'))).filter((name) => name.startsWith('index-')),
      [],
    )
  })

  it('leaves a conflict as it is where there is no git program', async () => {
    await counted()
    await guards({ lock: lock() })
    const alone = { folder: 'repo', env: { PATH: '/nonexistent' } }
    const { status, stderr } = await world.here(['merge', 'side', '--test-check', '--json'], alone)
    assert.equal(status, 1)
    assert.match(stderr, /MERGE_CONFLICT/)
    assert.deepEqual(await runs(), [])
    assert.equal(await git('status', '--porcelain'), '')
  })

  describe('in a room', () => {
    before(needs('a WebRTC binding', hasWebrtc, true))

    it('changes nothing in files that hold the merge already, and says so', async () => {
      const hosted = world.startAi(['collab', 'start', '--no-listen', '--signaling', 'ws://127.0.0.1:9'], {
        folder: 'repo',
      })
      await hosted.fact(({ event }) => event === 'room')
      await hosted.interrupt()
      await diverge({ 'wanted.txt': 'a\nm\nz\nb\n' }, { 'wanted.txt': 'y\na\nm\nz\n', 'locked.txt': 'a 1\nm 1\nz 9\n' })
      const typed = async (locked: string) => {
        await writeFile(world.path('repo/wanted.txt'), 'y\na\nm\nz\nb\n')
        await writeFile(world.path('repo/locked.txt'), locked)
      }
      await typed('a 1\nb 1\nm 1\nz 9\n')
      await guards({ lock: lock() })
      const head = await git('rev-parse', 'main')
      const { status, report } = await merge()
      assert.deepEqual([status, report.outcome, report.isBegun], [5, 'refused', false])
      assert.match(report.guards[0].reason, /locked\.txt comes out otherwise than it lies in the files of the room/)
      assert.equal(await git('rev-parse', 'main'), head)
      assert.equal(await content('locked.txt'), 'a 1\nb 1\nm 1\nz 9\n')
      // What it has nothing to change in is merged.
      await guards({ lock: 'true' })
      const held = await merge()
      assert.deepEqual([held.status, held.report.outcome], [0, 'merged'], held.stderr)
      assert.equal(await git('status', '--porcelain'), '')
    })
  })

  it('lets npm compute package-lock.json', async () => {
    const folder = (name: string) => world.path('repo', name)
    for (const name of ['alpha', 'beta', 'gamma']) {
      await mkdir(folder(`packages/${name}`), { recursive: true })
      await writeFile(folder(`packages/${name}/package.json`), JSON.stringify({ name, version: '1.0.0' }))
    }
    const install = 'npm install --package-lock-only --ignore-scripts --offline --no-audit --no-fund'
    const wanting = async (...names: readonly string[]) => {
      const dependencies = Object.fromEntries(names.map((name) => [name, `file:packages/${name}`]))
      const manifest = { name: 'app', version: '1.0.0', dependencies }
      await writeFile(folder('package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
      const { status, stderr } = await world.run('/bin/sh', ['-c', install], { folder: 'repo' })
      assert.equal(status, 0, stderr)
      await git('add', '-A')
      await git('commit', '-q', '-m', 'packages')
    }
    await run('init', '--merge-driver')
    await wanting('beta')
    await git('checkout', '-q', '-b', 'side')
    await wanting('beta', 'gamma')
    await git('checkout', '-q', 'main')
    await wanting('alpha', 'beta')
    await own(`guards: {lock: {run: '${install}', writes: [package-lock.json]}}\n`)
    const { status, report, stderr } = await merge()
    assert.equal(status, 0, `${stderr}${JSON.stringify(report)}`)
    assert.deepEqual(report.guards[0].computed, ['package-lock.json'])
    const locked = JSON.parse(await content('package-lock.json'))
    assert.deepEqual(Object.keys(locked.packages[''].dependencies), ['alpha', 'beta', 'gamma'])
    // It is what npm has nothing to add to.
    await world.run('/bin/sh', ['-c', install], { folder: 'repo' })
    assert.equal(await git('status', '--porcelain'), '')
    assert.ok(!existsSync(join(folder('.'), 'node_modules')))
  })
})
