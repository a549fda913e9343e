import assert from 'node:assert/strict'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { SignalPort } from '../../../src/contracts/transport.ts'
import { MemorySignals } from '../../../src/testing/memory-signals.ts'
import { numbered, openEnd, pause, within, type OpenEnd } from '../../../src/testing/transport-ends.ts'
import { loadNodeWebrtc, webrtcTransport, type WebRtcOptions } from '../../../transports/webrtc/index.ts'
import { nodeRandom } from '../../../src/node/random.ts'
import { clockAtSpeed, higher, lower } from '../../support/webrtc-end.ts'

const fastClock = clockAtSpeed(10)

type Signal = Readonly<Record<string, unknown>>
type Forward = (signal: Signal) => void

describe('connecting over WebRTC', () => {
  const ends: OpenEnd[] = []
  let problems: string[]

  beforeEach(() => {
    problems = []
  })
  afterEach(async () => {
    await Promise.all(ends.splice(0).map(({ listener }) => listener.close()))
  })

  /** Two ends; `wire` sees what either of them sends, and hands on what it likes. */
  async function meet(
    wire: (signal: Signal, forward: Forward) => void = (signal, forward) => forward(signal),
    options: Partial<WebRtcOptions> = {},
  ): Promise<readonly [OpenEnd, OpenEnd]> {
    const signals = new MemorySignals()
    const wrtc = await loadNodeWebrtc()
    for (const self of [lower, higher]) {
      const port = signals.port(self)
      const wired: SignalPort = {
        ...port,
        send: (to, data) => wire(data as Signal, (signal) => port.send(to, signal)),
      }
      const good = webrtcTransport({ clock: fastClock, random: nodeRandom, wrtc, ...options })
      const transport: typeof good = {
        name: good.name,
        listen: (listen) => good.listen({ ...listen, onProblem: ({ message }) => void problems.push(message) }),
      }
      ends.push(await openEnd({ self, transport, signals: wired }, 5_000))
    }
    return [ends[0]!, ends[1]!]
  }

  function unreachable(error: unknown): boolean {
    return AnvcsError.is(error, 'PEER_UNREACHABLE')
  }

  it('runs from host to host on one machine, without servers', async () => {
    const [left, right] = await meet()
    await left.listener.dial(higher)
    assert.equal((await right.link()).path, 'webrtc host')
    assert.equal((await left.link()).binding.length, 64)
    assert.deepEqual([(await left.link()).role, (await right.link()).role], ['initiator', 'responder'])
  })

  it('succeeds where candidates come before their offer', async () => {
    const held: (() => void)[] = []
    let candidates = 0
    const [left, right] = await meet((signal, forward) => {
      if (signal['type'] === 'offer') held.push(() => forward(signal))
      else forward(signal)
      if (signal['type'] === 'candidate' && ++candidates === 2) held.splice(0).forEach((go) => go())
    })
    await within(5_000, 'dial', left.listener.dial(higher))
    assert.equal((await right.link()).path, 'webrtc host')
  })

  it('makes one link where each signal comes twice', async () => {
    const [left, right] = await meet((signal, forward) => {
      forward(signal)
      forward(signal)
    })
    await within(5_000, 'dial', right.listener.dial(lower))
    await right.link()
    await pause(100)
    assert.deepEqual([left.links.length, right.links.length], [1, 1])
    assert.deepEqual(problems, [])
  })

  it('is not disturbed by signals that are nonsense or of another session', async () => {
    const nonsense: Signal[] = [
      { via: 'webrtc', type: 'candidate', session: '0'.repeat(16), candidate: { candidate: 'candidate:1' } },
      { via: 'webrtc', type: 'answer', session: '0'.repeat(16), sdp: 'v=0' },
      { via: 'webrtc', type: 'end', session: '0'.repeat(16), final: true },
      { via: 'webrtc', type: 'renegotiate' },
      { type: 'offer' },
    ]
    const [left, right] = await meet((signal, forward) => {
      for (const other of nonsense) forward(other)
      forward(signal)
      forward({ ...signal, type: 'candidate', candidate: { candidate: 'candidate:1 nonsense', sdpMid: '0' } })
    })
    await within(5_000, 'dial', left.listener.dial(higher))
    await right.link()
    assert.deepEqual(problems, [])
  })

  for (const [what, change] of [
    ['a second fingerprint', (sdp: string) => sdp.replace(/(a=fingerprint:.*\r\n)/, '$1$1')],
    ['no fingerprint', (sdp: string) => sdp.replace(/a=fingerprint:.*\r\n/, '')],
    ['a fingerprint that is no sha-256', (sdp: string) => sdp.replace('sha-256', 'sha-384')],
    [
      'the fingerprint of another certificate',
      (sdp: string) => sdp.replace(/(?<=sha-256 )../, (byte) => (byte === 'AA' ? 'BB' : 'AA')),
    ],
    ['nonsense as its description', () => 'v=0\r\na=fingerprint:sha-256 ' + Array(32).fill('00').join(':') + '\r\n'],
  ] as const)
    for (const type of ['offer', 'answer'])
      it(`fails where the ${type} names ${what}`, async () => {
        const [left, right] = await meet((signal, forward) =>
          forward(signal['type'] === type ? { ...signal, sdp: change(signal['sdp'] as string) } : signal),
        )
        await assert.rejects(within(5_000, 'dial', left.listener.dial(higher)), unreachable)
        await pause(20)
        assert.ok(problems.length > 0)
        assert.deepEqual([left.links.length, right.links.length], [0, 0])
      })

  it('succeeds for whoever calls again after an offer to it was lost', async () => {
    let isCut = true
    const [left, right] = await meet((signal, forward) => isCut || forward(signal))
    const lost = left.listener.dial(higher)
    await pause(200)
    isCut = false
    await within(5_000, 'dial', Promise.all([lost, right.listener.dial(lower)]))
    assert.equal((await right.link()).path, 'webrtc host')
    assert.deepEqual(problems, [])
  })

  it('succeeds soon for whoever calls right after an offer to it was lost', async () => {
    let isCut = true
    const [left, right] = await meet((signal, forward) => isCut || forward(signal))
    const lost = left.listener.dial(higher)
    await pause(20)
    isCut = false
    const began = performance.now()
    await within(5_000, 'dial', Promise.all([lost, right.listener.dial(lower)]))
    const tookMs = (performance.now() - began) * 10
    assert.ok(tookMs < 7_000, `${tookMs} ms of the faster clock`)
    assert.deepEqual(problems, [])
  })

  for (const type of ['call', 'offer', 'answer'])
    it(`succeeds where the first ${type} is lost`, async () => {
      let lost = 0
      const [left, right] = await meet((signal, forward) => {
        if (signal['type'] !== type || lost++ > 0) forward(signal)
      })
      const began = performance.now()
      await within(5_000, 'dial', type === 'call' ? right.listener.dial(lower) : left.listener.dial(higher))
      const tookMs = (performance.now() - began) * 10
      assert.ok(lost > 1 && tookMs < 7_000, `${tookMs} ms of the faster clock`)
      assert.equal((await right.link()).path, 'webrtc host')
      assert.deepEqual(problems, [])
    })

  it('gives up after 8 seconds where no answer comes, and says so', async () => {
    const [left, right] = await meet(() => undefined)
    const began = performance.now()
    await assert.rejects(left.listener.dial(higher), unreachable)
    const tookMs = (performance.now() - began) * 10
    assert.ok(tookMs > 7_900 && tookMs < 16_000, `${tookMs} ms of the faster clock`)
    await assert.rejects(right.listener.dial(lower), unreachable)
    assert.deepEqual(problems, ['no connection came about in time', 'the peer did not answer'])
  })

  it('tries relayed candidates alone after that, where a TURN server is known', async () => {
    const policies = new Map<unknown, unknown>()
    const keep = ({ type, session, relay }: Signal): unknown => type === 'offer' && policies.set(session, relay)
    const [left] = await meet((signal) => void keep(signal), {
      iceServers: [{ urls: 'turn:127.0.0.1:9', username: 'a', credential: 'b' }],
    })
    await assert.rejects(left.listener.dial(higher), unreachable)
    assert.deepEqual([...policies.values()], [false, true])
  })

  it('takes no direct way where relays are forced, and reports that there are no candidates', async () => {
    const [left, right] = await meet(undefined, { forceRelay: true })
    await assert.rejects(left.listener.dial(higher), unreachable)
    assert.ok(problems.some((problem) => problem.startsWith('no ICE candidates were found')))
    assert.deepEqual([left.links.length, right.links.length], [0, 0])
  })

  it('goes on where one of two ends that dial each other aborts', async () => {
    const [left, right] = await meet()
    const aborter = new AbortController()
    const aborted = right.listener.dial(lower, { signal: aborter.signal })
    const wanted = left.listener.dial(higher)
    setTimeout(() => aborter.abort(new Error('stop')), 3)
    await Promise.all([assert.rejects(aborted, /stop/), within(5_000, 'dial', wanted)])
    await right.link()
  })

  it('closes the link of a sender that does not wait, and loses nothing silently', async () => {
    const [left, right] = await meet()
    await left.listener.dial(higher)
    const [ours, theirs] = [await left.link(), await right.link()]
    let received = 0
    theirs.onMessage((message) => {
      assert.deepEqual(message.slice(0, 4), numbered(received++, 4))
    })
    assert.throws(
      () => {
        for (let index = 0; ; index++) ours.send(numbered(index, ours.maxMessageBytes))
      },
      (error) => AnvcsError.is(error, 'LINK_CLOSED'),
    )
    assert.equal((await ours.closed).reason, 'more was sent than the link takes')
    await within(5_000, 'closed at the other side', theirs.closed)
  })

  it('closes a link that brings more than 2 MiB before anybody receives', async () => {
    const [left, right] = await meet()
    await left.listener.dial(higher)
    const [ours, theirs] = [await left.link(), await right.link()]
    const flood = async () => {
      for (;;) if (!ours.send(new Uint8Array(ours.maxMessageBytes))) await ours.drained()
    }
    await assert.rejects(within(5_000, 'flood', flood()), (error) => AnvcsError.is(error, 'LINK_CLOSED'))
    assert.equal((await theirs.closed).reason, 'the peer sent too much before anybody received')
  })
})
