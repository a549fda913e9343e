import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { packageVersion } from '../../../src/repository/package-version.ts'
import { FixedPowers } from '../../support/fixed-powers.ts'
import { needsProgram, needsRoot } from '../../support/needs.ts'
import { projectRoot } from '../../support/project.ts'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'

interface Made {
  readonly commit: string
  readonly note: string
}

/** One change, so that it is one operation whoever notices it. */
type Step = (peer: RoomPeer, root: string) => void

const save =
  (path: string, content: string | Uint8Array): Step =>
  ({ folder }, root) => {
    writeFileSync(join(root, 'being-saved'), content)
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    renameSync(join(root, 'being-saved'), join(folder, path))
  }

const script: readonly (readonly Step[])[] = [
  [save('a.txt', 'zero\none\ntwo\n'), save('a.txt', 'zero\none\ntwo and a half\n')],
  [save('new/b.md', '# B\n'), save('data.bin', new Uint8Array([0, 1, 2, 255]))],
  [
    ({ folder }) => renameSync(join(folder, 'new/b.md'), join(folder, 'c.md')),
    ({ folder }) => rmSync(join(folder, 'gone.txt')),
    ({ folder }) => chmodSync(join(folder, 'a.txt'), 0o755),
  ],
]

/** Plays the script in a room, alone or with a second peer who holds everything before and after each commit. */
async function play(names: readonly string[]): Promise<readonly Made[]> {
  const isAlone = names.length === 1
  const files = { 'a.txt': 'one\ntwo\n', 'gone.txt': 'soon\n' }
  await using meeting = await RoomMeeting.clones(names, files, (name) => new FixedPowers(`${name}.config`).random)
  const [alice, ...others] = meeting.peers as [RoomPeer, ...RoomPeer[]]
  await alice.run({ isFixed: true }, { isAlone })
  for (const other of others) await other.run({ isFixed: true, ticket: (await alice.call('invite')) as string })
  await meeting.linked()
  const made: Made[] = []
  for (const [number, steps] of script.entries()) {
    await alice.call('step', number + 1)
    for (const step of steps) {
      step(alice, meeting.root)
      await alice.call('scan')
    }
    alice.git('add', '-A', '--', '.', ':!.ai')
    if (others.length) await meeting.equal()
    const { commit } = await alice.commit(`step ${number}`, { prompt: 'do the step', model: 'm1', agent: 'ada' })
    if (others.length) await meeting.equal()
    made.push({ commit, note: alice.git('notes', '--ref', 'ai-vcs', 'show', commit).trim() })
  }
  return made
}

describe('a commit is the same with and without the others', function () {
  this.timeout(120_000)
  before(needsProgram('unshare'))
  before(needsRoot())

  it('byte for byte, with its note: beside a second peer, without any network, and as it was when this test was written', async () => {
    const together = await play(['alice', 'bob'])
    const alone = await play(['alice'])
    assert.deepEqual(alone, together)
    // The record names the version of the program: a new version renews the file.
    const path = join(projectRoot, `test/fixtures/room/commits-${packageVersion()}.json`)
    assert.deepEqual(alone, JSON.parse(readFileSync(path, 'utf8')), JSON.stringify(alone, null, 2))
  })
})
