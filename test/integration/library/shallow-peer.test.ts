import assert from 'node:assert/strict'
import { memoryStorage } from '../../../src/browser/index.ts'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import type { ObjectFormat, ObjectStore } from '../../../src/contracts/object-store.ts'
import { formatTicket, newIdentity, openRoom, writeFirstCommit, type Room } from '../../../src/index.ts'
import { nodePlatform } from '../../../src/node/index.ts'
import { openRepository, type Repository, type RoomHost } from '../../../src/repository/index.ts'
import { userOf } from '../../support/embedder.ts'
import { GitSandbox } from '../../support/git-sandbox.ts'
import { MemoryLinks } from '../../support/memory-links.ts'
import { needsProgram } from '../../support/needs.ts'
import { until } from '../../support/until.ts'

describe('a peer that has nothing of the repository', () => {
  before(needsProgram('git'))

  let sandbox: GitSandbox
  let repository: Repository
  let host: RoomHost
  let links: MemoryLinks
  let rooms: Room[]

  beforeEach(() => {
    links = new MemoryLinks()
    rooms = []
  })
  afterEach(async () => {
    for (const room of rooms) await room.close()
    await repository?.close()
    await sandbox?.[Symbol.asyncDispose]()
  })

  /** A room on the newest commit of the sandbox, whose host is linked to nobody. */
  async function start(format: ObjectFormat = 'sha1', fill?: (git: GitSandbox) => void): Promise<void> {
    sandbox = new GitSandbox([`--object-format=${format}`])
    sandbox.commit({ 'old.txt': 'old\n', 'a.txt': 'one\ntwo\nthree\n' })
    sandbox.git('rm', '-q', 'old.txt')
    sandbox.commit({ 'src/b.ts': 'export const b = 1\n' })
    fill?.(sandbox)
    repository = await openRepository(sandbox.folder, { environment: userOf(sandbox, 'Ada') })
    await repository.createIdentity()
    ;({ host } = await repository.startRoom({ listen: false }))
  }

  async function join(
    format: ObjectFormat = 'sha1',
    ticket?: string,
  ): Promise<{ readonly room: Room; readonly objects: ObjectStore }> {
    const storage = memoryStorage(format)
    const room = await openRoom({
      ...nodePlatform,
      ...storage,
      identity: newIdentity(nodePlatform, { name: 'Grace', email: 'grace@example.org' }),
      ticket: ticket ?? formatTicket(nodePlatform.crypto, await host.room.invite()),
    })
    rooms.push(room)
    await links.link(host.room, room)
    return { room, objects: storage.objects }
  }

  for (const format of ['sha1', 'sha256'] as const)
    it(`gets the base commit from a member, without what came before it (${format})`, async () => {
      await start(format)
      const { room, objects } = await join(format)
      await room.ready()
      assert.deepEqual(room.files.paths, ['a.txt', 'src/b.ts'])
      assert.equal(room.files.text('a.txt'), 'one\ntwo\nthree\n')
      assert.ok(objects.has(room.genesis.base))
      assert.ok(!objects.has(sandbox.git('rev-parse', 'HEAD^').trim() as ObjectId))
    })

  it('follows commits that a member makes, and what it types goes into them', async () => {
    await start()
    const { room } = await join()
    await room.ready()
    room.files.write('a.txt', 'one\nTWO\nthree\n')
    room.files.create('new.md', { text: '# New\n' })
    await until(() => host.room.files.text('new.md') === '# New\n')
    const { commit } = await repository.commit({ message: 'Change', all: true })
    await until(() => room.commits.isNamed(commit))
    assert.deepEqual(
      room.commits.heads().map((head) => head.commit),
      [commit],
    )
    assert.equal(sandbox.git('show', `${commit}:a.txt`), 'one\nTWO\nthree\n')
    assert.deepEqual([...room.voided, ...host.room.voided], [])
  })

  it('takes a merge of a branch that began before the base commit', async () => {
    await start('sha1', (git) => {
      git.git('branch', 'aside', 'HEAD^')
      git.commit({ 'c.txt': 'c\n' })
    })
    const { room, objects } = await join()
    await room.ready()
    sandbox.git('checkout', '-q', '-b', 'work', 'aside')
    const aside = sandbox.commit({ 'd.txt': 'd\n' })
    sandbox.git('checkout', '-q', 'main')
    sandbox.git('merge', '-q', '--no-edit', 'work')
    const merge = sandbox.git('rev-parse', 'HEAD').trim() as ObjectId
    await host.room.commits.tell(merge)
    await until(() => room.commits.isNamed(merge) && room.files.text('d.txt') === 'd\n')
    assert.ok(objects.has(aside as ObjectId))
  })

  it('serves the base and what is new to the next such peer', async () => {
    await start()
    const { room } = await join()
    await room.ready()
    const { commit } = await repository.commit({ message: 'Nothing', allowEmpty: true })
    await until(() => room.commits.isNamed(commit))
    const ticket = formatTicket(nodePlatform.crypto, await room.invite())
    const third = await openRoom({
      ...nodePlatform,
      ...memoryStorage(),
      identity: newIdentity(nodePlatform, { name: 'Kay', email: 'kay@example.org' }),
      ticket,
    })
    rooms.push(third)
    await links.link(room, third)
    await third.ready()
    await until(() => third.commits.isNamed(commit))
    assert.equal(third.files.text('a.txt'), 'one\ntwo\nthree\n')
  })

  it('is told where its store is of another object format, and may use the ticket with a right one', async () => {
    await start('sha256')
    const ticket = formatTicket(nodePlatform.crypto, await host.room.invite())
    await assert.rejects(join('sha1', ticket), (error) => AnvcsError.is(error, 'ROOM_MISMATCH'))
    const { room } = await join('sha256', ticket)
    await room.ready()
  })
})

