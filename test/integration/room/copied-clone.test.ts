import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDeviceKey } from '../../../src/node/device-key-file.ts'
import { nodeCrypto } from '../../../src/node/crypto.ts'
import { nodeRandom } from '../../../src/node/random.ts'
import { projectRoot } from '../../support/project.ts'
import { RoomMeeting, type RoomPeer } from '../../support/room-peer.ts'

describe('a copied clone', function () {
  this.timeout(60_000)
  let meeting: RoomMeeting
  let alice: RoomPeer

  before(async () => {
    meeting = await RoomMeeting.running(['alice'], { 'a.txt': 'one\n' })
    alice = meeting.peers[0]!
    await alice.close()
  })
  after(async () => {
    await meeting?.[Symbol.asyncDispose]()
  })

  interface StoredDevice {
    readonly device: string
    readonly number: number
  }
  const devicePath = (folder: string) => join(folder, '.git/ai-vcs/device.json')
  const deviceOf = (folder: string) => JSON.parse(readFileSync(devicePath(folder), 'utf8')) as StoredDevice

  function copy(name: string, of = alice.folder): string {
    const folder = join(meeting.root, name)
    cpSync(of, folder, { recursive: true })
    return folder
  }

  function run(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = alice.environment) {
    const program = join(projectRoot, 'dist/src/cli/main.js')
    return spawnSync(process.execPath, [program, ...args], { cwd: folder, env, encoding: 'utf8', timeout: 30_000 })
  }

  function commits(folder: string): void {
    const { status, stderr } = run(folder, ['commit', '--allow-empty', '-m', 'from a copy'])
    assert.equal(status, 0, stderr)
    assert.match(
      spawnSync('git', ['log', '-1', '--format=%B'], { cwd: folder, encoding: 'utf8' }).stdout,
      /^AI-VCS-Room: /m,
    )
  }

  it('goes on in the room as another device of the same member', () => {
    const folder = copy('copy')
    commits(folder)
    const [before, after] = [deviceOf(alice.folder), deviceOf(folder)]
    assert.notEqual(after.device, before.device)
    assert.ok(after.number !== before.number && after.number > 0 && after.number < 16, String(after.number))
  })

  it('takes a number that is free where its own is that of another device', async () => {
    const first = copy('first')
    commits(first)
    const folder = copy('second', first)
    const { number } = deviceOf(first)
    const { device } = await createDeviceKey(nodeCrypto, nodeRandom, alice.configFolder, join(folder, '.git'))
    writeFileSync(devicePath(folder), JSON.stringify({ device, number }))
    commits(folder)
    assert.deepEqual([deviceOf(folder).device, deviceOf(folder).number === number], [device, false])
  })

  it('is refused at once with the key of somebody who is in no room', () => {
    const folder = copy('strange')
    const environment = { ...alice.environment, AI_VCS_CONFIG_DIR: join(meeting.root, 'strange-keys') }
    assert.equal(run(folder, ['key', 'create'], environment).status, 0)
    for (const args of [
      ['commit', '--allow-empty', '-m', 'x'],
      ['collab', 'join'],
      ['collab', 'start'],
      ['rejoin-room'],
    ]) {
      const { status, stderr } = run(folder, args, environment)
      assert.equal(status, 4, args.join(' '))
      assert.match(stderr, /^error KEY_INVALID: .* is that of no member of the room\.\nhint: .*`ai-vcs key use`/)
    }
  })

  it('has a number that there is, whatever was copied', () => {
    const folder = copy('last')
    writeFileSync(devicePath(folder), JSON.stringify({ device: '0'.repeat(64), number: 15 }))
    commits(folder)
    const { number } = deviceOf(folder)
    assert.ok(number > 0 && number < 15, String(number))
  })
})
