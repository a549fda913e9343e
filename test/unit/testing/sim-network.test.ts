import assert from 'node:assert/strict'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { EndpointId } from '../../../src/contracts/ids.ts'
import type { SignalingSession } from '../../../src/contracts/signaling.ts'
import type { Link, Listener } from '../../../src/contracts/transport.ts'
import type { NetworkFaults } from '../../../src/testing/network-conditions.ts'
import { SimClock } from '../../../src/testing/sim-clock.ts'
import { SimNetwork, type SimNetworkHost } from '../../../src/testing/sim-network.ts'
import { SimRandom } from '../../../src/testing/sim-random.ts'
import { rendezvous } from '../../../src/testing/sim-topology.ts'
import { SimTrace } from '../../../src/testing/sim-trace.ts'
import { calmNetwork } from '../../../src/testing/swarm.ts'

const topic = { topic: new Uint8Array(32).fill(1), key: new Uint8Array(32).fill(2) }

/** A machine that takes every link and keeps what comes over it. */
interface Machine {
  readonly host: SimNetworkHost
  readonly self: EndpointId
  readonly signals: SignalingSession
  readonly listener: Listener
  readonly links: Link[]
  readonly received: Uint8Array[]
  readonly met: EndpointId[]
}

class World {
  readonly clock = new SimClock()
  readonly trace = new SimTrace(this.clock)
  readonly random: SimRandom
  readonly network: SimNetwork

  constructor(seed: number, faults: Partial<NetworkFaults> = {}) {
    this.random = new SimRandom(seed)
    this.network = new SimNetwork({
      clock: this.clock,
      random: this.random.fork('network'),
      trace: this.trace,
      faults: { ...calmNetwork, ...faults },
    })
  }

  async machine(name: string): Promise<Machine> {
    const host = this.network.host(name)
    const self = `${name}-endpoint` as EndpointId
    const signals = host.signaling.open(topic, self)
    const links: Link[] = []
    const received: Uint8Array[] = []
    const met: EndpointId[] = []
    signals.onPeer((peer) => met.push(peer))
    const onLink = (link: Link): void => {
      links.push(link)
      link.onMessage((message) => received.push(message))
    }
    const listener = await host.transport.listen({ self, signals, onLink })
    return { host, self, signals, listener, links, received, met }
  }

  /** Two linked machines. */
  async pair(): Promise<[Machine, Machine]> {
    const ann = await this.machine('ann')
    const bob = await this.machine('bob')
    await this.settled(ann.listener.dial(bob.self))
    return [ann, bob]
  }

  async settled<T>(promise: Promise<T>, limitMs = 60_000): Promise<T> {
    let done = false
    void promise.then(
      () => (done = true),
      () => (done = true),
    )
    assert.ok(await this.clock.runUntil(() => done, limitMs), 'does not settle')
    return promise
  }

  pass(ms: number): Promise<void> {
    return this.clock.run(this.clock.now() + ms)
  }
}

const isClosed = (error: unknown): boolean => AnvcsError.is(error, 'LINK_CLOSED')

