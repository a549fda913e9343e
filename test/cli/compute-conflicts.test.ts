import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

describe('`ai-vcs resolve --compute`', function () {
  this.timeout(60_000)
  let world: CliWorld

  before(needsProgram('git'))
  /** Code and what is computed of it conflict. */
  beforeEach(async () => {
    world = await CliWorld.make()
    await world.repository('repo', { 'code.txt': 'x\n', 'sum.txt': 'sum of x\n', 'more.txt': 'x\n' })
    await run('init')
    for (const [side, text] of [
      ['side', 'y\n'],
      ['main', 'z\n'],
    ] as const) {
      if (side === 'side') await git('checkout', '-q', '-b', side)
      else await git('checkout', '-q', side)
      await writeFile(world.path('repo/code.txt'), text)
      await writeFile(world.path('repo/sum.txt'), `sum of ${text}`)
      await git('add', '-A')
      await git('commit', '-q', '-m', side)
    }
  })
  afterEach(() => world?.close())

  const run = (...args: readonly string[]) => world.here(args, { folder: 'repo' })
  const git = (...args: readonly string[]) => world.git('repo', ...args)
  const content = (path: string) => readFile(world.path('repo', path), 'utf8')
  const writer = (line: string) =>
    writeFile(
      world.path('home/.anvcs/config.yaml'),
      JSON.stringify({ guards: { sum: { run: line, writes: ['sum.txt'] }, never: 'exit 1' } }),
    )
  const sum = `printf 'sum of %s\\n' "$(cat code.txt)" > sum.txt`
  const compute = (path = 'sum.txt') => run('resolve', path, '--compute', '--json')
  const settle = async () => {
    await writeFile(world.path('repo/code.txt'), 'y and z\n')
    await git('add', 'code.txt')
  }

  it('computes a file from what was settled before, and stages it', async () => {
    await writer(sum)
    assert.equal((await run('merge', 'side', '--test-check')).status, 1)
    const early = await compute()
    assert.equal(early.status, 2)
    assert.match(early.stderr, /code\.txt conflicts, too/)
    await settle()
    // What is not staged is no part of the merge.
    await writeFile(world.path('repo/code.txt'), 'later\n')
    const { status, stdout, stderr } = await compute()
    assert.equal(status, 0, stderr)
    const { staged, guards } = JSON.parse(stdout)
    assert.deepEqual([staged, guards[0].computed], [['sum.txt'], ['sum.txt']])
    assert.equal(await content('sum.txt'), 'sum of y and z\n')
    assert.equal(await content('code.txt'), 'later\n')
    assert.equal(await git('ls-files', '-u'), '')
    await git('commit', '-q', '-m', 'merged')
    assert.equal(await git('show', 'HEAD:sum.txt'), 'sum of y and z')
    assert.equal(await git('status', '--porcelain', '-uno'), 'M code.txt')
  })

  it('is named in the record of the commit that ends the merge, as long as the file is as it was computed', async () => {
    const recorded = async () => {
      await run('commit', '-q', '-m', 'merged')
      const [line] = (await git('notes', '--ref', 'ai-vcs', 'show', 'HEAD')).split('\n')
      const { ai_meta: meta } = JSON.parse(line!)
      return [meta.guards, meta.merge?.certificates]
    }
    await writer(sum)
    await run('merge', 'side')
    await settle()
    await compute()
    const named = [[{ name: 'sum', passed: true }], [{ path: 'sum.txt', certificate: 'guard sum' }]]
    assert.deepEqual(await recorded(), named)
    await git('reset', '-q', '--hard', 'HEAD~1')
    await run('merge', 'side')
    await settle()
    await compute()
    await writeFile(world.path('repo/sum.txt'), 'by hand\n')
    await git('add', 'sum.txt')
    assert.deepEqual(await recorded(), [undefined, undefined])
  })

  it('takes what is just the file of a side', async () => {
    await writer(sum)
    await run('merge', 'side')
    await writeFile(world.path('repo/code.txt'), 'z\n')
    await git('add', 'code.txt')
    assert.equal((await compute()).status, 0)
    assert.equal(await content('sum.txt'), 'sum of z\n')
    assert.equal(await git('ls-files', '-u'), '')
  })

  for (const [what, line, reason] of [
    ['fails', 'echo no; exit 3', /exit status 3/],
    ['writes nothing', 'true', /did not write sum\.txt/],
    ['depends on the side', 'echo more >> sum.txt', /in another way from each side/],
  ] as const)
    it(`leaves the file as it is where the guard ${what}`, async () => {
      await writer(line)
      await run('merge', 'side')
      await settle()
      const before = [await content('sum.txt'), await git('ls-files', '-u')]
      const { status, stdout } = await compute()
      assert.equal(status, 1)
      assert.match(JSON.parse(stdout).guards[0].reason, reason)
      assert.deepEqual([await content('sum.txt'), await git('ls-files', '-u')], before)
    })

  it('writes over nothing that somebody has typed', async () => {
    await writer(sum)
    await run('merge', 'side')
    await settle()
    await writeFile(world.path('repo/sum.txt'), 'typed\n')
    const { status, stderr } = await compute()
    assert.equal(status, 2)
    assert.match(stderr, /sum\.txt has no markers/)
    assert.equal(await content('sum.txt'), 'typed\n')
  })

  it('needs a conflict, and a guard that writes the file and may run', async () => {
    await writer(sum)
    await run('merge', 'side')
    for (const [path, words] of [
      ['more.txt', /has no conflict/],
      ['code.txt', /No guard writes code\.txt/],
    ] as const) {
      const { status, stderr } = await compute(path)
      assert.equal(status, 2)
      assert.match(stderr, words)
    }
    await settle()
    await writeFile(world.path('home/.anvcs/config.yaml'), '')
    await writeFile(world.path('repo/ai-vcs.config.yaml'), `guards: {sum: {run: 'true', writes: [sum.txt]}}\n`)
    assert.match((await compute()).stderr, /GUARDS_UNTRUSTED/)
  })

  it('is for merges, and not for a pick', async () => {
    await writer(sum)
    await world.run('git', ['cherry-pick', 'side'], { folder: 'repo' })
    await settle()
    const { status, stderr } = await compute()
    assert.equal(status, 2)
    assert.match(stderr, /in a merge of two sides alone/)
  })
})
