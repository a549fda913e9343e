import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { gitIn, RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'

const upper = { clean: 'tr a-z A-Z', smudge: 'tr A-Z a-z' }

describe('files that differ on disk from what Git stores, in a room', function () {
  this.timeout(90_000)

  it('are shared as they are stored: each clone has its own line ends and filters, beside a submodule', async () => {
    await using meeting = await RoomMeeting.clones(['alice', 'bob'], {
      '.gitattributes': '*.up filter=upper\n*.bat text eol=crlf\n',
      'a.txt': 'one\ntwo\n',
      'kept.txt': 'has\r\ncrlf\r\n',
      'x.up': 'STORED\n',
      'run.bat': 'one\n',
    })
    const [alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
    alice.git('config', 'core.autocrlf', 'true')
    for (const [name, command] of Object.entries(upper)) alice.git('config', `filter.upper.${name}`, command)
    for (const { folder } of [alice, bob]) {
      for (const name of ['a.txt', 'x.up', 'run.bat']) rmSync(join(folder, name))
      gitIn(folder, 'checkout', '-q', '.')
      gitIn(folder, 'clone', '-q', meeting.upstream, 'lib')
      gitIn(folder, 'update-index', '--add', '--cacheinfo', `160000,${alice.head},lib`)
    }
    const shows = async (peer: RoomPeer, files: Readonly<Record<string, string>>) => {
      const found = () => Object.fromEntries(Object.keys(files).map((name) => [name, textOf(peer, name)]))
      await until(() => isDeepStrictEqual(found(), files)).catch(() => undefined)
      assert.deepEqual(found(), files, peer.name)
    }
    await shows(alice, { 'a.txt': 'one\r\ntwo\r\n', 'x.up': 'stored\r\n', 'run.bat': 'one\r\n' })
    await alice.run()
    await bob.run({ ticket: (await alice.call('invite')) as string, shareChanges: true })
    await meeting.linked()

    appendFileSync(join(alice.folder, 'a.txt'), 'alice\r\n')
    appendFileSync(join(alice.folder, 'x.up'), 'alice\r\n')
    alice.write({ 'new.txt': 'new\r\n', 'lib/a.txt': 'in the submodule\n' })
    await shows(bob, { 'a.txt': 'one\ntwo\nalice\n', 'x.up': 'STORED\nALICE\n', 'new.txt': 'new\n' })
    bob.write({ 'a.txt': 'bob\none\ntwo\nalice\n', 'x.up': 'BOB\nSTORED\nALICE\n', 'run.bat': 'one\r\nbob\r\n' })
    appendFileSync(join(bob.folder, 'kept.txt'), 'bob\r\n')
    await shows(alice, {
      'a.txt': 'bob\r\none\r\ntwo\r\nalice\r\n',
      'x.up': 'bob\r\nstored\r\nalice\r\n',
      'run.bat': 'one\r\nbob\r\n',
      'kept.txt': 'has\r\ncrlf\r\nbob\r\n',
    })

    const made = await alice.commit('all of it')
    assert.deepEqual(made.unshared, [])
    await until(() => bob.head === made.commit)
    await meeting.equal()
    for (const peer of [alice, bob])
      assert.equal(peer.git('status', '--porcelain', '-uno', '--ignore-submodules=all'), '')
    assert.equal(alice.git('cat-file', 'blob', 'HEAD:a.txt'), 'bob\none\ntwo\nalice\n')
    assert.equal(alice.git('cat-file', 'blob', 'HEAD:x.up'), 'BOB\nSTORED\nALICE\n')
    assert.equal(alice.git('cat-file', 'blob', 'HEAD:run.bat'), 'one\nbob\n')
    const warnings = [...alice.events, ...bob.events].filter(({ event }) => event === 'warning')
    assert.deepEqual(warnings, [])
  })
})

function textOf({ folder }: RoomPeer, name: string): string | undefined {
  const path = join(folder, name)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
