import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { signalingClient } from '../../../signaling/client/index.ts'
import { startSignalingServer, type SignalingServer } from '../../../signaling/server/index.ts'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { EndpointId } from '../../../src/contracts/ids.ts'
import type { SignalingSession } from '../../../src/contracts/signaling.ts'
import { toHex } from '../../../src/lib/bytes.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { signalingHost } from '../../support/signaling-host.ts'
import { WebSocketClient } from '../../support/web-socket-client.ts'

const topic = { topic: new Uint8Array(32).fill(1), key: new Uint8Array(32).fill(2) }
const topicName = toHex(topic.topic)
const ann = 'a1'.repeat(16) as EndpointId
const bob = 'b2'.repeat(16) as EndpointId

function open(self: EndpointId, ...urls: string[]): SignalingSession {
  return signalingClient({ ...signalingHost, urls }).open(topic, self)
}

async function connected(session: SignalingSession): Promise<void> {
  if (!session.connected) await new Promise<void>((resolve) => session.onConnected((now) => now && resolve()))
}

async function met(session: SignalingSession, peer: EndpointId): Promise<void> {
  await new Promise<void>((resolve) => session.onPeer((found) => found === peer && resolve()))
}

async function signalsUntil(session: SignalingSession, last: unknown): Promise<readonly unknown[]> {
  const heard: unknown[] = []
  return new Promise((resolve) => {
    session.onSignal((_from, data) => {
      heard.push(data)
      if (data === last) resolve(heard)
    })
  })
}

