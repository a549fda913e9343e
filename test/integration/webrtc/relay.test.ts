import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import { MemorySignals } from '../../../src/testing/memory-signals.ts'
import { collect, numbered, openEnd, sendAll, within, type OpenEnd } from '../../../src/testing/transport-ends.ts'
import { loadNodeWebrtc, webrtcTransport, type IceServer } from '../../../transports/webrtc/index.ts'
import { findProgram, needsProgram } from '../../support/needs.ts'
import { nodeClock } from '../../../src/node/clock.ts'
import { nodeRandom } from '../../../src/node/random.ts'
import { clockAtSpeed, higher, lower } from '../../support/webrtc-end.ts'

const secret = 'a shared secret'

describe('WebRTC through a TURN server', () => {
  let folder: string
  let server: ChildProcess
  let port: number
  const ends: OpenEnd[] = []
  const problems: string[] = []

  before(needsProgram('turnserver'))

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'anvcs-turn-'))
    port = await freePort()
    const lines = [
      'listening-ip=127.0.0.1',
      'relay-ip=127.0.0.1',
      `listening-port=${port}`,
      'realm=anvcs.test',
      'fingerprint',
      'allow-loopback-peers',
      'no-cli',
      'no-tls',
      'no-dtls',
      'use-auth-secret',
      `static-auth-secret=${secret}`,
      'log-file=stdout',
      'simple-log',
      `pidfile=${join(folder, 'pid')}`,
      `userdb=${join(folder, 'users')}`,
    ]
    await writeFile(join(folder, 'turn.conf'), lines.join('\n') + '\n')
    server = spawn(findProgram('turnserver')!, ['-c', join(folder, 'turn.conf')], { stdio: 'ignore' })
    await listening(port)
  })

  after(async () => {
    if (!server) return
    server.kill()
    await once(server, 'exit')
    await rm(folder, { recursive: true })
  })

  afterEach(async () => {
    problems.length = 0
    await Promise.all(ends.splice(0).map(({ listener }) => listener.close()))
  })

  /** Credentials as coturn's REST interface mints them: a name with its expiry, and its HMAC. */
  function credentials(expiresAt: number): Pick<IceServer, 'username' | 'credential'> {
    const username = `${Math.floor(expiresAt / 1000)}:anvcs`
    return { username, credential: createHmac('sha1', secret).update(username).digest('base64') }
  }

  async function meet(transport: 'udp' | 'tcp', expiresAt: number, clock = nodeClock) {
    const signals = new MemorySignals()
    const wrtc = await loadNodeWebrtc()
    const iceServers = [{ urls: `turn:127.0.0.1:${port}?transport=${transport}`, ...credentials(expiresAt) }]
    const good = webrtcTransport({ clock, random: nodeRandom, wrtc, iceServers, forceRelay: true })
    const reporting: typeof good = {
      name: good.name,
      listen: (listen) => good.listen({ ...listen, onProblem: ({ message }) => void problems.push(message) }),
    }
    for (const self of [lower, higher])
      ends.push(await openEnd({ self, transport: reporting, signals: signals.port(self) }, 5_000))
    return [ends[0]!, ends[1]!] as const
  }

  for (const transport of ['udp', 'tcp'] as const)
    it(`runs over ${transport} alone, and says so`, async () => {
      const [left, right] = await meet(transport, Date.now() + 60_000)
      await within(9_000, 'dial', right.listener.dial(lower))
      const [ours, theirs] = [await left.link(), await right.link()]
      assert.deepEqual([ours.path, theirs.path], ['webrtc relay', 'webrtc relay'])
      const inbox = collect(theirs)
      const sent = Array.from({ length: 100 }, (_, index) => numbered(index, ours.maxMessageBytes))
      await sendAll(ours, sent, 5_000)
      assert.deepEqual(
        (await inbox.all(100, 5_000)).map((message) => new Uint8Array(message)),
        sent,
      )
    })

  it('fails with credentials that have expired, and names them as a possible cause', async () => {
    const [left] = await meet('udp', Date.now() - 60_000, clockAtSpeed(10))
    await assert.rejects(left.listener.dial(higher), (error) => AnvcsError.is(error, 'PEER_UNREACHABLE'))
    assert.ok(problems.some((problem) => problem.includes('credentials of the TURN servers')))
  })
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  return port
}

/** Resolves when something accepts connections on the port. */
async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const socket = connect(port, '127.0.0.1')
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('the TURN server does not listen')
}
