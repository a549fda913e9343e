import assert from 'node:assert/strict'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'

describe('a commit of what the room does not know', function () {
  this.timeout(120_000)
  let meeting: RoomMeeting
  let alice: RoomPeer
  let bob: RoomPeer

  before(async () => {
    meeting = await RoomMeeting.running(['alice', 'bob'], { 'a.txt': 'one\n' })
    ;[alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
  })
  after(() => meeting?.[Symbol.asyncDispose]())

  async function followed(commit: string): Promise<void> {
    await until(() => bob.head === commit)
    assert.equal(bob.git('status', '--porcelain', '--untracked-files=no'), '')
  }

  it('shares a file whose name held it back, once it is committed', async () => {
    alice.write({ '.env': 'KEY=1\n' })
    alice.git('add', '-f', '.env')
    const { commit, unshared } = await alice.commit('forced', {})
    assert.deepEqual(unshared, [])
    await followed(commit)
    await until(() => existsSync(join(bob.folder, '.env')))
  })

  it('has a new file as it was staged, and the file goes on as it is on disk', async () => {
    alice.write({ 'new.txt': 'as staged\n' })
    alice.git('add', 'new.txt')
    alice.write({ 'new.txt': 'as it is now\n' })
    const { commit, partial } = await alice.commit('staged', {})
    assert.deepEqual(partial, [])
    await until(() => bob.head === commit)
    await meeting.equal()
    for (const peer of [alice, bob]) {
      assert.equal(peer.git('show', 'HEAD:new.txt'), 'as staged\n')
      assert.equal(readFileSync(join(peer.folder, 'new.txt'), 'utf8'), 'as it is now\n')
    }
    await followed((await alice.commit('the rest')).commit)
  })

  it('has a new file where it was staged, though somebody has moved it since', async () => {
    alice.write({ 'here.txt': 'mine\n' })
    await alice.call('add', ['here.txt'])
    await until(() => existsSync(join(bob.folder, 'here.txt')))
    renameSync(join(bob.folder, 'here.txt'), join(bob.folder, 'there.txt'))
    await until(() => existsSync(join(alice.folder, 'there.txt')))
    const { commit } = await alice.commit('at its old place', {})
    await until(() => bob.head === commit)
    await meeting.equal()
    for (const { folder } of [alice, bob])
      assert.deepEqual(
        ['here.txt', 'there.txt'].map((path) => existsSync(join(folder, path))),
        [false, true],
      )
    await followed((await alice.commit('at its new place')).commit)
  })

  it('has what is too large to be shared, and what has a name that no room allows; that is told', async () => {
    const big = new Uint8Array(11_000_000).fill(7)
    alice.write({ 'big.bin': big, 'aux/x': 'a name of Windows\n', 'b.txt': 'good\n' })
    alice.git('add', 'big.bin', 'aux/x', 'b.txt')
    const { commit, unshared } = await alice.commit('large and odd', {})
    assert.deepEqual(unshared, ['aux/x'])
    await until(() => bob.head === commit)
    await until(() => existsSync(join(bob.folder, 'big.bin')))
    await meeting.equal()
    assert.equal(bob.git('hash-object', 'big.bin'), alice.git('rev-parse', 'HEAD:big.bin'))
    assert.equal(bob.git('status', '--porcelain', '--untracked-files=all'), ' D aux/x\n')
    alice.write({ 'b.txt': 'better\n' })
    await until(() => readFileSync(join(bob.folder, 'b.txt'), 'utf8') === 'better\n')
  })

  it('keeps files whose names no room may have, though others do not get them', async () => {
    const odd = Buffer.concat([Buffer.from(`${alice.folder}/`), Buffer.from([0x6f, 0xff])])
    writeFileSync(odd, 'not UTF-8\n')
    alice.write({ 'aux.txt': 'a device of Windows\n' })
    alice.git('add', '-A')
    const { commit, unshared } = await alice.commit('odd names', {})
    assert.deepEqual([...unshared].sort(), ['aux.txt', 'o\udcff'])
    await until(() => bob.head === commit)
    bob.write({ 'a.txt': 'by bob\n' })
    const next = await bob.commit('all of it')
    await until(() => alice.head === next.commit)
    assert.equal(alice.git('status', '--porcelain', '--untracked-files=no'), '')
    const names = bob.git('ls-tree', '--name-only', 'HEAD').split('\n')
    for (const name of ['aux.txt', '"o\\377"']) assert.ok(names.includes(name), name)
  })
})