/** A server that does what the test says with each frame of a client. */
async function crookedServer(
  onFrame: (text: string, sender: WebSocket, all: ReadonlySet<WebSocket>) => void,
): Promise<{ readonly url: string; readonly server: WebSocketServer } & AsyncDisposable> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  server.on('connection', (socket) => {
    socket.on('message', (data) => onFrame((data as Buffer).toString(), socket, server.clients))
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Published {
  readonly type: string
  readonly topic: string
  readonly data: string
}

describe('the signaling client', () => {
  it('puts nothing on the wire but a topic that tells no room, and envelopes without a planted word', async () => {
    const word = 'planted-word'
    const frames: string[] = []
    await using server = await crookedServer((text, _sender, all) => {
      frames.push(text)
      for (const socket of all) socket.send(text)
    })
    await using a = open(ann, server.url)
    await using b = open(bob, server.url)
    await met(a, bob)
    const heard = signalsUntil(b, word)
    a.send(bob, { sdp: word })
    a.send(undefined, word)
    assert.deepEqual(await heard, [{ sdp: word }, word])
    for (const text of frames) {
      assert.ok(!text.includes(word))
      const frame = JSON.parse(text) as Published
      if (frame.type === 'publish') {
        assert.deepEqual(Object.keys(frame), ['type', 'topic', 'data'])
        assert.equal(frame.topic, topicName)
        assert.ok(!Buffer.from(frame.data, 'base64').includes(word))
      } else assert.deepEqual(frame, { type: 'subscribe', topics: [topicName] })
    }
    assert.ok(frames.length >= 6)
  })

  it('takes each message once from a server that repeats, changes, reflects and invents', async () => {
    const kept: string[] = []
    await using server = await crookedServer((text, _sender, all) => {
      kept.push(text)
      for (const socket of all) {
        for (const old of kept) socket.send(old)
        const frame = JSON.parse(text) as Published
        if (frame.type !== 'publish') continue
        for (const data of [frame.data.slice(4), `AAAA${frame.data}`, frame.data.replace(/[a-y]/, 'z'), null, {}, 7])
          socket.send(JSON.stringify({ ...frame, data }))
        for (const junk of [
          '',
          '{',
          'null',
          '[]',
          '{"type":"publish"}',
          '{"type":1}',
          Buffer.from([0, 255]),
          '['.repeat(60_000),
        ])
          socket.send(junk)
      }
    })
    await using a = open(ann, server.url)
    await using b = open(bob, server.url)
    const peers: EndpointId[] = []
    a.onPeer((peer) => peers.push(peer))
    await met(b, ann)
    const heard = signalsUntil(b, 'last')
    for (const data of [1, 2, 3, 'last']) a.send(bob, data)
    assert.deepEqual(await heard, [1, 2, 3, 'last'])
    const answered = signalsUntil(a, 'end')
    b.send(ann, 'end')
    assert.deepEqual(await answered, ['end'])
    assert.ok(peers.length <= 2, 'one announcement and one answer of bob')
    assert.ok(!peers.includes(ann))
  })

  it('does not take what an earlier session of the same endpoint has sent', async () => {
    await using server = await startSignalingServer()
    const client = signalingClient({ ...signalingHost, urls: [server.url] })
    await using b = open(bob, server.url)
    await using spy = await WebSocketClient.open(server.url)
    spy.send({ type: 'subscribe', topics: [topicName] })
    await spy.settled()
    await connected(b)
    const first = client.open(topic, ann)
    const early = signalsUntil(b, 'early')
    await connected(first)
    first.send(undefined, 'early')
    await early
    await first.close()
    const old = spy.received.filter(({ type }) => type === 'publish')
    await using second = client.open(topic, ann)
    await connected(second)
    await met(second, bob)
    const later = signalsUntil(b, 'later')
    for (const frame of old) spy.send(frame)
    await spy.settled()
    second.send(bob, 'later')
    assert.deepEqual(await later, ['later'])
  })

  it('delivers once what comes over several servers, and needs but one of them', async () => {
    const servers = await Promise.all([1, 2, 3].map(() => startSignalingServer()))
    const [one, two, three] = servers as [SignalingServer, SignalingServer, SignalingServer]
    try {
      await using a = open(ann, one.url, two.url, 'ws://127.0.0.1:9', three.url)
      await using b = open(bob, three.url, two.url, one.url)
      await Promise.all([met(a, bob), met(b, ann)])
      const both = signalsUntil(b, 'last')
      for (const data of [1, 2, 'last']) a.send(bob, data)
      assert.deepEqual(await both, [1, 2, 'last'])
      await one.close()
      await three.close()
      const rest = signalsUntil(b, 'after')
      a.send(bob, 'after')
      assert.deepEqual(await rest, ['after'])
      assert.ok(a.connected && b.connected)
    } finally {
      for (const server of servers) await server.close()
    }
  })

  it('uses one connection for all its topics, and leaves it with the last of them', async () => {
    await using server = await startSignalingServer()
    const client = signalingClient({ ...signalingHost, urls: [server.url] })
    const a = client.open(topic, ann)
    const other = client.open({ ...topic, topic: new Uint8Array(32).fill(3) }, ann)
    const twin = client.open(topic, bob)
    await Promise.all([met(a, bob), met(twin, ann), connected(other)])
    assert.equal(server.stats().connections, 1)
    assert.equal(server.stats().topics, 2)
    await other.close()
    await a.close()
    await using spy = await WebSocketClient.open(server.url)
    while (server.stats().topics > 1) await spy.settled()
    assert.ok(twin.connected, 'the topic of a closed session lives on for its twin')
    await twin.close()
    while (server.stats().connections > 1) await spy.settled()
    assert.equal(server.stats().topics, 0)
  })

  it('heals within 3 s when its server is restarted, and both sides find each other again', async () => {
    let server = await startSignalingServer()
    const { url, port } = server
    try {
      await using a = open(ann, url)
      await using b = open(bob, url)
      await met(a, bob)
      const states: boolean[] = []
      a.onConnected((now) => states.push(now))
      await server.close()
      server = await startSignalingServer({ port })
      const start = performance.now()
      await Promise.all([met(a, bob), met(b, ann)])
      const healedMs = performance.now() - start
      assert.deepEqual(states, [false, true])
      assert.ok(healedMs < 3000, `it took ${Math.round(healedMs)} ms`)
      const heard = signalsUntil(b, 'after')
      a.send(bob, 'after')
      await heard
    } finally {
      await server.close()
    }
  })

  it('tries again ever more rarely while no server is there, and not at all once closed', async () => {
    const clock = new ManualClock()
    let attempts = 0
    class Unreachable {
      readonly readyState = 3
      readonly bufferedAmount = 0
      constructor() {
        attempts++
        throw new Error('forbidden here')
      }
      send(): void {}
      close(): void {}
      addEventListener(): void {}
    }
    const client = signalingClient({ ...signalingHost, clock, WebSocket: Unreachable, urls: ['ws://127.0.0.1:9'] })
    const session = client.open(topic, ann)
    assert.equal(attempts, 1)
    clock.advance(60_000)
    assert.ok(attempts >= 6 && attempts <= 9, `${attempts} attempts in the first minute`)
    const before = attempts
    clock.advance(600_000)
    assert.ok(attempts - before >= 20 && attempts - before <= 41, 'then one in 15 to 30 s')
    const last = attempts + 1
    session.announce()
    assert.equal(attempts, last, 'an announcement does not wait for its turn')
    await session.close()
    clock.advance(600_000)
    assert.equal(attempts, last)
    assert.deepEqual(clock.pending, [])
  })

  it('leaves a server that has fallen silent, and comes back to it', async () => {
    const clock = new ManualClock()
    const frames: string[] = []
    let mute = false
    await using server = await crookedServer((text, sender) => {
      frames.push(text)
      if (!mute && text.includes('ping')) sender.send('{"type":"pong"}')
    })
    await using session = signalingClient({ ...signalingHost, clock, urls: [server.url] }).open(topic, ann)
    await connected(session)
    const pings = (): number => frames.filter((text) => text === '{"type":"ping"}').length
    const until = async (condition: () => boolean): Promise<void> => {
      while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const socket = [...server.server.clients][0]!
    clock.advance(20_000)
    await until(() => pings() === 1)
    // Its pong has come back when an echo of ours, sent after it, has.
    await new Promise((resolve) => socket.ping(() => socket.once('pong', resolve)))
    clock.advance(20_000)
    await until(() => pings() === 2)
    assert.ok(session.connected, 'it answers')
    await new Promise((resolve) => socket.ping(() => socket.once('pong', resolve)))
    mute = true
    clock.advance(20_000)
    await until(() => pings() === 3)
    clock.advance(20_000)
    assert.equal(session.connected, false)
    clock.advance(1000)
    await connected(session)
  })

  it('leaves a server that never completes the connection, and tries again', async () => {
    const clock = new ManualClock()
    let calls = 0
    const mute = createServer((socket) => {
      calls++
      socket.on('error', () => {}).resume()
    }).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const url = `ws://127.0.0.1:${(mute.address() as AddressInfo).port}`
    try {
      await using session = signalingClient({ ...signalingHost, clock, urls: [url] }).open(topic, ann)
      await once(mute, 'connection')
      const again = once(mute, 'connection')
      clock.advance(10_000)
      assert.ok(clock.pending.length === 1 && clock.pending[0]! <= 1000, 'the next attempt is due')
      clock.advance(1000)
      await again
      assert.deepEqual([calls, session.connected], [2, false])
    } finally {
      mute.close()
    }
  })

  it('refuses what is no URL of a WebSocket and what is no id, by a code', async () => {
    for (const url of ['', 'http://127.0.0.1', 'ws//x', 'file:///etc/passwd'])
      assert.throws(
        () => open(ann, url),
        (error) => AnvcsError.is(error, 'USAGE'),
      )
    for (const id of ['', 'ANN', 'abc', 'ab'.repeat(33)])
      assert.throws(
        () => open(id as EndpointId, 'ws://127.0.0.1:9'),
        (error) => AnvcsError.is(error, 'USAGE'),
      )
  })

  it('loses a signal above 32 KiB and one to a malformed id, and goes on', async () => {
    await using server = await startSignalingServer()
    await using a = open(ann, server.url)
    await using b = open(bob, server.url)
    await met(a, bob)
    const heard = signalsUntil(b, 'after')
    a.send(bob, 'x'.repeat(32 * 1024))
    a.send(bob, 'x'.repeat(64 * 1024))
    a.send('Bob' as EndpointId, 'x')
    a.send(bob, 'x'.repeat(32 * 1024 - 2))
    a.send(bob, 'after')
    assert.deepEqual(
      (await heard).map((data) => (data as string).length),
      [32 * 1024 - 2, 5],
    )
    assert.equal(server.stats().refused, 0)
  })
})