describe('simulated links', () => {
  it('come about by a dial from either side, with equal bindings and different roles', async () => {
    const world = new World(1)
    const [ann, bob] = await world.pair()
    const [near, far] = [ann.links[0]!, bob.links[0]!]
    assert.deepEqual([near.role, far.role], ['initiator', 'responder'])
    assert.deepEqual([near.peer, far.peer], [bob.self, ann.self])
    assert.equal(near.binding.length, 32)
    assert.deepEqual(near.binding, far.binding)
    await world.settled(bob.listener.dial(ann.self))
    assert.equal(ann.links.length, 1)
  })

  it('are one where both dial at once', async () => {
    const world = new World(2)
    const ann = await world.machine('ann')
    const bob = await world.machine('bob')
    await world.settled(Promise.all([ann.listener.dial(bob.self), bob.listener.dial(ann.self)]))
    await world.pass(30_000)
    assert.equal(ann.links.length, 1)
    assert.equal(bob.links.length, 1)
  })

  it('deliver whole messages once and in order, whatever the delays', async () => {
    const world = new World(3, { meanDelayMs: 200, linkStall: 0.05, meanStallMs: 500 })
    const [ann, bob] = await world.pair()
    const sent = Array.from({ length: 500 }, (_, i) => world.random.bytes(i % 50))
    for (const message of sent) ann.links[0]!.send(message)
    await world.pass(600_000)
    assert.deepEqual(bob.received, sent)
    assert.ok(world.network.counters.of('link stalled') > 10)
    assert.equal(
      world.network.bytes.of('ann', 'bob'),
      sent.reduce((sum, message) => sum + message.length, 0),
    )
  })

  it('keep a message as it was when it was sent, and those that come before there is a receiver', async () => {
    const world = new World(4)
    const [ann, bob] = await world.pair()
    const message = Uint8Array.of(1, 2, 3)
    ann.links[0]!.send(message)
    message.fill(9)
    await world.pass(1000)
    assert.deepEqual(bob.received, [Uint8Array.of(1, 2, 3)])
    const late: Uint8Array[] = []
    const host = world.network.host('eve')
    const signals = host.signaling.open(topic, 'eve' as EndpointId)
    const taken: Link[] = []
    await host.transport.listen({ self: 'eve' as EndpointId, signals, onLink: (link) => taken.push(link) })
    await world.settled(ann.listener.dial('eve' as EndpointId))
    ann.links[1]!.send(Uint8Array.of(4))
    await world.pass(1000)
    taken[0]!.onMessage((early) => late.push(early))
    assert.deepEqual(late, [Uint8Array.of(4)])
  })

  it('push back: a sender that heeds it never has much more than the high-water mark under way', async () => {
    const world = new World(5)
    const [ann, bob] = await world.pair()
    const link = ann.links[0]!
    let sent = 0
    const flood = async (): Promise<void> => {
      for (let i = 0; i < 500; i++) {
        sent += link.maxMessageBytes
        if (!link.send(new Uint8Array(link.maxMessageBytes))) {
          assert.ok(sent - world.network.bytes.of('ann', 'bob') <= (1 << 20) + link.maxMessageBytes)
          await link.drained()
        }
      }
    }
    await world.settled(flood())
    await world.pass(1000)
    assert.equal(bob.received.length, 500)
    assert.throws(
      () => link.send(new Uint8Array(link.maxMessageBytes + 1)),
      (error) => AnvcsError.is(error, 'MESSAGE_TOO_LARGE'),
    )
  })

  it('close at both sides, refuse to send then, and end what waits for them', async () => {
    const world = new World(6)
    const [ann, bob] = await world.pair()
    const [near, far] = [ann.links[0]!, bob.links[0]!]
    while (near.send(new Uint8Array(near.maxMessageBytes)));
    const drained = near.drained()
    const abort = new AbortController()
    const aborted = near.drained({ signal: abort.signal })
    abort.abort(new Error('enough'))
    await assert.rejects(aborted, /enough/)
    const ended = assert.rejects(drained, isClosed)
    await near.close('done')
    await near.close()
    await ended
    assert.deepEqual(await near.closed, { reason: 'done' })
    assert.deepEqual(await world.settled(far.closed, 1000), { reason: 'closed by the peer' })
    assert.throws(() => near.send(new Uint8Array(1)), isClosed)
    await assert.rejects(far.drained(), isClosed)
    assert.ok(world.network.counters.of('message lost') > 0)
  })

  it('cannot be dialled where nobody listens or the dialler gives up', async () => {
    const world = new World(7)
    const ann = await world.machine('ann')
    await assert.rejects(world.settled(ann.listener.dial('nobody' as EndpointId)), (error) =>
      AnvcsError.is(error, 'PEER_UNREACHABLE'),
    )
    assert.equal(world.network.counters.of('dial failed'), 1)
    const abort = new AbortController()
    const dial = ann.listener.dial('nobody' as EndpointId, { signal: abort.signal })
    abort.abort(new Error('enough'))
    await assert.rejects(dial, /enough/)
    await ann.listener.close()
    await assert.rejects(ann.listener.dial('nobody' as EndpointId), isClosed)
    await ann.signals.close()
    await world.pass(20_000)
    assert.ok(world.clock.idle)
  })
})