describe('openRoom', () => {
  const ada = { name: 'Ada', email: 'ada@example.org' }

  it('founds a room, and opens it again from what it stored', async () => {
    const storage = memoryStorage()
    const identity = newIdentity(nodePlatform, ada)
    const options = { ...nodePlatform, ...storage, identity }
    const base = await writeFirstCommit(
      { ...nodePlatform, objects: storage.objects },
      { files: { 'a/b.txt': 'text\n' }, person: ada },
    )
    const founded = await openRoom({ ...options, founding: { base, branch: 'main' } })
    founded.files.write('a/b.txt', 'other text\n')
    await founded.close()
    await using opened = await openRoom(options)
    assert.equal(opened.id, founded.id)
    assert.equal(opened.files.text('a/b.txt'), 'other text\n')
  })

  it('lists the files that are there, moved, made and deleted ones considered', async () => {
    const storage = memoryStorage()
    const texts = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c/d.txt': 'd\n', 'e.txt': 'e\n' }
    const base = await writeFirstCommit({ ...nodePlatform, objects: storage.objects }, { files: texts, person: ada })
    const identity = newIdentity(nodePlatform, ada)
    await using room = await openRoom({
      ...nodePlatform,
      ...storage,
      identity,
      founding: { base, branch: 'main' },
    })
    const { files } = room
    assert.deepEqual(files.paths, ['a.txt', 'b.txt', 'c/d.txt', 'e.txt'])
    files.move('a.txt', 'z.txt')
    files.remove('b.txt')
    files.create('new.txt', { text: '' })
    files.move('e.txt', 'a.txt')
    assert.deepEqual(files.paths, ['a.txt', 'c/d.txt', 'new.txt', 'z.txt'])
    assert.equal(files.text('a.txt'), 'e\n')
    assert.equal(files.text('b.txt'), undefined)
  })

  it('says what is wrong with what it is given', async () => {
    const options = { ...nodePlatform, ...memoryStorage(), identity: newIdentity(nodePlatform, ada) }
    const absent = 'deadbeef'.repeat(5) as ObjectId
    for (const [given, code] of [
      [{}, 'ROOM_MISSING'],
      [{ ticket: 'anvcs1nonsense' }, 'TICKET_INVALID'],
      [{ founding: { base: absent, branch: 'main' } }, 'COMMIT_UNKNOWN'],
    ] as const)
      await assert.rejects(openRoom({ ...options, ...given }), (error) => AnvcsError.is(error, code), code)
  })
})
