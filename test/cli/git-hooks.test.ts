import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { appendFile, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { hasWebrtc } from '../support/has-webrtc.ts'
import { needs, needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

describe('the hooks of `init --hooks`', function () {
  this.timeout(120_000)
  let world: CliWorld

  before(needsProgram('git'))
  before(needs('a WebRTC binding', hasWebrtc, true))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('repo')
  })
  after(() => world?.close())

  const hooks = (folder: string) =>
    readdirSync(world.path(folder, '.git/hooks')).filter((name) => !name.endsWith('.sample'))
  const known = async () =>
    (await world.git('repo', 'for-each-ref', '--points-at=HEAD', '--format=%(refname)', 'refs/ai-vcs')) !== ''

  it('let a commit by plain git be known to the room though none runs, and are not run by our own commits', async () => {
    const { status, stdout, stderr } = await world.here(['init', '--hooks'], { folder: 'repo' })
    assert.equal(status, 0, stderr)
    assert.match(stdout, /^hook {5}post-commit\nhook {5}post-merge\nhook {5}post-rewrite$/m)
    const running = world.startAi(['collab', 'start'], { folder: 'repo' })
    await running.fact(({ event }) => event === 'room')
    await running.interrupt()

    const within = ['commit', '-q', '--allow-empty', '-m', 'as if within a commit of ours']
    assert.equal((await world.run('git', within, { folder: 'repo', env: { AI_VCS_COMMITS: '1' } })).status, 0)
    assert.equal(await known(), false)
    await writeFile(world.path('repo/a.txt'), 'by git\n')
    await world.git('repo', 'commit', '-q', '-am', 'by git')
    assert.equal(await known(), true)
    await world.git('repo', 'commit', '-q', '--amend', '-m', 'amended')
    assert.equal(await known(), true)
    await writeFile(world.path('repo/a.txt'), 'by ai-vcs\n')
    const ours = await world.here(['commit', '-am', 'by ai-vcs'], { folder: 'repo' })
    assert.equal(ours.status, 0, ours.stderr)
    assert.equal(ours.stderr, '')
  })

  it('are taken away by `uninit`, but for one that was changed', async () => {
    await appendFile(world.path('repo/.git/hooks/post-merge'), 'echo mine\n')
    const { status, stdout } = await world.here(['uninit'], { folder: 'repo' })
    assert.equal(status, 0)
    assert.match(stdout, /^kept {5}hooks\/post-merge/m)
    assert.deepEqual(hooks('repo'), ['post-merge'])
    assert.equal(existsSync(world.path('repo/.git/ai-vcs/socket')), false)
  })

  it("take no place of the user's own", async () => {
    await world.repository('own')
    await writeFile(world.path('own/.git/hooks/post-commit'), '#!/bin/sh\n', { mode: 0o755 })
    await symlink('nowhere', world.path('own/.git/hooks/post-merge'))
    const { stdout, stderr } = await world.here(['init', '--hooks'], { folder: 'own' })
    assert.match(stdout, /^hook {5}post-rewrite$/m)
    assert.match(stderr, /^warning: .*`ai-vcs take-in`.*: post-commit, post-merge$/m)
    assert.equal(await readFile(world.path('own/.git/hooks/post-commit'), 'utf8'), '#!/bin/sh\n')
    assert.equal((await world.here(['uninit'], { folder: 'own' })).status, 0)
    assert.deepEqual(hooks('own'), ['post-commit', 'post-merge'])

    await world.repository('chosen')
    await world.git('chosen', 'config', 'core.hooksPath', 'hooks')
    const chosen = await world.here(['init', '--hooks'], { folder: 'chosen' })
    assert.match(chosen.stderr, /: post-commit, post-merge, post-rewrite$/m)
    assert.deepEqual(hooks('chosen'), [])
  })
})

describe('a pull', function () {
  this.timeout(60_000)
  before(needsProgram('git'))

  it('that a hook refuses to merge leaves everything as it was, and says why', async () => {
    const world = await CliWorld.make()
    try {
      await world.repository('upstream')
      await world.git('.', 'clone', '-q', 'upstream', 'clone')
      for (const folder of ['upstream', 'clone']) {
        await writeFile(world.path(folder, `${folder}.txt`), 'new\n')
        await world.git(folder, 'add', '.')
        await world.git(folder, 'commit', '-q', '-m', folder)
      }
      await world.here(['key', 'create'])
      const before = await world.git('clone', 'rev-parse', 'HEAD')
      const hook = world.path('clone/.git/hooks/commit-msg')
      await writeFile(hook, '#!/bin/sh\necho because >&2\nexit 1\n', { mode: 0o755 })
      const refused = await world.here(['pull'], { folder: 'clone' })
      assert.equal(refused.status, 5)
      assert.match(refused.stderr, /^because\n[^]*error HOOK_REFUSED: /)
      assert.equal(await world.git('clone', 'rev-parse', 'HEAD'), before)
      assert.equal(await world.git('clone', 'status', '--porcelain'), '')
      assert.equal(existsSync(world.path('clone/.git/MERGE_HEAD')), false)
      await rm(hook)
      assert.equal((await world.here(['pull'], { folder: 'clone' })).status, 0)
      assert.equal(existsSync(world.path('clone/upstream.txt')), true)
    } finally {
      await world.close()
    }
  })
})
