import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { CliWorld, type RunResult } from '../../cli/cli-world.ts'
import { needsProgram } from '../../support/needs.ts'

interface Report {
  readonly reattached: readonly { readonly commit: string; readonly from: string; readonly by: string }[]
  readonly missing: readonly string[]
}

describe('records of commits that were rewritten', function () {
  this.timeout(60_000)
  let world: CliWorld
  let folders = 0
  let folder: string

  before(needsProgram('git'))
  before(needsProgram('ssh-keygen'))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('template')
    await ok(['init'], 'template')
  })
  beforeEach(async () => {
    folder = `repo${++folders}`
    await world.run('cp', ['-r', 'template', folder])
    // Its allowed signers lie in the template; as somewhere else, git carries no notes along.
    await world.git(folder, 'config', '--unset-all', 'notes.rewriteRef')
  })
  after(() => world.close())

  async function ok(args: readonly string[], where: string, env = {}): Promise<RunResult> {
    const result = await world.here(args, { folder: where, env })
    assert.equal(result.status, 0, result.stderr)
    return result
  }

  async function commit(path: string, env = {}): Promise<string> {
    await writeFile(world.path(folder, path), `${path}\n`)
    await world.git(folder, 'add', path)
    await ok(['commit', '-m', `feat: ${path}`, '--prompt', `write ${path}`], folder, env)
    return world.git(folder, 'rev-parse', 'HEAD')
  }

  async function reattach(): Promise<Report> {
    return JSON.parse((await ok(['reattach', '--json'], folder)).stdout) as Report
  }

  async function prompts(): Promise<readonly (string | null | undefined)[]> {
    interface View {
      readonly record: { readonly prompt: string | null } | null
      readonly moreRecords: readonly { readonly prompt: string }[]
    }
    const view = JSON.parse((await ok(['show', '--json'], folder)).stdout) as View
    return [view.record?.prompt, ...view.moreRecords.map(({ prompt }) => prompt)]
  }

  it('go along where git rewrites commits of a repository that is set up', async () => {
    await ok(['init'], folder)
    await commit('a')
    await world.git(folder, 'commit', '-q', '--amend', '-m', 'other words')
    assert.deepEqual(await prompts(), ['write a'])
    assert.deepEqual((await reattach()).reattached, [])
  })

  it('are found by digest after a rebase', async () => {
    const first = await commit('a')
    const second = await commit('b')
    await world.git(folder, 'checkout', '-q', '-b', 'base', 'HEAD~2')
    await world.git(folder, 'commit', '-q', '--allow-empty', '-m', 'before')
    await world.git(folder, 'rebase', '-q', 'base', 'main')
    assert.deepEqual(await prompts(), [null])
    const { reattached, missing } = await reattach()
    const made = (await world.git(folder, 'rev-list', 'HEAD', '-n2')).split('\n')
    assert.deepEqual(
      reattached.map(({ commit, from, by }) => [commit, from, by]),
      [
        [made[0], second, 'digest'],
        [made[1], first, 'digest'],
      ],
    )
    assert.deepEqual(missing, [])
    assert.deepEqual(await prompts(), ['write b'])
    assert.deepEqual((await reattach()).reattached, [], 'once is enough')
  })

  it('are found for a squash, which names several, and its signature covers them all', async () => {
    const first = await commit('a')
    await commit('b')
    await world.git(folder, 'checkout', '-q', '-b', 'squashed', 'HEAD~2')
    await world.git(folder, 'merge', '-q', '--squash', 'main')
    const key = ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${world.path('home/.anvcs/member_key')}`]
    await world.git(folder, ...key, 'commit', '-q', '-S', '--no-edit')
    assert.deepEqual(
      (await reattach()).reattached.map(({ by }) => by),
      ['digest', 'digest'],
    )
    assert.deepEqual(new Set(await prompts()), new Set(['write a', 'write b']))
    const verified = (await ok(['verify', 'HEAD', '^HEAD~1'], folder)).stdout
    assert.match(
      verified,
      /proven +its 2 records are those that were signed; made for [0-9a-f]{12}, [0-9a-f]{12}, rewr/,
    )
    assert.match(verified, new RegExp(first.slice(0, 12)))
  })

  it("are found by change id where the digest went, and are then nobody's signed word", async () => {
    const first = await commit('a')
    const message = await world.git(folder, 'log', '-1', '--format=%B')
    const { stderr } = await world.run('git', ['commit', '-q', '--amend', '-F', '-'], {
      folder,
      input: message.replace(/^AI-Meta: .*$/m, ''),
    })
    assert.equal(stderr, '')
    assert.deepEqual(
      (await reattach()).reattached.map(({ from, by }) => [from, by]),
      [[first, 'change id']],
    )
    assert.match(
      (await ok(['verify', 'HEAD', '^HEAD~1'], folder)).stdout,
      /not proven +its record: the commit does not/,
    )
  })

  it('are found by content where the message was replaced, and only where no other fits', async () => {
    const env = { GIT_AUTHOR_DATE: '1700000000 +0000' }
    const first = await commit('a', env)
    await world.git(folder, 'commit', '-q', '--amend', '-m', 'other words')
    assert.deepEqual(
      (await reattach()).reattached.map(({ from, by }) => [from, by]),
      [[first, 'content']],
    )
    await world.git(folder, 'reset', '-q', '--hard', 'HEAD~1')
    await commit('a', env)
    await world.git(folder, 'commit', '-q', '--amend', '-m', 'still other words')
    assert.deepEqual((await reattach()).reattached, [])
  })

  it('that are nowhere are named', async () => {
    const made = await commit('a')
    await world.git(folder, 'update-ref', '-d', 'refs/notes/ai-vcs')
    assert.deepEqual(await reattach(), { ...(await reattach()), reattached: [], missing: [made] })
  })

  it('are in .ai/meta again after `reindex`, as they were, and nothing else is', async () => {
    const report = JSON.stringify({ stats: { failures: 0 } })
    await writeFile(world.path('report.json'), report)
    await writeFile(world.path(folder, 'a'), 'a\n')
    await world.git(folder, 'add', 'a')
    await ok(['commit', '-m', 'a', '--prompt', 'write a', '--test-report', world.path('report.json')], folder)
    const meta = world.path(folder, '.ai/meta')
    const made = await world.git(folder, 'rev-parse', 'HEAD')
    const before = await readFile(`${meta}/${made}/record.json`, 'utf8')
    assert.equal(await readFile(`${meta}/${made}/tests.json`, 'utf8'), report)
    await rm(world.path(folder, '.ai'), { recursive: true })
    await mkdir(`${meta}/${'0'.repeat(40)}`, { recursive: true })
    const first = JSON.parse((await ok(['reindex', '--json'], folder)).stdout) as object
    assert.deepEqual(first, { schemaVersion: 1, records: 1, written: 1, removed: 1 })
    assert.deepEqual((await readdir(meta)).sort(), ['.gitignore', made])
    assert.equal(await readFile(`${meta}/${made}/record.json`, 'utf8'), before)
    assert.equal(await readFile(`${meta}/${made}/tests.json`, 'utf8'), report)
    assert.equal(await world.git(folder, 'status', '--porcelain', '--', '.ai'), '')
    // A link that a repository holds there leads nothing elsewhere.
    await rm(`${meta}/${made}/record.json`)
    await writeFile(world.path('elsewhere'), 'mine')
    await symlink(world.path('elsewhere'), `${meta}/${made}/record.json`)
    assert.match((await ok(['reindex'], folder)).stdout, /^1 record in \.ai\/meta: 1 written, 0 removed$/m)
    assert.equal(await readFile(world.path('elsewhere'), 'utf8'), 'mine')
    const second = JSON.parse((await ok(['reindex', '--json'], folder)).stdout) as object
    assert.deepEqual(second, { schemaVersion: 1, records: 1, written: 0, removed: 0 })
  })
})
