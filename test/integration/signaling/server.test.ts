import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { startSignalingServer } from '../../../signaling/server/index.ts'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import { WebSocketClient } from '../../support/web-socket-client.ts'

const generous = { unitsPerSecond: 1e6, burstUnits: 1e6 }

/** Speaks the handshake of RFC 6455 and then nothing: no pong, no close. */
async function halfOpenClient(port: number): Promise<{ readonly gone: Promise<unknown> }> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(
    'GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  )
  await once(socket, 'data')
  socket.resume()
  return { gone: once(socket, 'close') }
}

async function refusal(url: string, send: (client: WebSocketClient) => void): Promise<string> {
  await using client = await WebSocketClient.open(url)
  send(client)
  const { code, reason } = await client.closed
  return `${code} ${reason}`
}

describe('the signaling server', () => {
  describe('in the dialect of y-webrtc', () => {
    it('gives what is published to all subscribers, the sender included, with their number', async () => {
      await using server = await startSignalingServer()
      await using one = await WebSocketClient.open(server.url)
      await using two = await WebSocketClient.open(server.url)
      await using other = await WebSocketClient.open(server.url)
      one.send({ type: 'subscribe', topics: ['t'] })
      two.send({ type: 'subscribe', topics: ['t', 'u'] })
      other.send({ type: 'subscribe', topics: ['u'] })
      for (const client of [one, two, other]) await client.settled()
      one.send({ type: 'publish', topic: 't', data: { type: 'announce', from: 'x' }, clients: 99 })
      const expected = { type: 'publish', topic: 't', data: { type: 'announce', from: 'x' }, clients: 2 }
      for (const client of [one, two]) await client.until((received) => received.length === 2)
      await other.settled()
      assert.deepEqual([one.received[1], two.received[1]], [expected, expected])
      assert.deepEqual(
        other.received.filter(({ type }) => type !== 'pong'),
        [],
      )
    })

    it('gives nothing more to who has unsubscribed or gone, and forgets the topic with its last subscriber', async () => {
      await using server = await startSignalingServer()
      await using one = await WebSocketClient.open(server.url)
      const two = await WebSocketClient.open(server.url)
      for (const client of [one, two]) {
        client.send({ type: 'subscribe', topics: ['t', 't'] })
        await client.settled()
      }
      one.send({ type: 'unsubscribe', topics: ['t', 'never'] })
      await one.settled()
      one.send({ type: 'publish', topic: 't', data: 1 })
      await two.until((received) => received.some(({ clients }) => clients === 1))
      await one.settled()
      assert.ok(!one.received.some(({ type }) => type === 'publish'))
      assert.equal(server.stats().topics, 1)
      await two[Symbol.asyncDispose]()
      while (server.stats().connections > 1) await one.settled()
      assert.equal(server.stats().topics, 0)
    })
  })

  describe('with clients that are broken or hostile', () => {
    it('closes with a code and a reason what is not in the dialect, and serves the others', async () => {
      await using server = await startSignalingServer()
      await using honest = await WebSocketClient.open(server.url)
      honest.send({ type: 'subscribe', topics: ['deep'] })
      const topics = (count: number): string[] => Array.from({ length: count }, (_, i) => `t${i}`)
      const deep = `{"type":"publish","topic":"deep","data":${'['.repeat(30_000)}${']'.repeat(30_000)}}`
      const cases: readonly (readonly [string, string | Buffer])[] = [
        ['1007 not JSON', '{'],
        ['1007 not JSON', ''],
        ['1008 not an object', 'null'],
        ['1008 not an object', '1'],
        ['1008 unknown type', '[]'],
        ['1008 unknown type', '{"type":"subscribe "}'],
        ['1008 unknown type', '{"type":{"toString":1}}'],
        ['1008 not a topic', '{"type":"publish"}'],
        ['1008 not a topic', '{"type":"publish","topic":""}'],
        ['1008 not a topic', JSON.stringify({ type: 'publish', topic: 'x'.repeat(257) })],
        ['1008 not a list of topics', '{"type":"subscribe"}'],
        ['1008 not a list of topics', '{"type":"subscribe","topics":"t"}'],
        ['1008 not a list of topics', '{"type":"unsubscribe","topics":["a",1]}'],
        ['1008 too many topics', JSON.stringify({ type: 'subscribe', topics: topics(65) })],
        ['1008 nested too deep', deep],
        ['1003 not text', Buffer.from('{"type":"ping"}')],
        ['1009 ', JSON.stringify({ type: 'publish', topic: 't', data: 'x'.repeat(65_536) })],
      ]
      for (const [expected, message] of cases)
        assert.equal(
          await refusal(server.url, ({ socket }) => socket.send(message)),
          expected,
          String(message).slice(0, 60),
        )
      assert.equal(server.stats().refused, cases.length)
      await honest.settled()
      assert.equal(server.stats().topics, 1)
    })

    it('takes 64 topics of a client and not one more, in one message or in 10,000', async () => {
      await using server = await startSignalingServer({ limits: generous })
      await using client = await WebSocketClient.open(server.url)
      for (let i = 0; i < 64; i++) client.send({ type: 'subscribe', topics: [`t${i}`] })
      await client.settled()
      assert.equal(server.stats().topics, 64)
      for (let i = 0; i < 10_000; i++) client.send({ type: 'subscribe', topics: [`u${i}`] })
      assert.deepEqual(await client.closed, { code: 1008, reason: 'too many topics' })
      assert.equal(server.stats().topics, 0)
    })

    it('closes on text that is not UTF-8 and on frames that break the protocol', async () => {
      await using server = await startSignalingServer()
      const code = async (bytes: readonly number[]): Promise<number> => {
        await using client = await WebSocketClient.open(server.url)
        // A masked frame by hand, with the mask zero.
        const raw = (client.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket
        raw.write(Buffer.from(bytes))
        return (await client.closed).code
      }
      assert.equal(await code([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]), 1007)
      assert.equal(await code([0xf1, 0x80, 0, 0, 0, 0]), 1002)
      assert.equal(await code([0x81, 0xff, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 1009)
    })

    it('reads a flood no faster than the rate allows, while others are served', async () => {
      await using server = await startSignalingServer({ limits: { unitsPerSecond: 100, burstUnits: 200 } })
      await using flooder = await WebSocketClient.open(server.url)
      await using honest = await WebSocketClient.open(server.url)
      honest.send({ type: 'subscribe', topics: ['t'] })
      await honest.settled()
      const data = 'x'.repeat(900)
      const before = performance.now()
      for (let i = 0; i < 20_000; i++) flooder.send({ type: 'publish', topic: 't', data })
      const connectedMs = performance.now() - before
      const start = performance.now()
      let honestMessages = 2
      while (performance.now() - start < 500) {
        await honest.settled()
        honestMessages++
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      const flood = server.stats().messagesIn - honestMessages
      // The burst, what the rate gives since the connection, and what one read brings at once (64 KiB).
      const most = 200 + (performance.now() - start + connectedMs) / 10 + 70
      assert.ok(flood <= most, `${flood} messages were read, not more than ${Math.round(most)} may`)
      assert.ok(flood >= 200)
      assert.ok(honestMessages > 5)
    })

    it('lets a client that it reads no longer go as soon as it is refused', async () => {
      await using server = await startSignalingServer({ limits: { unitsPerSecond: 1, burstUnits: 1 } })
      const start = performance.now()
      const reason = await refusal(server.url, (client) => {
        for (let i = 0; i < 5; i++) client.send({ type: 'ping' })
        client.socket.send('{')
      })
      assert.equal(reason, '1007 not JSON')
      while (server.stats().connections > 0) await new Promise((resolve) => setTimeout(resolve, 5))
      assert.ok(performance.now() - start < 3000)
    })

    it('goes on reading when the debt is paid', async () => {
      await using server = await startSignalingServer({ limits: { unitsPerSecond: 2000, burstUnits: 10 } })
      await using client = await WebSocketClient.open(server.url)
      for (let i = 0; i < 300; i++) client.send({ type: 'ping' })
      const start = performance.now()
      await client.until((received) => received.length === 300)
      assert.ok(server.stats().messagesIn === 300)
      client.send({ type: 'ping' })
      await client.until((received) => received.length === 301)
      assert.ok(performance.now() - start > 100, 'it was slowed')
    })

    it('drops a client that does not read, and keeps no more for it than the limit', async () => {
      const limits = { ...generous, maxBufferedBytes: 256 * 1024 }
      await using server = await startSignalingServer({ limits })
      await using slow = await WebSocketClient.open(server.url)
      slow.send({ type: 'subscribe', topics: ['t'] })
      await slow.settled()
      slow.socket.pause()
      await using talker = await WebSocketClient.open(server.url)
      const data = 'x'.repeat(60_000)
      let sent = 0
      while (server.stats().dropped === 0 && sent < 1000) {
        talker.send({ type: 'publish', topic: 't', data })
        if (++sent % 4 === 0) await talker.settled()
      }
      assert.ok(sent < 1000)
      assert.equal(server.stats().dropped, 1)
      await talker.settled()
      assert.equal(server.stats().topics, 0)
    })

    it('drops a half-open connection, and none that answers', async () => {
      await using server = await startSignalingServer({ limits: { pingIntervalMs: 40 } })
      await using honest = await WebSocketClient.open(server.url)
      const dead = await halfOpenClient(server.port)
      await dead.gone
      assert.equal(server.stats().dropped, 1)
      await honest.settled()
      assert.equal(server.stats().connections, 1)
    })

    it('turns away more connections than it has room for, and lets in again when some have left', async () => {
      await using server = await startSignalingServer({ limits: { connections: 3, connectionsPerAddress: 2 } })
      const first = await WebSocketClient.open(server.url)
      await using second = await WebSocketClient.open(server.url)
      await assert.rejects(WebSocketClient.open(server.url), /429/)
      await first[Symbol.asyncDispose]()
      while (server.stats().connections > 1) await second.settled()
      await using third = await WebSocketClient.open(server.url)
      await third.settled()
      await using small = await startSignalingServer({ limits: { connections: 1 } })
      await using only = await WebSocketClient.open(small.url)
      await only.settled()
      await assert.rejects(WebSocketClient.open(small.url), /503/)
    })

    it('survives requests that are no requests', async () => {
      await using server = await startSignalingServer()
      for (const bytes of [
        '\0\0\0\0',
        'GET // HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
      ]) {
        const socket = connect(server.port, '127.0.0.1')
        socket.on('error', () => {})
        socket.end(bytes)
        socket.resume()
        await once(socket, 'close')
      }
      await using client = await WebSocketClient.open(server.url)
      await client.settled()
    })
  })

  it('answers plain HTTP with what it is and how it is', async () => {
    await using server = await startSignalingServer()
    const at = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, { method })
    assert.match(await (await at('/')).text(), /signaling server/)
    assert.deepEqual(await (await at('/health')).json(), { status: 'ok', ...server.stats() })
    assert.equal((await at('/else')).status, 404)
    assert.equal((await at('/', 'POST')).status, 405)
  })

  it('counts messages and payload bytes both ways', async () => {
    await using server = await startSignalingServer()
    await using client = await WebSocketClient.open(server.url)
    await client.settled()
    const { messagesIn, messagesOut, bytesIn, bytesOut } = server.stats()
    assert.deepEqual([messagesIn, messagesOut, bytesIn, bytesOut], [1, 1, 15, 15])
  })

  it('names a port that is taken', async () => {
    await using server = await startSignalingServer()
    await assert.rejects(startSignalingServer({ port: server.port }), (error) => AnvcsError.is(error, 'PORT_TAKEN'))
    await assert.rejects(startSignalingServer({ host: '203.0.113.1' }), (error) => AnvcsError.is(error, 'USAGE'))
  })

  it('closes at once with clients that do not answer, twice over, and frees its port', async () => {
    const server = await startSignalingServer()
    const dead = await halfOpenClient(server.port)
    const client = await WebSocketClient.open(server.url)
    const undecided = connect(server.port, '127.0.0.1').resume()
    undecided.on('error', () => {})
    undecided.write('GET / HTTP/1.1\r\n')
    await once(undecided, 'connect')
    await client.settled()
    const start = performance.now()
    await Promise.all([server.close(), server.close()])
    await Promise.all([client.closed, dead.gone, once(undecided, 'close')])
    assert.ok(performance.now() - start < 500)
    await using next = await startSignalingServer({ port: server.port })
    assert.equal(next.port, server.port)
  })

  it('shares an HTTP server at one path and leaves the rest of it alone', async () => {
    const http = createServer((_request, response) => response.end('mine'))
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    try {
      const { port } = http.address() as AddressInfo
      const server = await startSignalingServer({ attach: http })
      assert.equal(server.url, `ws://127.0.0.1:${port}/signaling`)
      await using client = await WebSocketClient.open(server.url)
      await client.settled()
      assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'mine')
      await assert.rejects(WebSocketClient.open(`ws://127.0.0.1:${port}/other`), /404/)
      http.on('upgrade', (request, socket) => {
        if (request.url === '/other') socket.end('HTTP/1.1 418 Mine\r\n\r\n')
      })
      await assert.rejects(WebSocketClient.open(`ws://127.0.0.1:${port}/other`), /418/)
      await server.close()
      await client.closed
      assert.ok(http.listening)
    } finally {
      http.closeAllConnections()
      http.close()
    }
  })
})
