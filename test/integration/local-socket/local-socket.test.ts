import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import { LocalSocket } from '../../../src/node/local-socket.ts'
import type { LocalConnection } from '../../../src/node/local-connection.ts'

describe('the local socket', () => {
  let root: string
  let directory: string
  let children: ChildProcess[]

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'anvcs-socket-'))
    directory = join(root, 'socket')
    children = []
  })
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    await rm(root, { recursive: true })
  })

  /** Starts a process that serves, or tries to; returns what it says. */
  async function start(): Promise<{ readonly child: ChildProcess; readonly says: string }> {
    const program = fileURLToPath(new URL('serve-child.js', import.meta.url))
    const child = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    const [says] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    return { child, says }
  }

  async function connect(): Promise<LocalConnection> {
    const connection = await new LocalSocket(directory).connect()
    assert.ok(connection)
    return connection
  }

  it('carries requests, events and errors between processes', async () => {
    await start()
    await using connection = await connect()
    const params = { text: 'ä\n€', list: [1, null, { deep: true }] }
    assert.deepEqual(await connection.request('echo', params), params)
    const events: unknown[] = []
    await connection.request('count', undefined, { onEvent: (event) => events.push(event) })
    assert.deepEqual(
      events,
      Array.from({ length: 1000 }, (_, i) => ({ i })),
    )
    await assert.rejects(connection.request('deny', null), {
      code: 'SCOPE_DENIED',
      message: 'Not you.',
      details: { path: 'a' },
    })
    await assert.rejects(connection.request('break', null), (error: Error) => !error.message.includes('secret'))
    const many = Array.from({ length: 100 }, (_, i) => i)
    assert.deepEqual(await Promise.all(many.map((i) => connection.request('echo', i))), many)
  })

  it('lets nobody but this user in', async () => {
    await start()
    assert.equal((await stat(directory)).mode & 0o777, 0o700)
    await chmod(directory, 0o755)
    assert.equal(await new LocalSocket(directory).connect(), undefined)
    await assert.rejects(new LocalSocket(directory).serve({ handle: async () => null }), { code: 'CONFIG_INVALID' })
  })

  it('has one server, and tells the second who it is', async () => {
    const { child } = await start()
    assert.equal((await start()).says, `held ${child.pid}`)
    const here = await new LocalSocket(directory).serve({ handle: async () => null })
    assert.equal(here.status === 'held' && here.holder?.pid, child.pid)
  })

  it('has one server, however many try at once after a killed one', async () => {
    const { child } = await start()
    child.kill('SIGKILL')
    await once(child, 'close')
    const said = (await Promise.all(Array.from({ length: 6 }, start))).map(({ says }) => says)
    assert.equal(said.filter((says) => says === 'serving').length, 1)
    await using connection = await connect()
    assert.equal(await connection.request('echo', 1), 1)
  })

  it('is nowhere before a server and after it', async () => {
    assert.equal(await new LocalSocket(directory).connect(), undefined)
    const { child } = await start()
    const exited = once(child, 'close')
    await using connection = await connect()
    await connection.request('stop', null)
    await exited
    assert.equal(await new LocalSocket(directory).connect(), undefined)
    await assert.rejects(connection.request('echo', 1), { code: 'ROOM_CLOSED' })
  })

  it('rejects what waits when the server is killed', async () => {
    const { child } = await start()
    const closed = once(child, 'close')
    await using connection = await connect()
    await assert.rejects(connection.request('wait', null, { onEvent: () => child.kill('SIGKILL') }), {
      code: 'ROOM_CLOSED',
    })
    await closed
    assert.equal(await new LocalSocket(directory).connect(), undefined)
  })

  it('gives a request up when its signal aborts, and tells the handler', async () => {
    let handlerAborted = (_reason: unknown): void => undefined
    const told = new Promise((resolve) => (handlerAborted = resolve))
    const result = await new LocalSocket(directory).serve({
      handle: (_method, _params, { signal, emit }) => {
        emit('here')
        return new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            handlerAborted(signal.reason)
            resolve(null)
          }),
        )
      },
    })
    assert.equal(result.status, 'serving')
    await using server = result.status === 'serving' ? result.server : undefined
    await using connection = await connect()
    const controller = new AbortController()
    const reason = new Error('enough')
    await assert.rejects(
      connection.request('wait', null, { signal: controller.signal, onEvent: () => controller.abort(reason) }),
      reason,
    )
    assert.ok(AnvcsError.is(await told, 'ABORTED'))
    await assert.rejects(connection.request('x', null, { signal: AbortSignal.abort(reason) }), reason)
    await server?.close()
    await server?.close()
  })

  it('refuses lines above a mebibyte on both sides, and goes on', async () => {
    await start()
    await using connection = await connect()
    await assert.rejects(connection.request('echo', 'x'.repeat(1 << 20)), { code: 'MESSAGE_TOO_LARGE' })
    await assert.rejects(connection.request('large', null), { code: 'MESSAGE_TOO_LARGE' })
    const large = 'x'.repeat((1 << 20) - 100)
    assert.equal(await connection.request('echo', large), large)
  })

  for (const [what, bytes] of [
    ['an endless line', Buffer.alloc(2 << 20, 'x')],
    ['no JSON', Buffer.from('hello\n')],
    ['no request', Buffer.from('{"id":1}\n')],
    ['no id', Buffer.from('{"method":"echo"}\n')],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 10])],
  ] as const)
    it(`cuts off a client that sends ${what}, and serves the others`, async () => {
      await start()
      const raw = createConnection(join(directory, 'sock'))
      raw.on('error', () => undefined)
      raw.write(bytes)
      await new Promise((resolve) => raw.once('close', resolve))
      await using connection = await connect()
      assert.equal(await connection.request('echo', 1), 1)
    })

  it('cuts off a client that does not read', async () => {
    await start()
    const raw = createConnection(join(directory, 'sock'))
    raw.on('error', () => undefined)
    raw.write('{"id":1,"method":"flood"}\n')
    await once(raw, 'connect')
    raw.pause()
    await using connection = await connect()
    while ((await connection.request('floods', null)) !== 1);
    raw.resume()
    await new Promise((resolve) => raw.once('close', resolve))
  })

  it('works from a path that is too long for a socket, in a directory of its own', async () => {
    directory = join(root, 'deep/'.repeat(30), 'socket')
    await mkdir(join(root, 'deep/'.repeat(30)), { recursive: true })
    const { child } = await start()
    const elsewhere = await readFile(join(directory, 'socket-path'), 'utf8')
    assert.equal((await stat(elsewhere)).mode & 0o777, 0o700)
    {
      await using connection = await connect()
      assert.equal(await connection.request('echo', 'far'), 'far')
    }
    child.kill('SIGKILL')
    await once(child, 'close')
    assert.equal((await start()).says, 'serving')
    assert.equal(await readFile(join(directory, 'socket-path'), 'utf8'), elsewhere)
    assert.deepEqual(await readdir(elsewhere), ['sock'])
    await rm(elsewhere, { recursive: true })
  })
})
