import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, type ConfigSources } from '../../../src/node/config.ts'

describe('the configuration', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'anvcs-config-'))
  })
  after(() => rm(folder, { recursive: true }))

  async function load({ repository, user }: { repository?: string; user?: string }, rest: Partial<ConfigSources> = {}) {
    const [repositoryFile, userFile] = [join(folder, 'ai-vcs.config.yaml'), join(folder, 'user.yaml')]
    await writeFile(repositoryFile, repository ?? '')
    await writeFile(userFile, user ?? '')
    return loadConfig({ repositoryFile, userFile, environment: {}, ...rest })
  }

  it('has defaults where nobody says anything', async () => {
    const { values, warnings, list } = await loadConfig({ repositoryFile: join(folder, 'none'), environment: {} })
    assert.equal(values['room.autoMerge'], 'apply')
    assert.equal(values.maxFileBytes, 10_000_000)
    assert.deepEqual(warnings, [])
    assert.ok(list.every(({ origin }) => origin === 'default'))
  })

  it('goes from repository to user to environment to flags, and tells where each value comes from', async () => {
    const files = {
      repository: 'room:\n  autoMerge: offer\n  follow: false\ncolor: never\nmaxFileBytes: 1000\n',
      user: '# mine\nroom.follow: true\ncolor: always\n',
    }
    const { values, list } = await load(files, { environment: { AI_VCS_COLOR: 'auto' }, flags: { maxFileBytes: '5' } })
    assert.deepEqual(
      ['room.autoMerge', 'room.follow', 'color', 'maxFileBytes'].map((key) => {
        const { origin, place, value } = list.find((row) => row.key === key)!
        return [value, origin, place?.replace(`${folder}/`, '')]
      }),
      [
        ['offer', 'repository', 'ai-vcs.config.yaml:2'],
        [true, 'user', 'user.yaml:2'],
        ['auto', 'environment', 'AI_VCS_COLOR'],
        [5, 'flag', '--maxFileBytes'],
      ],
    )
    assert.equal(values['room.follow'], true)
  })

  it('does not let a repository name programs, hosts, people or what is published', async () => {
    const repository = `signaling:
  urls: [wss://evil.example]
ice: { servers: ["turn:evil.example"] }
notes.publish: prompts
commit: { env: { x: "rm -rf ." } }
author: { name: E, email: e@x }
unknown: 1
`
    const { values, warnings } = await load({ repository })
    assert.deepEqual(values['signaling.urls'], [])
    assert.deepEqual(values['commit.env'], {})
    assert.equal(values['notes.publish'], 'none')
    assert.equal(values['author.email'], '')
    assert.equal(warnings.length, 7)
    assert.match(warnings[0]!, /ai-vcs\.config\.yaml:2: signaling\.urls cannot be set by a repository/)
    assert.match(warnings[6]!, /:7: unknown is not a known key/)
  })

  it('takes the same from the user', async () => {
    const user = 'signaling.urls: [wss://a.example, ws://localhost:1]\ncommit.env:\n  python: python3 --version\n'
    const { values, warnings } = await load({ user }, { environment: { AI_VCS_ICE_SERVERS: 'stun:a:1, turns:b' } })
    assert.deepEqual(values['signaling.urls'], ['wss://a.example', 'ws://localhost:1'])
    assert.deepEqual(values['ice.servers'], ['stun:a:1', 'turns:b'])
    assert.deepEqual(values['commit.env'], { python: 'python3 --version' })
    assert.deepEqual(warnings, [])
  })

  it('fills in variables and their defaults, but reads none out for a repository', async () => {
    const text = 'author.name: ${WHO:-Nobody} (${EMPTY:-none}${GONE})\n'
    const environment = { WHO: 'Ada', EMPTY: '' }
    assert.equal((await load({ user: text }, { environment })).values['author.name'], 'Ada (none)')
    const repository = 'room.autoMerge: ${MODE:-offer}\n'
    assert.equal((await load({ repository }, { environment: { MODE: 'apply' } })).values['room.autoMerge'], 'offer')
  })

  it('names file, line, key and what is allowed', async () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['color: never\nroom:\n  autoMerge: sometimes\n', /user\.yaml:3: room\.autoMerge must be: apply, offer/],
      ['maxFileBytes: 10MB\n', /user\.yaml:1: maxFileBytes must be: bytes/],
      ['signaling.urls: [http://x]\n', /:1: signaling\.urls must be: a list of URLs/],
      ['color: a\ncolor: b\n', /user\.yaml:2: /],
      ['color: [\n', /user\.yaml:\d: /],
      ['- a\n', /:1: a mapping/],
      ['room: 1\n', /:1: a mapping/],
      ['author.name: ${1x}\n', /:1: .*NAME:-default/],
      ['x: &a [1]\ny: *a\n', /:2: aliases/],
      ['color: !!js/function x\n', /user\.yaml:1|color/],
    ]
    for (const [user, message] of wrong)
      await assert.rejects(load({ user }), (error: Error & { code: string }) => {
        assert.equal(error.code, 'CONFIG_INVALID', user)
        assert.match(error.message, message)
        return true
      })
    await assert.rejects(load({}, { environment: { AI_VCS_ROOM_AUTO_MERGE: 'x' } }), /AI_VCS_ROOM_AUTO_MERGE: /)
    await assert.rejects(load({}, { flags: { color: 'x' } }), /--color: /)
  })
})