describe('faults of simulated links', () => {
  it('sudden death loses what is under way and is noticed by both, by one of them perhaps late', async () => {
    let late = 0
    for (let seed = 0; seed < 20; seed++) {
      const world = new World(seed, { halfOpen: 0.5, linkDeath: 0.02 })
      const [ann, bob] = await world.pair()
      const [near, far] = [ann.links[0]!, bob.links[0]!]
      const start = world.clock.now()
      const noticed = (link: Link): Promise<number> => link.closed.then(() => world.clock.now() - start)
      const times = Promise.all([noticed(near), noticed(far)])
      for (let i = 0; i < 1000; i++) near.send(Uint8Array.of(i & 255))
      const [first, second] = await world.settled(times)
      if (second > first + 10_000) late++
      assert.deepEqual(
        bob.received,
        bob.received.map((_, i) => Uint8Array.of(i & 255)),
      )
      assert.equal(bob.received.length + world.network.counters.of('message lost'), 1000)
      assert.ok(world.network.counters.of('message lost') > 0)
    }
    assert.ok(late > 3 && late < 17, `${late} half-open of 20`)
  })

  it('nothing crosses a cut, and what waited arrives when it heals', async () => {
    const world = new World(8)
    const [ann, bob] = await world.pair()
    world.network.cut(['ann'], ['bob'])
    world.network.cut(['bob'], ['ann'])
    const before = world.network.bytes.total
    ann.links[0]!.send(Uint8Array.of(1))
    bob.links[0]!.send(Uint8Array.of(2))
    await world.pass(10_000)
    assert.equal(world.network.bytes.total, before)
    assert.equal(world.network.counters.of('message held by a cut'), 2)
    world.network.heal()
    await world.pass(1000)
    assert.deepEqual([ann.received, bob.received], [[Uint8Array.of(2)], [Uint8Array.of(1)]])
    await world.pass(60_000)
    ann.links[0]!.send(Uint8Array.of(3))
    await world.pass(1000)
    assert.deepEqual(bob.received.at(-1), Uint8Array.of(3))
    assert.equal(world.network.counters.of('link timed out'), 0)
  })

  it('a cut in one direction lets the other through, until the silence is too long for both', async () => {
    const world = new World(9)
    const [ann, bob] = await world.pair()
    world.network.cut(['bob'], ['ann'])
    ann.links[0]!.send(Uint8Array.of(1))
    bob.links[0]!.send(Uint8Array.of(2))
    await world.pass(14_000)
    assert.deepEqual([ann.received, bob.received], [[], [Uint8Array.of(1)]])
    await world.pass(2000)
    await world.settled(Promise.all([ann.links[0]!.closed, bob.links[0]!.closed]), 1)
    assert.equal(world.network.counters.of('link timed out'), 1)
    world.network.heal()
    await world.settled(bob.listener.dial(ann.self))
    assert.equal(ann.links.length, 2)
  })

  it('a process that vanishes is met by silence, and its successor is linked to at once', async () => {
    const world = new World(10)
    const [ann, bob] = await world.pair()
    ann.host.vanish()
    let noticed = false
    void bob.links[0]!.closed.then(() => (noticed = true))
    await world.pass(10_000)
    assert.equal(noticed, false)
    const again = await world.machine('ann')
    await world.settled(again.listener.dial(bob.self), 2000)
    assert.equal(bob.links.length, 2)
    assert.equal(noticed, true)
    bob.links[1]!.send(Uint8Array.of(7))
    await world.pass(1000)
    assert.deepEqual([ann.received, again.received], [[], [Uint8Array.of(7)]])
  })
})

