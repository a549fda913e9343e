import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { openRepository } from '../../../src/repository/open-repository.ts'
import { CliWorld, type RunResult } from '../../cli/cli-world.ts'
import { needsProgram } from '../../support/needs.ts'

interface View {
  readonly recordStatus: string
  readonly record: { readonly prompt: string } | null
  readonly moreRecords: readonly { readonly prompt: string }[]
}

describe('records in files, for remotes that carry no notes', function () {
  this.timeout(60_000)
  let world: CliWorld
  let made: string

  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('ada')
    await world.git('.', 'clone', '-q', '--bare', 'ada', 'hub.git')
    await world.git('hub.git', 'config', 'transfer.hideRefs', 'refs/notes')
    await world.git('ada', 'remote', 'add', 'origin', world.path('hub.git'))
    await ok(['init'], 'ada')
    await writeFile(world.path('ada/ai-vcs.config.yaml'), 'provenance:\n  store: files\n')
    await world.git('ada', 'add', 'ai-vcs.config.yaml')
  })
  after(() => world.close())

  async function ok(args: readonly string[], folder = 'ada', env = {}): Promise<RunResult> {
    const result = await world.here(args, { folder, env })
    assert.equal(result.status, 0, result.stderr)
    return result
  }

  async function commit(path: string, ...more: readonly string[]): Promise<string> {
    await writeFile(world.path('ada', path), `${path}\n`)
    await world.git('ada', 'add', path)
    await ok(['commit', '-m', path, '--prompt', `write ${path}`, ...more])
    return world.git('ada', 'rev-parse', 'HEAD')
  }

  async function view(revision: string, folder = 'ada'): Promise<View> {
    return JSON.parse((await ok(['show', '--json', revision], folder)).stdout) as View
  }

  it('are part of the commit they tell of, and proven as it is; there is no note', async () => {
    await writeFile(world.path('report.json'), '{"passed":true}')
    made = await commit('a', '--test-report', world.path('report.json'))
    const { recordStatus, record } = await view(made)
    assert.deepEqual([recordStatus, record?.prompt], ['bound', 'write a'])
    const names = (await world.git('ada', 'show', '--format=', '--name-only', made)).split('\n')
    assert.equal(names.filter((name) => /^\.ai\/records\/[0-9a-f]{2}\/[0-9a-f]{30}\.json$/.test(name)).length, 1)
    assert.equal(names.filter((name) => /^\.ai\/records\/reports\/[0-9a-f]{64}\.json$/.test(name)).length, 1)
    assert.equal(await world.git('ada', 'status', '--porcelain'), '')
    assert.equal(await world.git('ada', 'for-each-ref', 'refs/notes'), '')
    await world.git('ada', 'fsck', '--strict')
  })

  it('go where the branch goes, after they were shown once, and come with a plain clone', async () => {
    const asked = await world.here(['push'], { folder: 'ada' })
    assert.equal(asked.status, 2)
    assert.match(asked.stderr, /No record has gone to origin yet[^]*write a\n/)
    const without = await world.here(['push', '--no-records'], { folder: 'ada' })
    assert.equal(without.status, 2)
    assert.match(without.stderr, /^error USAGE: Records are files of the commits here/m)
    await ok(['push', '--yes'])
    await world.git('.', 'clone', '-q', 'hub.git', 'bob')
    assert.equal((await view('HEAD', 'bob')).record?.prompt, 'write a')
    await commit('b')
    const { records } = JSON.parse((await ok(['push', '--json'])).stdout) as { records: number }
    assert.equal(records, 1)
    await ok(['init'], 'bob')
    await ok(['pull'], 'bob')
    assert.equal((await view('HEAD', 'bob')).record?.prompt, 'write b')
    const { status, stdout } = await world.here(['verify', '--json'], { folder: 'bob' })
    const { signed, recorded } = JSON.parse(stdout) as { signed: number; recorded: number }
    assert.deepEqual([status, signed, recorded], [0, 2, 2])
  })

  it('survive a squash and a merge', async () => {
    await world.git('ada', 'checkout', '-q', '-b', 'side')
    await commit('c')
    await commit('d')
    await world.git('ada', 'checkout', '-q', 'main')
    await world.git('ada', 'checkout', '-q', '-b', 'squashed')
    await world.git('ada', 'merge', '-q', '--squash', 'side')
    await world.git('ada', 'commit', '-q', '--no-edit')
    const { record, moreRecords } = await view('HEAD')
    assert.deepEqual(
      new Set([record?.prompt, ...moreRecords.map(({ prompt }) => prompt)]),
      new Set(['write c', 'write d']),
    )
    await world.git('ada', 'checkout', '-q', 'main')
    await commit('e')
    await ok(['merge', 'side', 'into', 'main'])
    assert.equal((await view('HEAD')).recordStatus, 'bound')
    assert.equal(await world.git('ada', 'status', '--porcelain'), '')
    assert.equal((await view('side')).record?.prompt, 'write d')
  })

  it('are in .ai/meta after `reindex`', async () => {
    const before = await readFile(world.path('ada/.ai/meta', made, 'record.json'), 'utf8')
    await rm(world.path('ada/.ai/meta'), { recursive: true })
    await world.git('ada', 'update-ref', '-d', 'refs/ai-vcs/meta')
    await ok(['reindex'])
    assert.equal(await readFile(world.path('ada/.ai/meta', made, 'record.json'), 'utf8'), before)
    assert.equal(await readFile(world.path('ada/.ai/meta', made, 'tests.json'), 'utf8'), '{"passed":true}')
  })

  it('are not left in the work tree by a commit that fails, and never written through a link', async () => {
    await writeFile(world.path('ada/f'), 'f\n')
    await world.git('ada', 'add', 'f')
    const env = { AI_VCS_SIGNING_FORMAT: 'openpgp', GNUPGHOME: world.path('nothing') }
    const failed = await world.here(['commit', '-m', 'f'], { folder: 'ada', env })
    assert.match(failed.stderr, /^error SIGNING_FAILED/)
    const stray = ['ls-files', '--others', '--', '.ai/records']
    assert.equal(await world.git('ada', ...stray), '')
    await world.repository('linked', { a: '1\n', 'ai-vcs.config.yaml': 'provenance:\n  store: files\n' })
    await mkdir(world.path('elsewhere'))
    await symlink(world.path('elsewhere'), world.path('linked/.ai'))
    await world.git('linked', 'add', '.')
    const { status, stderr } = await world.here(['commit', '-m', 'x'], { folder: 'linked' })
    assert.equal(status, 4)
    assert.match(stderr, /^error PATH_ESCAPES_TREE: \.ai\/records\/[0-9a-f]{2} cannot be written/)
    assert.ok(!existsSync(world.path('elsewhere/records')))
    await world.git('ada', 'reset', '-q', '--hard')
  })

  it('are not used in a room, where records go from member to member; and a room may begin on such a branch', async () => {
    await using repository = await openRepository(world.path('ada'), { environment: world.env() })
    const room = await repository.startRoom()
    room.host.room.files.edit('a', [{ at: 0, remove: 0, insert: 'in the room ' }])
    const { commit: made } = await repository.commit({ message: 'in the room', all: true, prompt: 'room' })
    assert.match(await world.git('ada', 'notes', '--ref=ai-vcs', 'show', made), /"prompt":"room"/)
    const { recordStatus } = await view(made)
    assert.equal(recordStatus, 'bound')
    await world.git('ada', 'fsck', '--strict')
  })

  it('stay when ai-vcs is taken out', async () => {
    await ok(['uninit'])
    assert.equal(await world.git('ada', 'status', '--porcelain', '--', '.ai'), '')
    assert.ok(existsSync(world.path('ada/.ai/records')))
    assert.ok(!existsSync(world.path('ada/.ai/meta')))
  })
})
