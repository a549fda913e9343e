import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { GitSandbox, plainGit } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'

async function start() {
  const sandbox = new GitSandbox()
  const first = sandbox.commit({ a: '1' }) as ObjectId
  const second = sandbox.commit({ a: '2' }) as ObjectId
  const { refs } = await sandbox.open()
  return { sandbox, refs, first, second }
}

describe('refs', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  it('are read loose, packed and through symbolic refs', async () => {
    const { sandbox, refs, first, second } = await start()
    await using _ = sandbox
    sandbox.git('branch', 'old', first)
    sandbox.git('symbolic-ref', 'refs/heads/alias', 'refs/heads/old')
    const names = ['HEAD', 'refs/heads/main', 'refs/heads/old', 'refs/heads/alias', 'refs/heads/none']
    const expected = [second, second, first, first, undefined]
    assert.deepEqual(
      names.map((name) => refs.read(name)),
      expected,
    )
    sandbox.git('pack-refs', '--all')
    assert.deepEqual(
      names.map((name) => refs.read(name)),
      expected,
    )
    sandbox.git('branch', '-f', 'old', second)
    assert.equal(refs.read('refs/heads/old'), second)
  })

  it('are listed as git lists them', async () => {
    const { sandbox, refs, first } = await start()
    await using _ = sandbox
    for (const name of ['refs/heads/x/y', 'refs/heads/x-z', 'refs/tags/x/t', 'refs/notes/n'])
      sandbox.git('update-ref', name, first)
    sandbox.git('pack-refs', '--all')
    sandbox.git('update-ref', 'refs/heads/x/w', first)
    for (const prefix of ['refs/', 'refs/heads/', 'refs/heads/x/']) {
      const listed = sandbox.git('for-each-ref', '--format=%(refname) %(objectname)', prefix)
      assert.equal(
        refs
          .list(prefix)
          .map(({ name, id }) => `${name} ${id}\n`)
          .join(''),
        listed,
      )
    }
    assert.deepEqual(
      refs.list('refs/heads/x').map(({ name }) => name),
      ['refs/heads/x-z', 'refs/heads/x/w', 'refs/heads/x/y'],
    )
    assert.deepEqual(refs.list('refs/none/'), [])
  })

  it('never leave the repository', async () => {
    const { sandbox, refs, first } = await start()
    await using _ = sandbox
    writeFileSync(sandbox.beside('secret'), `${first}\n`)
    for (const name of ['../../secret', 'refs/../../../secret', 'refs//heads', ''])
      assert.equal(refs.read(name), undefined)
  })

  it('move together or not at all, and leave a reflog line', async () => {
    const { sandbox, refs, first, second } = await start()
    await using _ = sandbox
    const both = (expect: ObjectId, to: ObjectId) =>
      refs.update(
        [
          { name: 'refs/heads/main', expect, to },
          { name: 'refs/notes/n', expect: undefined, to: first },
        ],
        'test: moved',
      )
    assert.equal(await both(first, first), false)
    assert.equal(refs.read('refs/heads/main'), second)
    assert.equal(refs.read('refs/notes/n'), undefined)
    assert.equal(await both(second, first), true)
    assert.equal(refs.read('refs/heads/main'), first)
    assert.equal(refs.read('refs/notes/n'), first)
    assert.match(sandbox.git('reflog', '-1', 'HEAD'), /test: moved/)
    assert.equal(await both(first, second), false)
  })

  it('are logged once, though a run was killed between log and move', async () => {
    const { sandbox, refs, first, second } = await start()
    await using _ = sandbox
    const move = (to: ObjectId, message: string) => refs.update([{ name: 'refs/heads/main', to }], message)
    const logs = () => ['HEAD', 'main'].map((name) => sandbox.git('reflog', '--format=%H %gs', name))
    await move(first, 'test: back')
    const whole = logs()
    // What the kill leaves: the line, and the ref as it was.
    writeFileSync(join(sandbox.folder, '.git/refs/heads/main'), `${second}\n`)
    await move(first, 'test: back')
    assert.deepEqual(logs(), whole)
    await move(second, 'test: forth')
    await move(first, 'test: back')
    assert.equal(logs()[1]!.split('\n').length, whole[1]!.split('\n').length + 2)
  })

  it('are deleted, checked to be absent, or set whatever they hold', async () => {
    const { sandbox, refs, first, second } = await start()
    await using _ = sandbox
    const name = 'refs/heads/x'
    assert.equal(await refs.update([{ name, expect: undefined, to: undefined }], 't'), true)
    assert.equal(await refs.update([{ name, to: first }], 't'), true)
    assert.equal(await refs.update([{ name, expect: undefined, to: undefined }], 't'), false)
    assert.equal(await refs.update([{ name, to: second }], 't'), true)
    assert.equal(await refs.update([{ name, expect: first, to: undefined }], 't'), false)
    assert.equal(await refs.update([{ name, expect: second, to: undefined }], 't'), true)
    assert.equal(refs.read(name), undefined)
  })

  it('tell a failure of git from a lost race', async () => {
    const { sandbox, refs, first } = await start()
    await using _ = sandbox
    for (const [name, to] of [
      ['refs/heads/a..b', first],
      ['refs/heads/main/below', first],
      ['refs/heads/new', 'deadbeef'.repeat(5) as ObjectId],
    ] as const)
      await assert.rejects(refs.update([{ name, expect: undefined, to }], 't'), (error) =>
        AnvcsError.is(error, 'GIT_FAILED'),
      )
  })

  it("are not moved while another program's lock lies there", async () => {
    const { sandbox, refs, first } = await start()
    await using _ = sandbox
    writeFileSync(join(sandbox.folder, '.git/refs/heads/main.lock'), '')
    await assert.rejects(refs.update([{ name: 'refs/heads/main', to: first }], 't'), (error) =>
      AnvcsError.is(error, 'LOCK_TIMEOUT'),
    )
  })
})

