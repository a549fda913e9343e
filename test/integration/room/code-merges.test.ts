import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprints } from '../../support/folder-content.ts'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'
import { until } from '../../support/until.ts'

const list = (...names: readonly string[]): string =>
  `export const all = {\n${names.map((name) => `  ${name}: 1,\n`).join('')}}\n`
const method = (name: string): string => `\n  ${name}(): number {\n    return this.sizes.${name}\n  }\n`
const shape = (...names: readonly string[]): string =>
  `export class Shape {\n  sizes = all\n${names.map(method).join('')}}\n`
const library = (name: string): string =>
  `export function ${name}(path: string): string {\n  const parts = path.split('/')\n  return parts.join('-') + parts.length\n}\n`
const user = (name: string, more = ''): string =>
  `import { ${name} } from './library.ts'\n\nexport const first = ${name}('a')\n\nexport const rest = 1\n${more}`
const json = (...names: readonly string[]): string =>
  `{\n  "dependencies": {\n${names.map((name) => `    "${name}": "1"`).join(',\n')}\n  }\n}\n`

describe('a room whose files of code went apart', function () {
  this.timeout(120_000)
  let meeting: RoomMeeting
  let alice: RoomPeer
  let bob: RoomPeer

  before(async () => {
    meeting = await RoomMeeting.running(['alice', 'bob', 'carol'], {
      'list.ts': list('one'),
      'shape.ts': shape('first'),
      'package.json': json('b'),
      'library.ts': library('load'),
      'user.ts': user('load'),
      'clash.py': 'def f(a):\n    return a\n\n\nprint(1)\n',
    })
    ;[alice, bob] = meeting.peers as [RoomPeer, RoomPeer]
  })
  after(() => meeting?.[Symbol.asyncDispose]())

  async function apart(
    hers: Readonly<Record<string, string>>,
    his: Readonly<Record<string, string>>,
  ): Promise<string[]> {
    await Promise.all(meeting.peers.map((peer) => peer.call('cut')))
    alice.write(hers)
    bob.write(his)
    const commits = [await alice.commit('hers'), await bob.commit('his')]
    await Promise.all(meeting.peers.map((peer) => peer.call('mend')))
    await Promise.all(meeting.peers.map((peer) => peer.rejoin()))
    await meeting.linked()
    await meeting.equal()
    return commits.map(({ commit }) => commit)
  }

  it('merges them by syntax and by value to the same commit at all, where lines conflict', async () => {
    const commits = await apart(
      { 'list.ts': list('one', 'two'), 'shape.ts': shape('first', 'second'), 'package.json': json('b', 'c') },
      { 'list.ts': list('one', 'three'), 'shape.ts': shape('first', 'third'), 'package.json': json('a', 'b') },
    )
    await until(() => new Set(meeting.peers.map(({ head }) => head)).size === 1)
    assert.deepEqual(alice.git('show', '-s', '--format=%P', 'HEAD').trim().split(' ').sort(), commits.toSorted())
    const text = (path: string) => readFileSync(join(alice.folder, path), 'utf8')
    for (const name of ['one', 'two', 'three']) assert.equal(text('list.ts').split(`  ${name}: 1,\n`).length, 2, name)
    for (const name of ['first', 'second', 'third']) assert.equal(text('shape.ts').split(method(name)).length, 2, name)
    assert.deepEqual(JSON.parse(text('package.json')), { dependencies: { a: '1', b: '1', c: '1' } })
    for (const peer of meeting.peers) {
      assert.deepEqual(fingerprints(peer.folder), fingerprints(alice.folder))
      assert.deepEqual(await peer.call('voided'), [])
    }
  })

  it('lets new uses follow what the other side renamed in another file', async () => {
    const more = (name: string) => `\nexport const more = ${name}('b')\n`
    await apart(
      { 'library.ts': library('read'), 'user.ts': user('read') },
      { 'user.ts': user('load', more('load')), 'other.ts': user('load') },
    )
    await until(() => new Set(meeting.peers.map(({ head }) => head)).size === 1)
    for (const { folder } of meeting.peers) {
      const text = (path: string) => readFileSync(join(folder, path), 'utf8')
      assert.equal(text('user.ts'), user('read', more('read')))
      assert.equal(text('other.ts'), user('read'))
      assert.deepEqual(fingerprints(folder), fingerprints(alice.folder))
    }
  })

  it('keeps heads apart whose files merge to what is wrong', async () => {
    // One side deletes the function, the other one calls it in another file.
    const commits = await apart({ 'clash.py': 'print(1)\n' }, { 'use.py': 'from clash import f\n\nprint(f(2))\n' })
    for (const peer of meeting.peers) assert.deepEqual([...(await peer.status()).heads].sort(), commits.toSorted())
  })

  it('judges such a merge again after a restart, when its grammars are not loaded yet', async () => {
    const before = alice.head
    await bob.kill()
    await bob.run()
    await until(async () => (await bob.status()).heads.length === 2)
    assert.equal(alice.head, before)
    assert.deepEqual(await bob.call('voided'), [])
  })
})
