import assert from 'node:assert/strict'
import { execFileSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { Link, Listener } from '../../../src/contracts/transport.ts'
import { collect, pause, openEnd, within, type OpenEnd } from '../../../src/testing/transport-ends.ts'
import { loadNodeWebrtc, webrtcTransport } from '../../../transports/webrtc/index.ts'
import { projectRoot } from '../../support/project.ts'
import { nodeClock } from '../../../src/node/clock.ts'
import { nodeRandom } from '../../../src/node/random.ts'
import { clockAtSpeed, higher, lower, startEnd } from '../../support/webrtc-end.ts'

/** So that 15 seconds take 3. */
const fast = 5

describe('WebRTC between two processes', () => {
  const children: Awaited<ReturnType<typeof startEnd>>['child'][] = []
  const listeners: Listener[] = []

  afterEach(async () => {
    await Promise.all(listeners.splice(0).map((listener) => listener.close()))
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  async function start(speed = fast) {
    const other = await startEnd(higher, lower, speed)
    children.push(other.child)
    return other
  }

  async function listen(signals: Awaited<ReturnType<typeof start>>['signals'], speed = fast): Promise<OpenEnd> {
    const transport = webrtcTransport({
      clock: clockAtSpeed(speed),
      random: nodeRandom,
      wrtc: await loadNodeWebrtc(),
    })
    const end = await openEnd({ self: lower, transport, signals }, 5_000)
    listeners.push(end.listener)
    return end
  }

  async function echoes(link: Link): Promise<void> {
    const inbox = collect(link)
    link.send(Uint8Array.of(1, 2, 3))
    assert.deepEqual((await inbox.all(1, 5_000)).map(String), ['1,2,3'])
  }

  it('a peer that is killed is noticed within 15 s', async () => {
    const { child, signals } = await start()
    const end = await listen(signals)
    await end.listener.dial(higher)
    await echoes(await end.link())
    child.kill('SIGKILL')
    const began = performance.now()
    const { reason } = await within(5_000, 'noticing', (await end.link()).closed)
    const tookMs = (performance.now() - began) * fast
    assert.ok(tookMs < 18_000, `noticed after ${tookMs} ms of the faster clock`)
    assert.ok(reason.length > 0)
  })

  it('an idle link stays open', async () => {
    const { signals } = await start()
    const end = await listen(signals)
    await end.listener.dial(higher)
    const link = await end.link()
    await assert.rejects(within(4_000, 'closed', link.closed))
    await echoes(link)
  })

  it('a peer that lost its link replaces it at once by dialing again', async () => {
    const first = await start(1)
    let current = first.signals
    const receivers = new Set<Parameters<typeof current.onSignal>[0]>()
    const end = await listen(
      {
        send: (to, data) => current.send(to, data),
        onSignal(receive) {
          receivers.add(receive)
          return current.onSignal(receive)
        },
      },
      1,
    )
    await end.listener.dial(higher)
    const old = await end.link()
    first.child.kill('SIGSTOP')
    const second = await start(1)
    current = second.signals
    for (const receive of receivers) current.onSignal(receive)
    second.child.send('dial')
    assert.equal((await within(10_000, 'closing of the old one', old.closed)).reason, 'replaced by a new link')
    await echoes(await end.link(1))
  })

  async function endsByItself(child: ChildProcess): Promise<void> {
    const closed = new Promise<number>((resolve) =>
      child.on('message', (message: { closedAt?: number }) => message.closedAt && resolve(message.closedAt)),
    )
    const exit = once(child, 'exit').then(([code]) => ({ code: code as number, at: Date.now() }))
    child.send('close')
    const [closedAt, { code, at }] = await within(5_000, 'exit', Promise.all([closed, exit]))
    assert.equal(code, 0)
    assert.ok(at - closedAt <= 100, `the process ended ${at - closedAt} ms after closing`)
  }

  it('whoever sends on a link before it hears that the peer has closed it goes on', async () => {
    const { child, signals } = await start()
    const end = await listen(signals)
    await end.listener.dial(higher)
    const link = await end.link()
    await echoes(link)
    child.send('close')
    // Busy, so that the native side knows of the close before this thread can.
    for (const endMs = performance.now() + 1_000; performance.now() < endMs;);
    link.send(Uint8Array.of(1))
    assert.equal((await within(1_000, 'closed', link.closed)).reason, 'the peer closed the channel')
  })

  it('who is sending while the peer closes lives on', async function () {
    this.timeout(60_000)
    const { child, signals } = await start(1)
    const end = await listen(signals, 1)
    let wasTold = () => {}
    child.on('message', (fact) => fact === 'closed' && wasTold())
    child.send('chatter')
    for (let round = 0; round < 40; round++) {
      await end.listener.dial(higher)
      const link = await end.link(round)
      const hears = new Promise<void>((resolve) => link.onMessage(() => resolve()))
      child.send('chatter')
      await within(2_000, 'a message', hears)
      await pause(round / 2)
      const told = new Promise<void>((resolve) => (wasTold = resolve))
      await Promise.all([link.close(), within(2_000, 'the end of the link', told)])
    }
    assert.equal(child.exitCode ?? child.signalCode, null)
  })

  it('a process ends by itself within 100 ms of closing its link, with status 0', async function () {
    this.retries(2)
    const { child, signals } = await start()
    const end = await listen(signals)
    await end.listener.dial(higher)
    await echoes(await end.link())
    await endsByItself(child)
    await within(1_000, 'closed here', (await end.link()).closed)
  })

  it('a process ends by itself as fast where it was still connecting', async function () {
    this.retries(2)
    const { child, signals } = await startEnd(lower, higher, fast)
    children.push(child)
    const called = new Promise<void>((resolve) => signals.onSignal(() => resolve()))
    child.send('dial')
    await within(5_000, 'an offer', called)
    await endsByItself(child)
  })

  it('says which package to install where there is no WebRTC', async () => {
    const bare = webrtcTransport({ clock: nodeClock, random: nodeRandom })
    await assert.rejects(listenWith(bare), (error) => AnvcsError.is(error, 'TRANSPORT_MISSING'))
    const hooks = `export const resolve = (name, context, next) => {
      if (name === '@roamhq/wrtc') throw Object.assign(new Error('not there'), { code: 'ERR_MODULE_NOT_FOUND' })
      return next(name, context)
    }`
    const script = `
      import { register } from 'node:module'
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}))
      const { loadNodeWebrtc } = await import('./dist/transports/webrtc/index.js')
      await loadNodeWebrtc().catch((error) => console.log(error.code, error.hint))`
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: projectRoot })
    assert.equal(output.toString().trim(), 'TRANSPORT_MISSING Run `npm install @roamhq/wrtc`.')
  })

  function listenWith(transport: ReturnType<typeof webrtcTransport>): Promise<Listener> {
    return transport.listen({
      self: lower,
      signals: { send: () => undefined, onSignal: () => () => undefined },
      onLink: () => undefined,
    })
  }
})