describe('refs that are removed without git', function () {
  this.timeout(60_000)
  before(needsProgram('git'))

  it('are gone, loose, packed or both, with their logs; others stay as they are', async () => {
    const { sandbox, first, second } = await start()
    await using _ = sandbox
    for (const name of ['loose', 'packed', 'both', 'kept']) sandbox.git('branch', name, first)
    sandbox.git('tag', '-a', '-m', 'of a tag', 'v1')
    sandbox.git('branch', '-D', '-q', 'loose')
    sandbox.git('pack-refs', '--all')
    sandbox.git('branch', 'loose', first)
    sandbox.git('branch', '-f', 'both', second)
    const { refs } = await sandbox.open(sandbox.folder, { ...plainGit, PATH: '/nonexistent' })
    const gone = (name: string, expect: ObjectId) => ({ name: `refs/heads/${name}`, expect, to: undefined })
    assert.equal(await refs.update([gone('loose', second)], 'no'), false)
    const changes = [gone('loose', first), gone('packed', first), gone('both', second)]
    assert.equal(await refs.update([{ name: 'refs/heads/new', to: second }, ...changes], 'yes'), true)
    const listed = sandbox.git('for-each-ref', '--format=%(refname) %(objectname) %(*objectname)')
    const tag = sandbox.git('rev-parse', 'v1').trim()
    assert.equal(
      listed,
      `refs/heads/kept ${first} \nrefs/heads/main ${second} \nrefs/heads/new ${second} \nrefs/tags/v1 ${tag} ${second}\n`,
    )
    assert.deepEqual(readdirSync(join(sandbox.folder, '.git/logs/refs/heads')).sort(), ['kept', 'main', 'new'])
    assert.equal(sandbox.fsck(), '')
    await assert.rejects(refs.update([gone('main', second)], 'what is checked out'), { code: 'GIT_MISSING' })
  })
})
