import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

describe('ai-vcs in odd repositories', function () {
  this.timeout(60_000)
  let world: CliWorld
  before(needsProgram('git'))
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
})
