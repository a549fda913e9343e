import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { CliWorld } from '../../cli/cli-world.ts'
import { needsProgram } from '../../support/needs.ts'

type Files = Readonly<Record<string, string>>

describe('`ai-vcs pull --test-check`', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  afterEach(() => world?.close())

  /** Ada and Bob have clones of a hub, and went apart. */
  const apart = async (bobs: Files, adas: Files) => {
    world = await CliWorld.make()
    await world.repository('seed', { 'a.txt': 'one\n', 'list.txt': 'm\n', 'other.txt': 'x\n' })
    await world.git('.', 'clone', '-q', '--bare', 'seed', 'hub.git')
    for (const [name, files] of [
      ['bob', bobs],
      ['ada', adas],
    ] as const) {
      await world.git('.', 'clone', '-q', 'hub.git', name)
      await world.here(['init'], { folder: name })
      for (const [file, text] of Object.entries(files)) await writeFile(world.path(name, file), text)
      if (Object.keys(files).length) await world.git(name, 'commit', '-q', '-a', '-m', name)
    }
    assert.equal((await world.here(['push', '--yes'], { folder: 'bob' })).status, 0)
  }
  const guards = (described: unknown) =>
    writeFile(world.path('home/.anvcs/config.yaml'), JSON.stringify({ guards: described }))
  const pull = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await world.here(['pull', '--test-check', '--json', ...args], { folder: 'ada' })
    return { status, stderr, report: stdout ? JSON.parse(stdout) : undefined }
  }
  const git = (...args: readonly string[]) => world.git('ada', ...args)
  const both = '! { grep -q two a.txt && grep -q y other.txt; }'

  it('commits no merge that fails where both sides pass', async () => {
    await apart({ 'a.txt': 'two\n' }, { 'other.txt': 'y\n' })
    await guards({ both })
    const head = await git('rev-parse', 'HEAD')
    const { status, report, stderr } = await pull()
    assert.deepEqual([status, report.outcome, report.isBegun], [5, 'refused', true], stderr)
    assert.deepEqual([report.guards[0].outcome, report.guards[0].suspects], ['failed', ['a.txt']])
    assert.match(stderr, /git merge --abort/)
    assert.equal(await git('rev-parse', 'HEAD'), head)
    await git('merge', '--abort')
    assert.equal(await git('status', '--porcelain', '-uno'), '')
    const told = await world.here(['pull', '--test-check'], { folder: 'ada' })
    assert.match(told.stdout, /^origin\/main was not merged into this branch:\n {2}guard both: fails/)
  })

  it('commits what passes, with the guards in its record', async () => {
    await apart({ 'a.txt': 'two\n' }, { 'other.txt': 'z\n' })
    await guards({ both })
    const { status, report, stderr } = await pull()
    assert.deepEqual([status, report.outcome, report.guards[0].outcome], [0, 'merged', 'passed'], stderr)
    const note = JSON.parse((await git('notes', '--ref', 'ai-vcs', 'show', 'HEAD')).split('\n')[0]!)
    assert.deepEqual(note.ai_meta.guards, [{ name: 'both', passed: true }])
  })

  it('has files computed where both sides changed them', async () => {
    await apart({ 'list.txt': 'b\n', 'a.txt': 'two\n' }, { 'list.txt': 'y\n', 'other.txt': 'y\n' })
    await guards({ list: { run: 'cat a.txt other.txt > list.txt', writes: ['list.txt'] } })
    const { status, report, stderr } = await pull()
    assert.deepEqual([status, report.outcome, report.guards[0].computed], [0, 'merged', ['list.txt']], stderr)
    assert.equal(await readFile(world.path('ada/list.txt'), 'utf8'), 'two\ny\n')
    assert.equal(await git('status', '--porcelain', '-uno'), '')
  })

  it('runs none where the branch only moves forward, and needs some to run', async () => {
    await apart({ 'a.txt': 'two\n' }, {})
    assert.equal((await pull()).status, 2)
    await guards({ never: `touch '${world.path('ran')}'; exit 1` })
    const { status, report } = await pull()
    assert.deepEqual([status, report.outcome, report.guards], [0, 'fast-forward', []])
    await assert.rejects(readFile(world.path('ran')))
  })

  it('runs nothing of a repository that its user has not allowed', async () => {
    await apart({ 'a.txt': 'two\n' }, { 'other.txt': 'y\n' })
    await writeFile(world.path('ada/ai-vcs.config.yaml'), `guards: {bad: "touch '${world.path('ran')}'"}\n`)
    const { status, stderr } = await pull()
    assert.equal(status, 4)
    assert.match(stderr, /GUARDS_UNTRUSTED/)
    await assert.rejects(readFile(world.path('ran')))
  })

  it('does not rebase past guards, which look at merges alone', async () => {
    await apart({ 'a.txt': 'two\n' }, { 'other.txt': 'y\n' })
    await guards({ both })
    await git('config', 'pull.rebase', 'true')
    const head = await git('rev-parse', 'HEAD')
    const { status, stderr } = await pull()
    assert.equal(status, 2)
    assert.match(stderr, /pull\.rebase.*ai-vcs merge origin\/main --test-check/s)
    assert.equal(await git('rev-parse', 'HEAD'), head)
  })

  it('tells of a conflict as ever', async () => {
    await apart({ 'a.txt': 'two\n' }, { 'a.txt': 'three\n' })
    await guards({ both })
    const { status, report, stderr } = await pull()
    assert.deepEqual([status, report.outcome, report.conflicts, report.guards], [1, 'conflict', ['a.txt'], []])
    assert.match(stderr, /ai-vcs explain/)
  })
})