describe('simulated signaling', () => {
  it('makes endpoints of one topic and key known to each other, whoever came first', async () => {
    const world = new World(11)
    const ann = await world.machine('ann')
    await world.pass(1000)
    const bob = await world.machine('bob')
    const stranger = world.network
      .host('eve')
      .signaling.open({ ...topic, key: new Uint8Array(32) }, 'eve' as EndpointId)
    stranger.onPeer(() => assert.fail('understands another key'))
    stranger.onSignal(() => assert.fail('understands another key'))
    await world.pass(1000)
    ann.signals.send(undefined, { hello: 1 })
    await world.pass(1000)
    assert.deepEqual([ann.met, bob.met], [[bob.self], [ann.self]])
  })

  it('loses, repeats and reorders signals as often as it is told', async () => {
    const world = new World(12, { signalLoss: 0.2, signalDuplicate: 0.2, signalDetour: 0.2 })
    const ann = await world.machine('ann')
    const bob = await world.machine('bob')
    const counts = world.network.counters
    const before = counts.of('signal lost')
    const came: number[] = []
    bob.signals.onSignal((from, data) => {
      assert.equal(from, ann.self)
      came.push(data as number)
    })
    for (let i = 0; i < 1000; i++) {
      ann.signals.send(bob.self, i)
      await world.pass(1)
    }
    await world.pass(60_000)
    const lost = 1000 - new Set(came).size
    assert.equal(lost, counts.of('signal lost') - before)
    assert.ok(lost > 150 && lost < 250, `${lost} lost`)
    const again = came.length - new Set(came).size
    assert.ok(again > 120 && again < 220, `${again} twice`)
    assert.ok(counts.of('signal reordered') > 100)
  })

  it('is not there for a machine that is cut off from the rendezvous, and announces itself when it is back', async () => {
    const world = new World(13)
    const ann = await world.machine('ann')
    const bob = await world.machine('bob')
    await world.pass(1000)
    const changes: boolean[] = []
    bob.signals.onConnected((connected) => changes.push(connected))
    world.network.cut([rendezvous], ['bob'])
    assert.equal(bob.signals.connected, false)
    await assert.rejects(world.settled(ann.listener.dial(bob.self)), (error) =>
      AnvcsError.is(error, 'PEER_UNREACHABLE'),
    )
    const met = ann.met.length
    world.network.heal()
    await world.pass(1000)
    assert.deepEqual(changes, [false, true])
    assert.ok(ann.met.length > met)
    await world.settled(ann.listener.dial(bob.self))
  })
})

describe('a simulated network', () => {
  async function storm(seed: number): Promise<World> {
    const world = new World(seed, {
      meanDelayMs: 30,
      signalLoss: 0.1,
      signalDuplicate: 0.1,
      signalDetour: 0.1,
      dialFailure: 0.2,
      linkStall: 0.05,
      meanStallMs: 300,
      linkDeath: 0.01,
      halfOpen: 0.5,
    })
    const { network, random, clock } = world
    const machines = await Promise.all(['ann', 'bob', 'eve', 'dan'].map((name) => world.machine(name)))
    const end = clock.now() + 3_600_000
    while (clock.now() < end) {
      const machine = random.pick(machines)
      void machine.listener.dial(random.pick(machines).self).catch(() => undefined)
      for (const link of random.pick(machines).links.slice(-3)) {
        try {
          link.send(random.bytes(random.below(200)))
        } catch (error) {
          assert.ok(isClosed(error))
        }
      }
      if (random.chance(0.02))
        network.partition(random.pick(['isolate one', 'halves']), random.pick(['symmetric', 'asymmetric']))
      else if (random.chance(0.05)) network.heal()
      await world.pass(random.between(0, 4000))
    }
    return world
  }

  it('runs an hour of storm alike for the same seed, with every kind of fault, in well under five seconds', async () => {
    const began = performance.now()
    const first = await storm(21)
    const tookMs = performance.now() - began
    assert.equal((await storm(21)).trace.digest, first.trace.digest)
    assert.notEqual((await storm(22)).trace.digest, first.trace.digest)
    for (const [kind, count] of first.network.counters.all) assert.ok(count > 0, `no ${kind}`)
    assert.ok(tookMs < 5000, `${tookMs} ms`)
  })
})
